"""The page: one HTML file that holds everything and asks the network for nothing."""

import base64
import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from earmark.evaluation.report import card_view, curve_view, words
from earmark.evaluation.report.event_view import event_card
from earmark.evaluation.report.plain import as_json
from earmark.evaluation.report.verdict import beaten, strongest, two_labels, verdict, warnings

TEMPLATES = Path(__file__).parent / "template"
MOST_LISTED = 12  # of each kind: a page is read, a table is searched

# In the order of the page: (anchor, heading in the list at the side).
SECTIONS = (
    ("comparison", "Comparison"),
    ("data", "Data"),
    ("audit", "Audit"),
    ("split", "Split"),
    ("card", "Score card"),
    ("events", "Score card"),
    ("scenes", "Scenes"),
    ("confusion", "Confusion"),
    ("curves", "Training"),
    ("stress", "Stress"),
    ("mistakes", "Worst mistakes"),
    ("label-errors", "Label errors"),
    ("networks", "Networks"),
    ("repeat", "Repeat it"),
)


def as_html(document: Mapping[str, Any]) -> str:
    """The document as one page; every name in it is escaped.

    Its content security policy allows its own script by digest, and no request at all.
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "percent": words.percent,
        "band": words.band,
        "points": words.points,
        "grouped": words.grouped,
        "duration": words.duration,
        "titled": words.title_of,
    }
    environment.globals |= {"counted": words.counted, "number": words.number}
    script = (TEMPLATES / "page.js").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    plain = as_json(document).encode()
    text = environment.get_template("page.html").render(
        view=view(document),
        script=Markup(script),
        script_digest=digest,
        facts=base64.b64encode(plain).decode(),
        facts_size=len(plain),
    )
    return text.encode("utf-8", "backslashreplace").decode()


def view(document: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    """Everything that the template shows, by section; a section without facts is None.

    `prefix` keeps the anchors of one network from those of another.
    """
    card = document.get("card")
    clips = None if card is None or card.get("kind") == words.EVENTS else card
    comparison = document.get("comparison")
    mistakes = document.get("mistakes") or {}
    shown: dict[str, Any] = {
        "title": document["title"],
        "prefix": prefix,
        "subtitle": document.get("subtitle", ""),
        "warnings": warnings(document),
        "verdict": verdict(card) if card else document.get("said", ""),
        "headline": _headline(card) if card else None,
        "noun": document.get("noun", "clip"),
        "data": _data(document),
        "audit": _audit(document.get("audit")),
        "split": document.get("split"),
        "card": _card(document, clips) if clips else None,
        "events": event_card(card) if card and clips is None else None,
        "scenes": document.get("scenes"),
        "confusion": card_view.confusion(clips) if clips else None,
        "curves": _curves(document),
        "stress": curve_view.stress(document.get("stress") or {}) or None,
        "mistakes": mistakes if mistakes.get("clips") else None,
        "label-errors": document.get("label_errors"),
        "comparison": _comparison(comparison) if comparison else None,
        "networks": [
            view(run, f"network-{number}-")
            for number, run in enumerate(document.get("runs") or (), start=1)
        ]
        or None,
        "repeat": document.get("repeat"),
        "model": document.get("model") or {},
        "most": MOST_LISTED,
    }
    shown["sections"] = [(key, name) for key, name in SECTIONS if shown[key]]
    return shown


def _headline(card: Mapping[str, Any]) -> dict[str, Any] | None:
    metric = words.main_metric(card)
    if not words.is_band(words.figures_of(card).get(metric)):
        return None
    best = strongest(card)
    return {
        "name": words.title_of(metric),
        "band": words.figures_of(card)[metric],
        "beaten": beaten(card),
        "baseline": None if best is None else {"name": best[0], "band": best[1]},
    }


def _data(document: Mapping[str, Any]) -> dict[str, Any] | None:
    data = document.get("data")
    if not data:
        return None
    classes = data.get("classes") or {}
    most = max(classes.values(), default=1) or 1
    problems: dict[str, list[Mapping[str, Any]]] = {}
    for problem in data.get("problems") or ():
        problems.setdefault(str(problem.get("kind", "")), []).append(problem)
    return {
        **data,
        "bars": [
            {"name": name, "count": count, "share": count / most} for name, count in classes.items()
        ],
        "problem_kinds": problems,
    }


def _audit(audit: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if not audit:
        return None
    duplicates = list(audit.get("duplicates") or ())
    twice = two_labels(duplicates)
    groups = audit.get("groups") or {}
    return {
        "two_labels": twice,
        "exact": [one for one in duplicates if one.get("kind") == "exact" and one not in twice],
        "near": [one for one in duplicates if one.get("kind") != "exact" and one not in twice],
        "problems": list(audit.get("problems") or ()),
        "groups": groups,
        "guesses": list(groups.get("guesses") or groups.get("evidence") or ())
        if not isinstance(groups.get("evidence"), str)
        else [groups["evidence"]],
        "leakage": _leakage(audit.get("leakage") or {}),
    }


def _leakage(found: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Shares of test clips that training would know, by the kind of split."""
    rows = []
    for key, name in (("random", "A random split"), ("earmark", "Earmark's split")):
        shares = found.get(key)
        if isinstance(shares, Mapping):
            values = [shares.get("shared_group"), shares.get("copy_in_training")]
            if any(words.number(value) for value in values):
                rows.append({"name": name, "values": values})
    return rows


