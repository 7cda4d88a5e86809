"""The wrong answers of which the network was surest."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from earmark.evaluation.multilabel.predictions import BETWEEN
from earmark.inference.report.files import Folder, Rows

SHOWN_SCORES = 4  # of one clip


@dataclass(frozen=True)
class Wrong:
    """One wrong answer."""

    name: str
    truths: tuple[str, ...]
    answers: tuple[str, ...]
    sure: float
    """Probability of the answer; of several labels the largest error of any score."""
    blamed: str
    """The label that was answered wrongly, or, if none was, the one that was missed."""
    group: str
    scores: list[tuple[str, float]]
    part: Path = field(default_factory=Path)
    """The folder of the training that answered."""
    fold: str = ""

    def to_dict(self) -> dict[str, Any]:
        """As it stands in the document."""
        return {
            "name": self.name,
            "label": ", ".join(self.truths) or "nothing",
            "predicted": ", ".join(self.answers) or "nothing",
            "truths": list(self.truths),
            "answers": [one for one in self.answers if one not in self.truths],
            "score": self.sure,
            "group": self.group,
            "fold": self.fold,
            "scores": [list(pair) for pair in self.scores],
        }


def wrong_answers(folder: Folder, classes: Sequence[str], fold: str = "") -> list[Wrong]:
    """Every wrong answer of one training, the surest first."""
    rows = folder.rows("predictions.csv") or []
    arrays = folder.arrays("answers.npz") or {}
    several = bool(rows) and "labels" in rows[0]
    table = None if several else _fitting(arrays.get("probabilities"), rows, classes)
    found = []
    for number, row in enumerate(rows):
        one = (
            _several(row, classes, folder.path, fold)
            if several
            else _single(row, None if table is None else table[number], classes, folder.path, fold)
        )
        if one is not None:
            found.append(one)
    return sorted(found, key=lambda one: (-one.sure, one.name))


def _fitting(table: NDArray[Any] | None, rows: Rows, classes: Sequence[str]) -> NDArray[Any] | None:
    return table if table is not None and table.shape == (len(rows), len(classes)) else None


def _single(
    row: Mapping[str, str],
    probabilities: NDArray[Any] | None,
    classes: Sequence[str],
    part: Path,
    fold: str,
) -> Wrong | None:
    label, answer = row.get("label", ""), row.get("predicted", "")
    if label == answer:
        return None
    sure = _number(row.get("score", ""))
    scores = [(answer, sure)]
    if probabilities is not None:
        scores = _top(probabilities, classes, (label, answer))
    return Wrong(
        row.get("name", ""), (label,), (answer,), sure, answer, row.get("group", ""), scores, part,
        fold,
    )  # fmt: skip


def _several(row: Mapping[str, str], classes: Sequence[str], part: Path, fold: str) -> Wrong | None:
    truths = tuple(filter(None, row.get("labels", "").split(BETWEEN)))
    answers = tuple(filter(None, row.get("predicted", "").split(BETWEEN)))
    if set(truths) == set(answers):
        return None
    scores = np.array([_number(row.get(name, "")) for name in classes])
    errors = {
        name: (1 - score if name in truths else score)
        for name, score in zip(classes, scores, strict=True)
        if (name in truths) != (name in answers)
    }
    if not errors:
        return None
    false = {name: error for name, error in errors.items() if name in answers}
    worst = max(errors.values())
    blamed = max(false or errors, key=lambda name: errors[name])
    shown = _top(scores, classes, tuple(errors))
    return Wrong(
        row.get("name", ""), truths, answers, worst, blamed, row.get("group", ""), shown, part, fold
    )


def _top(
    scores: NDArray[Any], classes: Sequence[str], always: Sequence[str]
) -> list[tuple[str, float]]:
    """The highest scores, and those of some classes whatever they are."""
    order = np.argsort(-scores, kind="stable")
    chosen = [int(at) for at in order[:SHOWN_SCORES]]
    chosen += [at for at, name in enumerate(classes) if name in always and at not in chosen]
    return [(classes[at], float(scores[at])) for at in sorted(chosen, key=lambda at: -scores[at])]


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0
