"""The figures of one set of answers: how often right, per class, and how well calibrated."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from earmark.evaluation.calibration import (
    brier_score,
    expected_calibration_error,
    negative_log_likelihood,
)
from earmark.evaluation.checks import Floats, Labels
from earmark.evaluation.intervals import Interval, grouped_intervals
from earmark.evaluation.metrics import confusion_matrix, per_class
from earmark.evaluation.ranking import average_precision, mean_precision
from earmark.evaluation.reliability import Bin, reliability


@dataclass(frozen=True)
class ClassFigures:
    """One class; None where there is nothing to count (never answered, never true)."""

    precision: float | None
    recall: float | None
    f1: float | None
    support: int  # clips or windows of this class in the truth
    average_precision: float | None = None  # how well its probability ranks; of old cards None

    def to_dict(self) -> dict[str, float | int | None]:
        """As JSON."""
        return dict(vars(self))


@dataclass(frozen=True)
class Figures:
    """Everything measured on one set of clips (or windows)."""

    intervals: dict[str, Interval]  # accuracy, balanced_accuracy, macro_f1, mean_average_precision
    count: int  # clips or windows
    groups: int  # how many groups they come from: what the width of the intervals rests on
    per_class: tuple[ClassFigures, ...]
    confusion: tuple[tuple[int, ...], ...]  # rows the truth
    ece: float  # expected calibration error, 15 bins
    brier: float  # in [0, 2]
    nll: float  # nats
    reliability: tuple[Bin, ...] = ()  # how sure against how often right

    @property
    def accuracy(self) -> Interval:
        """Share of right answers."""
        return self.intervals["accuracy"]

    @property
    def balanced_accuracy(self) -> Interval:
        """Mean recall of the classes."""
        return self.intervals["balanced_accuracy"]

    @property
    def macro_f1(self) -> Interval:
        """Mean F1 of the classes."""
        return self.intervals["macro_f1"]

    @property
    def matrix(self) -> Labels:
        """The confusion matrix as an array, (classes, classes), rows the truth."""
        return np.array(self.confusion, dtype=np.int64)

    @classmethod
    def of(
        cls,
        targets: Labels,
        probabilities: Floats,
        groups: npt.NDArray[Any],
        classes: int,
        confidence: float = 0.95,
    ) -> "Figures":
        """Measure checked arrays: (n,), (n, classes), (n,)."""
        answers = probabilities.argmax(axis=1)
        matrix = confusion_matrix(targets, answers, classes)
        each = per_class(matrix)
        marks = np.eye(classes, dtype=np.bool_)[targets]  # (n, classes)
        ranked = average_precision(marks, probabilities)
        return cls(
            intervals={
                **grouped_intervals(targets, answers, groups, classes, confidence=confidence),
                "mean_average_precision": mean_precision(marks, probabilities, groups, confidence),
            },
            count=len(targets),
            groups=len(np.unique(groups)),
            per_class=tuple(
                ClassFigures(_number(p), _number(r), _number(f), int(s), _number(a))
                for p, r, f, s, a in zip(*each, ranked, strict=True)
            ),
            confusion=tuple(tuple(int(n) for n in row) for row in matrix),
            ece=expected_calibration_error(probabilities, targets),
            brier=brier_score(probabilities, targets),
            nll=negative_log_likelihood(probabilities, targets),
            reliability=reliability(probabilities.max(axis=1), answers == targets),
        )

    def to_dict(self, classes: Sequence[str]) -> dict[str, Any]:
        """As JSON, per-class figures under the names of the classes."""
        return {
            **{name: band.to_dict() for name, band in self.intervals.items()},
            "count": self.count,
            "groups": self.groups,
            "per_class": {
                name: figures.to_dict()
                for name, figures in zip(classes, self.per_class, strict=True)
            },
            "confusion": [list(row) for row in self.confusion],
            "ece": self.ece,
            "brier": self.brier,
            "nll": self.nll,
            "reliability": [each.to_dict() for each in self.reliability],
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any], classes: Sequence[str]) -> "Figures":
        """What `to_dict` gave, back."""
        bands = {
            name: Interval.from_dict(value)
            for name, value in data.items()
            if isinstance(value, Mapping) and set(value) == {"value", "low", "high"}
        }
        return cls(
            intervals=bands,
            count=int(data["count"]),
            groups=int(data["groups"]),
            per_class=tuple(ClassFigures(**data["per_class"][name]) for name in classes),
            confusion=tuple(tuple(int(n) for n in row) for row in data["confusion"]),
            ece=float(data["ece"]),
            brier=float(data["brier"]),
            nll=float(data["nll"]),
            reliability=tuple(Bin(**each) for each in data.get("reliability", ())),
        )


def _number(value: float) -> float | None:
    return None if math.isnan(value) else float(value)