def _card(document: Mapping[str, Any], card: Mapping[str, Any]) -> dict[str, Any]:
    clip = card["clip"]
    return {
        "figures": card_view.figure_rows(card),
        "baselines": card_view.baseline_rows(card),
        "folds": card_view.fold_rows(card),
        "classes": card_view.class_table(card),
        "leak": card_view.leak(card),
        "clip": clip,
        "confidence": card.get("confidence", 0.95),
        "reliability": curve_view.reliability(
            clip.get("reliability") or document.get("reliability") or ()
        ),
        "calibration": [
            (name, clip[key])
            for key, name in (
                ("ece", "expected error"),
                ("brier", "Brier"),
                ("nll", "negative log-likelihood"),
            )
            if words.number(clip.get(key))
        ],
        "before": (card.get("calibration") or {}).get("before"),
        "answered": card_view.answered_rows(card),
        "metric": words.title_of(words.main_metric(card)),
    }


def _curves(document: Mapping[str, Any]) -> dict[str, Any] | None:
    histories = document.get("histories") or ()
    detects = (document.get("card") or {}).get("kind") == words.EVENTS
    panels = curve_view.learning(histories, "frame F1" if detects else "accuracy")
    rate = document.get("learning_rate")
    tested = curve_view.rate(rate) if rate else None
    if not panels and not rate:
        return None
    return {
        "panels": panels + ([tested] if tested else []),
        "rate": rate,
        "facts": document.get("training") or [],
    }


def _comparison(comparison: Mapping[str, Any]) -> dict[str, Any]:
    rows = [
        {"name": one["name"], "band": one["accuracy"], "kind": "main", "facts": one}
        for one in comparison.get("networks") or ()
    ]
    trivial = [
        {"name": words.title_of(name), "band": figures["accuracy"], "kind": "warm", "facts": None}
        for name, figures in (comparison.get("baselines") or {}).items()
        if words.is_band(figures.get("accuracy"))
    ]
    rows = sorted([*rows, *trivial], key=lambda row: -row["band"]["value"])
    pairs = []
    for test in comparison.get("paired") or ():
        band, swap = test["difference"], test["difference"]["value"] < 0
        if swap:
            band = {"value": -band["value"], "low": -band["high"], "high": -band["low"]}
        names = (test["first"], test["second"])
        only = (test["only_first"], test["only_second"])
        pairs.append(
            {
                "better": names[swap],
                "other": names[not swap],
                "band": band,
                "only": (only[swap], only[not swap]),
                "p": test["holm_p"],
                "apart": test["told_apart"],
            }
        )
    pairs.sort(key=lambda pair: (pair["p"], -pair["band"]["value"]))
    return {
        "rows": rows,
        "pairs": pairs,
        "clips": comparison.get("clips"),
        "failed": comparison.get("failed") or {},
    }
