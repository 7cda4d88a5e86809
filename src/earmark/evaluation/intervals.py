"""Confidence intervals that know that clips of one group rise and fall together.

Whole groups are weighted anew at random, which measures how far a figure moves from one set of
recordings, artists or CDs to the next. The weights are those of the Bayesian bootstrap (Rubin, Ann.
Statist. 9, 1981): drawing groups with replacement may leave out every group of a class, and
macro F1 then jumps for a reason that has nothing to do with the answers. Reading the
interval straight off the draws fails twice: with few groups it is too narrow, and at 100 % it
has no width at all. So:

1. The bootstrap variance over the variance that as many independent clips would have is the
   design effect (Kish, Survey Sampling, 1965). The variance is first multiplied by
   (G + 1) / (G - 1), which makes it unbiased for a mean of G equal groups; G is Kish's effective
   number where sizes differ and, for means over classes, is counted within each class.
2. A few groups measure it badly, and when errors are few and sit in one group they measure it far
   too low. It is therefore averaged with the design effect 1 + 0.1 (m - 1) of a correlation of
   0.1 inside a group (m: clips of the group that a random clip is in). That guess weighs as much
   as 2 groups; what was measured weighs as many as carry it: (sum r^2)^2 / sum r^4 over the groups'
   influences r (Satterthwaite 1946). An average never lowers a high measured effect, nor the
   result below 1.
3. Clips / design effect is the effective number of clips n, and Wilson's score interval (1927)
   with that n has a width at 100 % and stays inside [0, 1] (Korn & Graubard, Survey Methodology
   24, 1998, and Franco et al., J. Surv. Stat. Methodol. 7, 2019, for such use of n).
   Its quantile is Student's t, whose degrees of freedom are the weights of step 2 over the
   share of variance due to grouping: with no grouping at all it is the plain Wilson interval.

The 0.1 and the 2 were chosen by simulation (tests/evaluation/interval_coverage.py): 6 to 150
unequal groups of 1, 4 or 10 clips on average, correlation 0 to 0.3, truth 60 to 99.5 %. There a
95 % interval of the accuracy holds the truth in 90 to 99 % of trials, mostly 94 to 98. With fewer
than two groups a class, balanced accuracy and macro F1 fare worse (82 to 99 %).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from earmark.errors import ConfigError
from earmark.evaluation.checks import Floats, Labels, as_groups, as_labels, same_length
from earmark.evaluation.design_effect import design_effect, few_groups
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


class _Grouped:
    """Confusion counts by group, held sparse: most groups meet few of the classes^2 cells."""

    def __init__(self, true: Labels, answered: Labels, groups: npt.NDArray[Any], classes: int):
        from scipy.sparse import coo_array

        names, index = np.unique(groups, return_inverse=True)
        self.groups, self.classes, self.index = len(names), classes, index.reshape(-1)
        self.sizes = np.bincount(self.index).astype(np.float64)  # (groups,)
        cell = true * classes + answered
        shape = (self.groups, classes * classes)
        ones = np.ones(len(true))
        self.counts = coo_array((ones, (self.index, cell)), shape=shape).tocsr()
        counts = np.bincount(cell, minlength=classes**2)
        self.total: Floats = counts.astype(np.float64).reshape(classes, classes)

    def _step(self) -> int:
        return max(1, _CELLS // max(self.groups, self.classes**2))

    def resampled(self, resamples: int, rng: np.random.Generator) -> Iterator[Floats]:
        """Confusion matrices of reweighted groups, some at a time: (some, classes, classes)."""
        step, groups = self._step(), self.groups
        for start in range(0, resamples, step):
            rows = min(step, resamples - start)
            weights = rng.standard_exponential((rows, groups))  # figures ignore the scale
            yield (weights @ self.counts).reshape(rows, *self.total.shape)

    def few_groups(self, by_class: bool) -> float:
        """By how much the bootstrap variance is too low with few groups: step 1 of the text."""
        sizes = self.sizes[:, None]  # (groups, 1)
        if by_class:
            pairs = self.counts.tocoo()
            group, cell = pairs.coords
            table = np.zeros((self.groups, self.classes))
            np.add.at(table, (group, cell // self.classes), pairs.data)
            sizes = table[:, table.sum(axis=0) > 0]  # (groups, classes present)
        return few_groups(sizes)

    def influences(self, metric: Metric, epsilon: float = 1e-3) -> Floats:
        """How the figure moves as a group gains weight (infinitesimal jackknife): (groups,)."""
        parts = []
        for start in range(0, self.groups, self._step()):
            block = self.counts[start : start + self._step()].toarray()
            change = epsilon * block.reshape(-1, *self.total.shape)
            parts.append((metric(self.total + change) - metric(self.total - change)) / 2 / epsilon)
        return np.concatenate(parts)


def _nominal_clips(name: str, total: Floats) -> float:
    """How many independent clips tell as much: all of them, or for a mean over classes
    classes^2 / sum(1 / clips of a class), which rare classes pull down."""
    support = total.sum(axis=1)
    support = support[support > 0]
    if name == "accuracy":
        return float(support.sum())
    return float(len(support) ** 2 / (1 / support).sum())


def wilson(value: float, clips: float, quantile: float) -> Interval:
    """Wilson's interval of a share of so many independent clips."""
    z2 = quantile**2 / clips
    centre = (value + z2 / 2) / (1 + z2)
    half = np.sqrt(z2) * np.sqrt(value * (1 - value) + z2 / 4) / (1 + z2)
    low, high = max(0.0, float(centre - half)), min(1.0, float(centre + half))
    return Interval(value, min(low, value), max(high, value))


