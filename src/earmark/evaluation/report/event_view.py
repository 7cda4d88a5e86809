"""The score card of events as rows: figures beside baselines, error rates, classes."""

from collections.abc import Mapping
from typing import Any

from earmark.evaluation.report.event_words import meaning
from earmark.evaluation.report.words import is_band, number, title_of

SHARES = (
    "event_f1",
    "event_f1_macro",
    "segment_f1",
    "segment_f1_macro",
    "intersection_f1",
    "intersection_f1_macro",
    "psds1",
    "psds2",
)
RATES = ("event_error_rate", "segment_error_rate")
PARTS = ("substitutions", "deletions", "insertions")
CLASS_FIGURES = (
    "precision",
    "recall",
    "event_f1",
    "segment_f1",
    "intersection_f1",
    "psds1",
    "psds2",
)
BESIDE = ("event_f1", "segment_f1")  # two questions: when, and what


def event_card(card: Mapping[str, Any]) -> dict[str, Any]:
    """All that the page shows of a card of events."""
    return {
        "card": card,
        "figures": figure_rows(card),
        "beside": baseline_tables(card),
        "rates": rate_rows(card),
        "classes": class_table(card),
        "meaning": meaning(card),
        "confidence": card.get("confidence", 0.95),
    }


def figure_rows(card: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Every figure that is a share and has an interval."""
    return [
        {
            "name": title_of(name),
            "band": card[name],
            "kind": "second" if name.endswith("_macro") else "main",
            "first": name == "event_f1",
        }
        for name in SHARES
        if is_band(card.get(name))
    ]


def baseline_tables(card: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The model beside every baseline, by events and by the second: {"name", "rows"}."""
    tables = []
    for metric in BESIDE:
        rows = [
            {"name": title_of(name), "band": figures[metric], "kind": "warm"}
            for name, figures in (card.get("baselines") or {}).items()
            if isinstance(figures, Mapping) and is_band(figures.get(metric))
        ]
        if not rows or not is_band(card.get(metric)):
            continue
        rows.sort(key=lambda row: -row["band"]["value"])
        own = {"name": "This model", "band": card[metric], "kind": "main", "first": True}
        tables.append({"name": title_of(metric), "rows": [own, *rows]})
    return tables


def rate_rows(card: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Error rates, which may be above 1, and what they are made of."""
    rows = []
    for name in RATES:
        if is_band(card.get(name)):
            parts = (card.get("error_parts") or {}).get(name.partition("_")[0]) or {}
            rows.append(
                {
                    "name": title_of(name),
                    "band": card[name],
                    "parts": [parts.get(part) for part in PARTS],
                }
            )
    return rows


def class_table(card: Mapping[str, Any]) -> dict[str, Any]:
    """Columns and rows of the figures of each class."""
    per_class = card.get("per_class") or {}
    known = [
        key for key in CLASS_FIGURES if any(number(each.get(key)) for each in per_class.values())
    ]
    rows = [
        {
            "name": name,
            "events": each.get("events", 0),
            "answered": each.get("answered", 0),
            "values": [each.get(key) for key in known],
        }
        for name, each in per_class.items()
    ]
    return {"columns": [title_of(key).replace(" (1 s)", "") for key in known], "rows": rows}
