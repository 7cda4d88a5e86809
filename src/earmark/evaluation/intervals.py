"""Confidence intervals that know that clips of one group rise and fall together.

A hundred clips of one CD are far from a hundred independent ones. So:

1. How far does each clip pull the figure up or down? For accuracy that is right or wrong less the
   mean; for balanced accuracy and macro F1 it is the figure's derivative by the clip's cell of the
   confusion matrix (infinitesimal jackknife), a residual about the mean of its class.
2. The correlation of these residuals inside a group is found by analysis of variance (Donner, Int.
   Stat. Rev. 54, 1986). A negative one counts too: to cut it off at 0 would widen the intervals
   where grouping does nothing.
3. A few groups measure it badly, and when errors are few and sit in one group they measure it far
   too low. It is therefore averaged with a guess of 0.08, which weighs as much as 1.3 groups; what
   was measured weighs as many groups as carry it: (sum r^2)^2 / sum r^4 over what each group pulls
   in all (Satterthwaite 1946), less the share that goes into the means of classes.
4. With that correlation, the variance over the variance of as many independent clips is the design
   effect, 1 + correlation (m - 1) for m clips a group (Kish, Survey Sampling, 1965), and no less
   than 0.7. Clips / design effect is the effective number of clips n, and Wilson's score interval
   (1927) with that n has a width at 100 % and stays inside [0, 1] (Korn & Graubard, Survey
   Methodology 24, 1998, and Saha et al., Stat. Med. 35, 2016, for such use of n).
   Its quantile is Student's t, whose degrees of freedom are the weights of step 3 over the
   share of variance due to grouping: with no grouping at all it is the plain Wilson interval.

Nothing is drawn at random. The 0.08, the 1.3 and the 0.7 were chosen by simulation, and how often
the interval then holds the truth is measured by tests/evaluation/interval_coverage.py; docs/
evaluation.md has the table, and what else was tried.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from earmark.errors import ConfigError
from earmark.evaluation.checks import (
    Floats,
    Labels,
    as_groups,
    as_labels,
    check_confidence,
    same_length,
)
from earmark.evaluation.design_effect import design_effect
from earmark.evaluation.metrics import METRICS, Metric

_CELLS = 4_000_000  # numbers held at once: 32 MB of float64


@dataclass(frozen=True)
class Interval:
    """A figure with its confidence interval: low <= value <= high, within 0 and 1.

    A difference of two figures lies within -1 and 1.
    """

    value: float
    low: float
    high: float

    def to_dict(self) -> dict[str, float]:
        """As JSON: value, low, high.

        >>> Interval(0.9, 0.8, 0.95).to_dict()
        {'value': 0.9, 'low': 0.8, 'high': 0.95}
        """
        return {"value": self.value, "low": self.low, "high": self.high}

    @classmethod
    def from_dict(cls, data: Mapping[str, float]) -> "Interval":
        """What `to_dict` gave, back."""
        return cls(float(data["value"]), float(data["low"]), float(data["high"]))


class _Answers:
    """Answers as the cells of a confusion matrix, and each clip's group."""

    def __init__(self, true: Labels, answered: Labels, groups: npt.NDArray[Any], classes: int):
        self.true, self.classes = true, classes
        self.index = np.unique(groups, return_inverse=True)[1].reshape(-1)
        cell = true * classes + answered
        self.cells, self.where = np.unique(cell, return_inverse=True)  # (cells,), (clips,)
        counts = np.bincount(cell, minlength=classes**2)
        self.total: Floats = counts.astype(np.float64).reshape(classes, classes)

    def pulls(self, metric: Metric, epsilon: float = 1e-3) -> Floats:
        """The figure's derivative by each clip's weight, (clips,)."""
        step, parts = max(1, _CELLS // self.classes**2), []
        for start in range(0, len(self.cells), step):
            block = self.cells[start : start + step]
            change = np.zeros((len(block), self.classes**2))
            change[np.arange(len(block)), block] = epsilon
            change = change.reshape(-1, *self.total.shape)
            parts.append((metric(self.total + change) - metric(self.total - change)) / 2 / epsilon)
        return np.asarray(np.concatenate(parts)[self.where])

    def weights(self, name: str) -> tuple[Floats, Labels]:
        """Of each clip in the figure, and the class whose mean it is in, (clips,) each."""
        if name == "accuracy":
            return np.full(len(self.true), 1 / len(self.true)), np.zeros_like(self.true)
        support = self.total.sum(axis=1)
        present = np.count_nonzero(support)
        return np.asarray(1 / support[self.true] / present), self.true

    def interval(self, name: str, metric: Metric, confidence: float) -> Interval:
        """The figure by the steps of the module's text."""
        value = min(max(float(metric(self.total)), 0.0), 1.0)  # a mean of ones may be rounded
        weights, classes = self.weights(name)
        pulls = self.pulls(metric)
        effect, quantile = design_effect(pulls / weights, weights, self.index, classes, confidence)
        clips = 1 / float((weights**2).sum())  # independent ones that tell as much
        return wilson(value, clips / effect, quantile)


def wilson(value: float, clips: float, quantile: float) -> Interval:
    """Wilson's interval of a share of so many independent clips."""
    z2 = quantile**2 / clips
    centre = (value + z2 / 2) / (1 + z2)
    half = np.sqrt(z2) * np.sqrt(value * (1 - value) + z2 / 4) / (1 + z2)
    low, high = max(0.0, float(centre - half)), min(1.0, float(centre + half))
    return Interval(value, min(low, value), max(high, value))


def grouped_intervals(
    targets: npt.ArrayLike,
    predictions: npt.ArrayLike,
    groups: npt.ArrayLike | None,
    classes: int,
    *,
    metrics: Mapping[str, Metric] = METRICS,
    confidence: float = 0.95,
) -> dict[str, Interval]:
    """Each figure with its interval over groups.

    Args:
        targets, predictions: class numbers, (clips,).
        groups: names of what must not be parted, (clips,); None: each clip alone.
        metrics: functions of (..., classes, classes) confusion matrices, in [0, 1].
        confidence: e.g. 0.95.
    Raises:
        ConfigError: no clip, arrays of different length, a class number or setting out of range.
    Source: the module's text.

    >>> bands = grouped_intervals([0, 0, 1, 1], [0, 0, 1, 1], None, classes=2)
    >>> band = bands["accuracy"]
    >>> band.value, round(band.low, 2), band.high  # four right of four proves little
    (1.0, 0.51, 1.0)
    """
    true = as_labels("targets", targets, classes)
    answered = as_labels("predictions", predictions, classes)
    same_length("targets", len(true), "predictions", len(answered))
    if len(true) == 0:
        raise ConfigError("intervals need at least 1 clip, got 0")
    check_confidence(confidence)
    answers = _Answers(true, answered, as_groups("groups", groups, len(true)), classes)
    return {name: answers.interval(name, metric, confidence) for name, metric in metrics.items()}