def bootstrap_intervals(
    targets: npt.ArrayLike,
    predictions: npt.ArrayLike,
    groups: npt.ArrayLike | None,
    classes: int,
    *,
    metrics: Mapping[str, Metric] = METRICS,
    resamples: int = 2000,
    confidence: float = 0.95,
    seed: int = 0,
) -> dict[str, Interval]:
    """Each figure with its interval over groups; the same seed gives the same interval.

    Args:
        targets, predictions: class numbers, (clips,).
        groups: names of what must not be parted, (clips,); None: each clip alone.
        metrics: functions of (..., classes, classes) confusion matrices, in [0, 1].
        resamples: bootstrap draws. confidence: e.g. 0.95.
    Raises:
        ConfigError: no clip, arrays of different length, a class number or setting out of range.
    Source: the module's text.

    >>> bands = bootstrap_intervals([0, 0, 1, 1], [0, 0, 1, 1], None, classes=2)
    >>> band = bands["accuracy"]
    >>> band.value, round(band.low, 2), band.high  # four right of four proves little
    (1.0, 0.51, 1.0)
    """
    true = as_labels("targets", targets, classes)
    answered = as_labels("predictions", predictions, classes)
    same_length("targets", len(true), "predictions", len(answered))
    if len(true) == 0:
        raise ConfigError("intervals need at least 1 clip, got 0")
    if resamples < 2:
        raise ConfigError(f"resamples must be at least 2, got {resamples}")
    if not 0 < confidence < 1:
        raise ConfigError(f"confidence must lie between 0 and 1, got {confidence}")
    grouped = _Grouped(true, answered, as_groups("groups", groups, len(true)), classes)
    drawn: dict[str, list[Floats]] = {name: [] for name in metrics}
    for matrices in grouped.resampled(resamples, np.random.default_rng(seed)):
        for name, metric in metrics.items():
            drawn[name].append(metric(matrices))
    found: dict[str, Interval] = {}
    for name, metric in metrics.items():
        value, clips = float(metric(grouped.total)), _nominal_clips(name, grouped.total)
        effect, quantile = design_effect(
            float(np.var(np.concatenate(drawn[name]), ddof=1)),
            value * (1 - value) / clips,
            grouped.influences(metric),
            grouped.sizes,
            grouped.few_groups(by_class=name != "accuracy"),
            confidence,
        )
        found[name] = wilson(value, clips / effect, quantile)
    return found
