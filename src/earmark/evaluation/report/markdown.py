"""The report as Markdown: the same facts, tables, and pictures by their names in the run folder."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from earmark.evaluation.report import card_view
from earmark.evaluation.report.event_view import event_card
from earmark.evaluation.report.verdict import two_labels, verdict, warnings
from earmark.evaluation.report.words import (
    DASH,
    EVENTS,
    band,
    counted,
    duration,
    number,
    percent,
    points,
)
from earmark.evaluation.report.words import title_of as titled

SPECIAL = str.maketrans({sign: f"\\{sign}" for sign in "\\`*_{}[]<>#|~&"})
MOST_ROWS = 20


def as_markdown(document: Mapping[str, Any]) -> str:
    """The document as Markdown. Names from outside are escaped: none becomes markup."""
    card = document.get("card")
    parts = [f"# {text(document['title'])}", text(document.get("subtitle", ""))]
    parts.append(text(verdict(card) if card else document.get("said", "")))
    parts += [f"**Warning:** {text(warning)}" for warning in warnings(document)]
    parts += _comparison(document.get("comparison"))
    parts += _data(document.get("data"), document.get("noun", "clip"))
    parts += _audit(document.get("audit"))
    parts += _split(document.get("split"))
    if card:
        parts += _card(card)
    parts += _scenes(document.get("scenes"))
    parts += _pictures(document.get("pictures") or {})
    parts += _mistakes(document.get("mistakes"))
    parts += _label_errors(document.get("label_errors"))
    for run in document.get("runs") or ():
        parts += [f"## {text(run['title'])}"]
        if run.get("card"):
            parts += [text(verdict(run["card"])), *_card(run["card"], "###")]
        parts += _pictures(run.get("pictures") or {}, "###")
        parts += _mistakes(run.get("mistakes"), "###")
    parts += _repeat(document.get("repeat"))
    whole = "\n\n".join(part for part in parts if part) + "\n"
    return whole.encode("utf-8", "backslashreplace").decode()


def text(value: Any) -> str:
    """Words in which no sign is markup.

    >>> text("a_b <b> | c")
    'a\\\\_b \\\\<b\\\\> \\\\| c'
    """
    return " ".join(str(value).translate(SPECIAL).split())


def table(headings: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """A table, its first column at the left and the others at the right.

    >>> print(table(["", "clips"], [["a|b", 3]]))
    | | clips |
    |---|---:|
    | a\\|b | 3 |
    """
    lines = ["| " + " | ".join(headings) + " |", "|---|" + "---:|" * (len(headings) - 1)]
    lines[0] = lines[0].replace("|  |", "| |")
    lines += ["| " + " | ".join(text(cell) for cell in row) + " |" for row in rows]
    return "\n".join(lines)


def _bands(heading: str, rows: Sequence[Mapping[str, Any]]) -> str:
    return table(
        [heading, "", "interval"],
        [(row["name"], percent(row["band"]["value"]), band(row["band"])) for row in rows],
    )


def _data(data: Mapping[str, Any] | None, noun: str) -> list[str]:
    if not data:
        return []
    classes = data.get("classes") or {}
    said = f"{counted(data['clips'], noun)} of {counted(len(classes), 'class', 'classes')}"
    if "seconds" in data:
        said += f", {duration(data['seconds'])} of sound"
    parts = ["## The data", text(said) + ".", table(["class", f"{noun}s"], classes.items())]
    problems = data.get("problems") or []
    if problems:
        lines = [
            f"- {text(one.get('kind', ''))}: "
            + ": ".join(filter(None, (text(one.get(key, "")) for key in ("path", "detail"))))
            for one in problems[:MOST_ROWS]
        ]
        parts += ["Left out or doubtful:", "\n".join(lines + _more(problems))]
    return parts


def _audit(audit: Mapping[str, Any] | None) -> list[str]:
    if not audit:
        return []
    duplicates = audit.get("duplicates") or []
    twice = two_labels(duplicates)
    parts = ["## The audit"]
    groups = audit.get("groups") or {}
    if groups.get("source"):
        parts.append(f"Groups: {text(groups['source'])} ({groups.get('count', DASH)}).")
    for heading, sets in (
        ("The same sound under two labels", twice),
        ("Copies", [one for one in duplicates if one not in twice]),
    ):
        if sets:
            lines = [
                f"- {text(one.get('kind', ''))}: " + ", ".join(map(text, one.get("paths") or ()))
                for one in sets[:MOST_ROWS]
            ]
            parts += [f"{heading}: {len(sets)}", "\n".join(lines + _more(sets))]
    return parts


def _split(split: Mapping[str, Any] | None) -> list[str]:
    if not split:
        return []
    parts = ["## The split", text(split["text"]) + "."]
    rows = split.get("parts") or []
    if rows:
        names = list(rows[0]["clips"])
        parts.append(
            table(["split", *names], [(row["name"], *row["clips"].values()) for row in rows])
        )
    return parts


def _card(card: Mapping[str, Any], level: str = "##") -> list[str]:
    if card.get("kind") == EVENTS:
        return _event_card(card, level)
    clip = card["clip"]
    said = f"{counted(clip['count'], 'clip')} in {counted(clip['groups'], 'group')}."
    parts = [f"{level} The score card", text(said)]
    parts.append(_bands("figure", card_view.figure_rows(card)))
    beside = card_view.baseline_rows(card)
    parts.append(
        table(
            ["beside the baselines", "", "interval", "model above it"],
            [
                (one["name"], percent(one["band"]["value"]), band(one["band"]), one.get("note", ""))
                for one in beside
            ],
        )
    )
    for one in card_view.leak(card):
        value = one["points"]
        parts.append(
            f"{text(one['who'])} would claim {value['value']:+.1f} points on a random split "
            f"({value['low']:.1f} to {value['high']:.1f})."
        )
    folds = card_view.fold_rows(card)
    if folds:
        parts.append(_bands("fold", folds))
    if number(clip.get("ece")):
        before = (card.get("calibration") or {}).get("before")
        was = f" (before: {percent(before)})" if number(before) else ""
        parts.append(f"Calibration: expected error {percent(clip['ece'])}{was}.")
    answered = card_view.answered_rows(card)
    if answered:
        parts.append(_bands("where it may answer unknown", answered))
    classes = card_view.class_table(card)
    if classes["rows"]:
        rows = [
            (row["name"], row["support"], *(percent(value) for value in row["values"]))
            for row in classes["rows"]
        ]
        parts.append(table(["class", "clips", *classes["columns"]], rows))
    return parts


def _event_card(card: Mapping[str, Any], level: str) -> list[str]:
    shown = event_card(card)
    said = (
        f"{counted(card['recordings'], 'recording')} in {counted(card['groups'], 'group')}, "
        f"{counted(card['events'], 'event')} in the truth, {card['answered']} answered."
    )
    parts = [f"{level} The score card", text(said)]
    parts.append("\n".join(f"- {text(one)}" for one in shown["meaning"]))
    if shown["figures"]:
        parts.append(_bands("figure", shown["figures"]))
    parts += [_bands(f"{one['name']} beside the baselines", one["rows"]) for one in shown["beside"]]
    if shown["rates"]:
        rows = [
            (
                one["name"],
                f"{one['band']['value']:.2f}",
                f"{one['band']['low']:.2f} to {one['band']['high']:.2f}",
                *(f"{value:.2f}" if number(value) else DASH for value in one["parts"]),
            )
            for one in shown["rates"]
        ]
        heads = ["errors for each event", "", "interval", "wrong class", "missed", "in vain"]
        parts.append(table(heads, rows))
    classes = shown["classes"]
    rows = [
        (row["name"], row["events"], row["answered"], *map(percent, row["values"]))
        for row in classes["rows"]
    ]
    return [*parts, table(["class", "events", "answered", *classes["columns"]], rows)]


def _scenes(scenes: Mapping[str, Any] | None) -> list[str]:
    if not scenes:
        return []
    parts = ["## Found badly, found well"]
    for heading, key in (("found badly", "worst"), ("found well", "best")):
        rows = [
            (one["name"], one["events"], one["right"], one["missed"], one["vain"])
            for one in scenes.get(key) or ()
        ]
        if rows:
            parts.append(table([heading, "events", "found", "missed", "in vain"], rows))
    return parts


def _comparison(comparison: Mapping[str, Any] | None) -> list[str]:
    if not comparison:
        return []
    rows = [(one["name"], one["accuracy"], one) for one in comparison.get("networks") or ()]
    rows += [
        (name, figures["accuracy"], {})
        for name, figures in (comparison.get("baselines") or {}).items()
    ]
    rows.sort(key=lambda row: -row[1]["value"])
    cells = [
        (
            name,
            percent(value["value"]),
            band(value),
            facts.get("parameters", ""),
            duration(facts["train_s"]) if facts else "",
        )
        for name, value, facts in rows
    ]
    parts = ["## The comparison"]
    parts.append(table(["network", "accuracy", "interval", "weights", "training"], cells))
    for name, why in (comparison.get("failed") or {}).items():
        parts.append(f"{text(name)} failed: {text(why)}")
    paired = sorted(comparison.get("paired") or (), key=lambda one: one["holm_p"])
    if paired:
        tests = [
            (
                f"{one['first']} − {one['second']}",
                points(one["difference"]["value"]),
                f"{points(one['difference']['low'])} to {points(one['difference']['high'])}",
                f"{one['holm_p']:.3f}",
                "yes" if one["told_apart"] else "no",
            )
            for one in paired
        ]
        parts.append(table(["pair", "points", "interval", "p (Holm)", "told apart"], tests))
    return parts


def _pictures(pictures: Mapping[str, str], level: str = "##") -> list[str]:
    if not pictures:
        return []
    return [
        f"{level} Pictures",
        *(f"![{text(name)}](<{path}>)" for name, path in pictures.items()),
    ]


def _mistakes(mistakes: Mapping[str, Any] | None, level: str = "##") -> list[str]:
    if not mistakes or not mistakes.get("clips"):
        return []
    rows = [
        (one["name"], one["label"], one["predicted"], percent(one["score"]), one.get("group", ""))
        for one in mistakes["clips"]
    ]
    return [
        f"{level} The worst mistakes",
        f"{len(rows)} of {mistakes['wrong']}, the surest first.",
        table(["clip", "truth", "answer", "sure", "group"], rows),
    ]


def _label_errors(errors: Mapping[str, Any] | None) -> list[str]:
    if not errors:
        return []
    rows = [(one["name"], one["label"], one["suggested"]) for one in errors["clips"]]
    said = f"{counted(errors['found'], 'clip looks', 'clips look')} mislabelled."
    return ["## Labels that look wrong", text(said), table(["clip", "label", "rather"], rows)]


def _repeat(repeat: Mapping[str, Any] | None) -> list[str]:
    if not repeat:
        return []
    fence = "````" if any("```" in line for line in repeat["commands"]) else "```"
    facts = "\n".join(f"- {text(titled(name))}: {text(value)}" for name, value in repeat["facts"])
    return [
        "## Repeat it",
        f"{fence}sh\n" + "\n".join(repeat["commands"]) + f"\n{fence}",
        text(repeat.get("said", "")),
        facts,
    ]


def _more(found: Sequence[Any]) -> list[str]:
    return [f"- and {len(found) - MOST_ROWS} more"] if len(found) > MOST_ROWS else []
