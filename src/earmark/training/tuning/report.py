"""The report of a search, in Markdown, and its few lines for the terminal."""

from collections.abc import Mapping, Sequence
from typing import Any

from earmark.evaluation.cards import main_figure, scored_count
from earmark.evaluation.terminal import percent
from earmark.training.tuning.outcome import ENOUGH, Tuned
from earmark.training.tuning.pictures import HISTORY, IMPORTANCES, SLICED, SLICES
from earmark.training.tuning.study import Tried

MOST_ROWS = 60
NAMED = 8  # importances that are told


def report(found: Tuned) -> str:
    """The whole of `report.md`."""
    parts = [
        "# Tuning",
        "\n".join(f"- {line}" for line in summary(found)),
        f"![Trials]({HISTORY})",
        "## The best settings",
        _settings(found.best),
        "## What mattered",
        _mattered(found),
        "## Trials",
        _table(found),
    ]
    return "\n\n".join(parts) + "\n"


def summary(found: Tuned) -> list[str]:
    """What was found, in sentences that do not flatter."""
    states = {state: len(found.with_state(state)) for state in ("finished", "pruned", "failed")}
    counted = ", ".join(f"{count} {state}" for state, count in states.items() if count)
    lines = [
        f"Trials: {sum(states.values())} ({counted}), {found.figure} on inner folds of "
        f"{found.clips} clips ({found.inner}).",
        f"Best: trial {found.best.number}, {_percent(found.best.value)}"
        + (", which is the default." if found.best is found.default else "."),
    ]
    if found.default is None:
        lines.append("Default: not finished, so nothing is said of what tuning gains.")
    elif found.best is found.default:
        lines.append("No trial was better than the default: it is kept.")
    else:
        lines.append(f"Default: {_percent(found.default.value)}.")
    if found.gain is not None:
        lines += _gain(found)
    if found.scorecard is not None:
        figure, band = main_figure(found.scorecard)
        lines.append(
            f"Test part, scored once, chose nothing: {figure} {percent(band)} on "
            f"{scored_count(found.scorecard)}. This is the figure to trust."
        )
    elif not found.aside:
        lines.append("No test part: every clip took part in choosing, so nothing here is a score.")
    else:
        lines.append("The search is not over: the test part has not been looked at.")
    return lines


def _gain(found: Tuned) -> list[str]:
    gain = found.gain
    assert gain is not None
    band = gain.difference
    clear = "the interval has zero in it" if band.low <= 0 else "the interval leaves zero out"
    return [
        f"Best minus default: {_points(band.value)} points [{_points(band.low)}, "
        f"{_points(band.high)}]; {clear}. It flatters: the best of many was chosen on these "
        "very clips.",
        f"Where each fold is judged by what the others would choose: "
        f"{_points(gain.chosen_elsewhere)} points. This is nearer to what tuning gains.",
    ]


def _settings(best: Tried) -> str:
    if not best.overrides:
        return f"`{best.model}`, recipe `{best.recipe}`, as it is."
    rows = [("model", best.model), ("recipe", best.recipe)]
    for name, value in best.overrides.items():
        if isinstance(value, Mapping):
            rows += [(f"{name} {key}", _text(one)) for key, one in value.items()]
        else:
            rows.append((name, _text(value)))
    lines = ["| setting | value |", "|---|---|", *(f"| `{key}` | {one} |" for key, one in rows)]
    return "What is not named is as the recipe has it.\n\n" + "\n".join(lines)


def _mattered(found: Tuned) -> str:
    if not found.importances:
        done = len(found.with_state("finished"))
        return (
            f"With {done} finished trials nothing can be said; {ENOUGH} are the fewest for a guess."
        )
    rows = [
        f"| `{name}` | {100 * share:.0f} % |"
        for name, share in list(found.importances.items())[:NAMED]
    ]
    return "\n".join(
        [
            "What tells the best quarter of the finished trials from all (PED-ANOVA), as "
            "shares of all. With few trials it is a hint, and no more.",
            "",
            "| setting | share |",
            "|---|---|",
            *rows,
            "",
            f"![Importances]({IMPORTANCES})",
            "",
            f"Each of the {min(SLICED, len(found.importances))} that mattered most by itself; "
            "the other settings vary along with it:",
            "",
            f"![Slices]({SLICES})",
        ]
    )


def _table(found: Tuned) -> str:
    order = sorted(found.trials, key=lambda one: (one.state != "finished", -(one.value or 0)))
    rows = [
        "| trial | | value | network | other than the default | s |",
        "|---|---|---|---|---|---|",
    ]
    for one in order[:MOST_ROWS]:
        marks = ["best"] if one is found.best else []
        marks += ["default"] if one.default else []
        state = ", ".join([one.state, *marks])
        value = "" if one.value is None else _percent(one.value)
        what = _cell(one.reason or _differing(one, found.default))
        seconds = "" if one.seconds is None else f"{one.seconds:.0f}"
        rows.append(f"| {one.number} | {state} | {value} | {one.model} | {what} | {seconds} |")
    if len(order) > MOST_ROWS:
        rows.append(f"\n{len(order) - MOST_ROWS} more are in `trials.csv`.")
    return "\n".join(rows)


def _differing(one: Tried, default: Tried | None) -> str:
    usual = {} if default is None or default.model != one.model else default.params
    return "; ".join(
        f"{name} {_text(value)}"
        for name, value in one.params.items()
        if name != "model" and usual.get(name) != value
    )


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def _text(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _percent(value: float | None) -> str:
    return "" if value is None else f"{100 * value:.1f} %"


def _points(value: float) -> str:
    return f"{100 * value:+.1f}"


def lines_for_terminal(found: Tuned) -> Sequence[str]:
    """The summary and what mattered most."""
    lines = list(summary(found))
    if found.importances:
        top = ", ".join(
            f"{name} {100 * share:.0f} %" for name, share in list(found.importances.items())[:4]
        )
        lines.append(f"What mattered most: {top}.")
    return lines
