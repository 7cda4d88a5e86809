"""One row a clip: its labels, those that were answered, and the score of every class."""

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from earmark.evaluation.checks import Floats, same_length
from earmark.evaluation.multilabel.checks import Marks

BETWEEN = ";"  # labels of one clip, as in a table that is read


def prediction_rows(
    names: Sequence[str],
    targets: Marks,
    scores: Floats,
    threshold: float,
    groups: Any,
    classes: Sequence[str],
) -> list[list[str]]:
    """The header, then one row a clip, in order.

    >>> marks, scores = np.array([[True, False]]), np.array([[0.75, 0.5]])
    >>> for row in prediction_rows(["a.wav"], marks, scores, 0.5, ["cd1"], ["cello", "flute"]):
    ...     print(row)
    ['name', 'labels', 'predicted', 'group', 'cello', 'flute']
    ['a.wav', 'cello', 'cello;flute', 'cd1', '0.75', '0.5']
    """
    same_length("names", len(names), "targets", len(targets))
    every = np.array(classes)
    rows = [["name", "labels", "predicted", "group", *classes]]
    for name, true, row, group in zip(names, targets, scores, groups, strict=True):
        labels, answered = BETWEEN.join(every[true]), BETWEEN.join(every[row >= threshold])
        values = [f"{round(float(value), 6):g}" for value in row]
        rows.append([str(name), labels, answered, str(group), *values])
    return rows


def write_predictions(rows: Sequence[Sequence[str]], path: str | Path) -> None:
    """Write the rows as UTF-8 CSV, quoted where a name needs it."""
    with Path(path).open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
