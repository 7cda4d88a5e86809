"""One row a clip: what it was, what was answered, how surely; as dicts or as a CSV file."""

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypedDict

import numpy as np
import numpy.typing as npt

from earmark.evaluation.checks import as_groups, as_labels, as_probabilities, same_length


class Prediction(TypedDict):
    """One clip's row."""

    name: str
    label: str
    predicted: str
    score: float  # probability of the predicted class
    group: str


COLUMNS = ("name", "label", "predicted", "score", "group")


def prediction_rows(
    names: Sequence[str],
    targets: npt.ArrayLike,
    probabilities: npt.ArrayLike,
    groups: Any,
    classes: Sequence[str],
) -> list[Prediction]:
    """(clips,) names and targets, (clips, classes) probabilities -> one dict a clip, in order.

    >>> prediction_rows(["a.wav"], [1], [[0.75, 0.25]], ["cd1"], ["cat", "dog"])
    [{'name': 'a.wav', 'label': 'dog', 'predicted': 'cat', 'score': 0.75, 'group': 'cd1'}]
    """
    true = as_labels("targets", targets, len(classes))
    same_length("names", len(names), "targets", len(true))
    rows = as_probabilities("probabilities", probabilities, len(true), len(classes))
    of = as_groups("groups", groups, len(true))
    best = np.argmax(rows, axis=1)
    return [
        Prediction(
            name=str(name),
            label=classes[label],
            predicted=classes[answer],
            score=round(float(row[answer]), 6),
            group=str(group),
        )
        for name, label, answer, row, group in zip(names, true, best, rows, of, strict=True)
    ]


def write_predictions(rows: Sequence[Prediction], path: str | Path) -> None:
    """Write the rows as UTF-8 CSV with a header line, quoted where a name needs it."""
    with Path(path).open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        table.writeheader()
        table.writerows(rows)
