"""The figures of one set of answers with several labels each, with one threshold."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from earmark.evaluation.checks import Floats
from earmark.evaluation.intervals import Interval
from earmark.evaluation.multilabel.checks import Marks
from earmark.evaluation.multilabel.intervals import NAMES, label_intervals
from earmark.evaluation.multilabel.metrics import counts, per_label
from earmark.evaluation.ranking import average_precision
from earmark.evaluation.reliability import Bin, calibration_error, reliability


@dataclass(frozen=True)
class LabelFigures:
    """One class; None where there is nothing to count (never answered, never true)."""

    precision: float | None
    recall: float | None
    f1: float | None
    average_precision: float | None
    support: int  # clips or windows with this label in the truth

    def to_dict(self) -> dict[str, float | int | None]:
        """As JSON."""
        return dict(vars(self))


@dataclass(frozen=True)
class MultilabelFigures:
    """Everything measured on one set of clips (or windows)."""

    intervals: dict[str, Interval]  # micro_f1, macro_f1, mean_average_precision, exact_match
    count: int  # clips or windows
    groups: int  # how many groups they come from
    threshold: float | None  # from which score on a label is answered; None: folds have several
    per_class: tuple[LabelFigures, ...]
    # Where scores are normalised they are no probabilities, and these two are None.
    ece: float | None  # mean gap between score and share of clips that have the label, 15 bins
    brier: float | None  # mean squared error of the scores, in [0, 1]
    reliability: tuple[Bin, ...] = ()  # each label's score against how often it is there

    @property
    def micro_f1(self) -> Interval:
        """F1 over all decisions together."""
        return self.intervals["micro_f1"]

    @property
    def macro_f1(self) -> Interval:
        """Mean F1 of the classes."""
        return self.intervals["macro_f1"]

    @property
    def mean_average_precision(self) -> Interval:
        """Mean average precision of the classes: how well clips are ranked, at any threshold."""
        return self.intervals["mean_average_precision"]

    @property
    def exact_match(self) -> Interval:
        """Share of clips with every label right and none too many."""
        return self.intervals["exact_match"]

    @classmethod
    def of(
        cls,
        scored: "Answered",
        threshold: float | None,
        *,
        probabilities: bool,
        **settings: Any,
    ) -> "MultilabelFigures":
        """Measure answers; `probabilities`: whether the scores are such; settings as
        `label_intervals`."""
        targets, scores, answers = scored.targets, scored.scores, scored.answers
        each = per_label(counts(targets, answers).sum(axis=0))
        ranked = average_precision(targets, scores)
        bins = reliability(scores.ravel(), targets.ravel()) if probabilities else ()
        return cls(
            intervals=label_intervals(targets, answers, scores, scored.groups, **settings),
            count=len(targets),
            groups=len(np.unique(scored.groups)),
            threshold=threshold,
            per_class=tuple(
                LabelFigures(_number(p), _number(r), _number(f), _number(a), int(s))
                for p, r, f, s, a in zip(*each, ranked, strict=True)
            ),
            ece=calibration_error(bins) if probabilities else None,
            brier=float(((scores - targets) ** 2).mean()) if probabilities else None,
            reliability=bins,
        )

    def to_dict(self, classes: Sequence[str]) -> dict[str, Any]:
        """As JSON, per-class figures under the names of the classes."""
        return {
            **{name: band.to_dict() for name, band in self.intervals.items()},
            "count": self.count,
            "groups": self.groups,
            "threshold": self.threshold,
            "per_class": {
                name: figures.to_dict()
                for name, figures in zip(classes, self.per_class, strict=True)
            },
            "ece": self.ece,
            "brier": self.brier,
            "reliability": [each.to_dict() for each in self.reliability],
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any], classes: Sequence[str]) -> "MultilabelFigures":
        """What `to_dict` gave, back."""
        threshold = data["threshold"]
        return cls(
            intervals={name: Interval.from_dict(data[name]) for name in NAMES},
            count=int(data["count"]),
            groups=int(data["groups"]),
            threshold=None if threshold is None else float(threshold),
            per_class=tuple(LabelFigures(**data["per_class"][name]) for name in classes),
            ece=data["ece"],
            brier=data["brier"],
            reliability=tuple(Bin(**each) for each in data.get("reliability", ())),
        )


@dataclass(frozen=True)
class Answered:
    """The arrays behind a set of figures, kept so that folds can be pooled; n clips or windows."""

    targets: Marks  # (n, classes): which labels are true
    scores: Floats  # (n, classes)
    answers: Marks  # (n, classes): which labels were answered
    groups: npt.NDArray[Any]  # (n,) names

    @classmethod
    def joined(cls, parts: Sequence["Answered"]) -> "Answered":
        """One after the other."""
        return cls(
            np.concatenate([part.targets for part in parts]),
            np.concatenate([part.scores for part in parts]),
            np.concatenate([part.answers for part in parts]),
            np.concatenate([part.groups for part in parts]),
        )


def _number(value: float) -> float | None:
    return None if math.isnan(value) else float(value)
