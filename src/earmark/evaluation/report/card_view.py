"""The score card as rows: figures beside baselines, classes, folds, the confusion matrix."""

from collections.abc import Mapping
from typing import Any

from earmark.evaluation.report.words import is_band, main_metric, margin, number, title_of

MOST_CLASSES = 60  # of a confusion matrix that can still be read
CLASS_FIGURES = ("precision", "recall", "f1", "average_precision")


def figure_rows(card: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Every figure that has an interval, of clips and of windows, the main one first."""
    metric = main_metric(card)
    rows = []
    for part, name in (("clip", ""), ("window", "per window")):
        figures = card.get(part) or {}
        names = sorted(
            (key for key in figures if is_band(figures[key])),
            key=lambda key: (key != metric, list(figures).index(key)),
        )
        rows += [
            {
                "name": title_of(key) + (f", {name}" if name else ""),
                "band": figures[key],
                "kind": "second" if name else "main",
                "first": key == metric and not name,
            }
            for key in names
        ]
    return rows


def baseline_rows(card: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The main figure of every baseline, the strongest first, beneath the model's own."""
    metric = main_metric(card)
    rows = [
        {"name": title_of(name), "band": figures[metric], "kind": "warm"}
        | ({"note": margin(figures["margin"])} if is_band(figures.get("margin")) else {})
        for name, figures in (card.get("baselines") or {}).items()
        if isinstance(figures, Mapping) and is_band(figures.get(metric))
    ]
    rows.sort(key=lambda row: -row["band"]["value"])
    own = {"name": "This model", "band": card["clip"][metric], "kind": "main", "first": True}
    return [own, *rows]


def answered_rows(card: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The share of the clips that would get a class and not `unknown`, and how often rightly."""
    found = card.get("answered") or {}
    return [
        {"name": name, "band": found[key], "kind": "main"}
        for key, name in (("share", "Given a class"), ("accuracy", "Right among those"))
        if is_band(found.get(key))
    ]


def fold_rows(card: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The main figure of each fold."""
    metric = main_metric(card)
    return [
        {"name": fold["name"], "band": fold["clip"][metric], "kind": "main"}
        for fold in card.get("folds") or ()
    ]


def class_table(card: Mapping[str, Any]) -> dict[str, Any]:
    """Columns and rows of the figures of each class."""
    per_class = card["clip"].get("per_class") or {}
    known = [
        key
        for key in CLASS_FIGURES
        if any(number(figures.get(key)) for figures in per_class.values())
    ]
    rows = [
        {
            "name": name,
            "support": figures.get("support", 0),
            "values": [figures.get(key) for key in known],
        }
        for name, figures in per_class.items()
    ]
    return {"columns": [title_of(key) for key in known], "rows": rows}


def confusion(card: Mapping[str, Any]) -> dict[str, Any] | None:
    """The matrix with the share of its row in each cell; of very many classes the confused ones."""
    counts = card["clip"].get("confusion")
    if not counts:
        return None
    classes = list(card["classes"])
    chosen = list(range(len(classes)))
    if len(chosen) > MOST_CLASSES:
        wrong = [
            sum(counts[one]) + sum(row[one] for row in counts) - 2 * counts[one][one]
            for one in chosen
        ]
        chosen = sorted(sorted(chosen, key=lambda one: -wrong[one])[:MOST_CLASSES])
    rows = []
    for truth in chosen:
        total = sum(counts[truth])
        cells = [
            {
                "answer": classes[answer],
                "count": counts[truth][answer],
                "share": counts[truth][answer] / total if total else 0.0,
                "right": truth == answer,
            }
            for answer in chosen
        ]
        rows.append({"truth": classes[truth], "total": total, "cells": cells})
    pairs = [
        (counts[truth][answer], classes[truth], classes[answer])
        for truth in range(len(classes))
        for answer in range(len(classes))
        if truth != answer and counts[truth][answer]
    ]
    pairs.sort(key=lambda pair: (-pair[0], pair[1], pair[2]))
    return {
        "classes": [classes[one] for one in chosen],
        "rows": rows,
        "left_out": len(classes) - len(chosen),
        "pairs": [
            {"count": count, "truth": truth, "answer": answer} for count, truth, answer in pairs[:5]
        ],
        "right": sum(counts[one][one] for one in range(len(classes))),
        "total": sum(map(sum, counts)),
    }


def leak(card: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What a random split would claim, by the network and by the baseline where they are there.

    `points` are hundredths, as the card has them.
    """
    found = []
    for key, who in (("leak", "This network"), ("leak_of_baseline", "The MFCC baseline")):
        value = card.get(key)
        if not isinstance(value, Mapping) or not is_band(value.get("points")):
            continue
        rows = [
            {"name": name, "band": value[part], "kind": kind}
            for name, kind, part in (
                ("Random split", "warm", "random"),
                ("Groups kept whole", "main", "grouped"),
            )
            if is_band(value.get(part))
        ]
        found.append({"who": who, "points": value["points"], "rows": rows})
    return found
