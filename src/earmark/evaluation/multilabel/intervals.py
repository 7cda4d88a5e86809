"""Grouped intervals for several labels a clip, by resampling (`resampled_effect`).

What counts as one independent item: a label for micro F1; for means over classes it is
classes^2 / sum(1 / clips of a class). Micro F1 is no share of items, but within Wilson's interval
it is taken for one. Exact match is a share of clips: its interval is that of an accuracy.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from earmark.evaluation.checks import Floats, check_draws
from earmark.evaluation.intervals import Interval, grouped_intervals, wilson
from earmark.evaluation.metrics import METRICS
from earmark.evaluation.multilabel.checks import Marks
from earmark.evaluation.multilabel.metrics import (
    counts,
    exact_match,
    macro_f1,
    micro_f1,
)
from earmark.evaluation.ranking import Ranking
from earmark.evaluation.resampled_effect import few_groups, resampled_effect

COUNTED = {"micro_f1": micro_f1, "macro_f1": macro_f1}
NAMES = ("micro_f1", "macro_f1", "mean_average_precision", "exact_match")
_CELLS = 4_000_000  # numbers held at once: 32 MB of float64
# Average precision sums over every clip anew for each draw: of very many, fewer draws are made.
_WORK, _FEWEST_DRAWS = 400_000_000, 200
_EPSILON = 1e-3


class _Grouped:
    """Sums by group, and the rankings: what every draw is computed from."""

    def __init__(
        self, targets: Marks, answers: Marks, scores: Floats, groups: npt.NDArray[Any]
    ) -> None:
        names, index = np.unique(groups, return_inverse=True)
        self.index = index.reshape(-1)
        self.groups, self.classes = len(names), targets.shape[1]
        self.table = self._by_group(counts(targets, answers))  # (groups, 3, classes)
        self.clips = np.bincount(self.index).astype(np.float64)
        present = [label for label in range(self.classes) if targets[:, label].any()]
        self.rankings = [Ranking(targets[:, label], scores[:, label]) for label in present]
        self.labels = self.table[:, 0] + self.table[:, 2]  # true ones, (groups, classes)
        self.labels = self.labels[:, present]

    def _by_group(self, rows: Floats) -> Floats:
        out = np.zeros((self.groups, *rows.shape[1:]))
        np.add.at(out, self.index, rows)
        return out

    def figures(self, weights: Floats, *, ranked: bool) -> dict[str, Floats]:
        """Every figure under weights (draws, groups): (draws,) each."""
        table = (weights @ self.table.reshape(self.groups, -1)).reshape(-1, 3, self.classes)
        found = {name: metric(table) for name, metric in COUNTED.items()}
        if ranked:
            by_clip = weights[:, self.index]  # (draws, clips)
            each = [ranking.precision(by_clip) for ranking in self.rankings]
            found["mean_average_precision"] = np.mean(each, axis=0)
        return found

    def influences(self, name: str) -> Floats:
        """How a figure moves as a group gains weight: (groups,)."""
        if name == "mean_average_precision":
            each = [ranking.influence() for ranking in self.rankings]
            return self._by_group(np.asarray(np.mean(each, axis=0)))
        metric, total, parts = COUNTED[name], self.table.sum(axis=0), []
        step = max(1, _CELLS // total.size)
        for start in range(0, self.groups, step):
            change = _EPSILON * self.table[start : start + step]
            parts.append((metric(total + change) - metric(total - change)) / 2 / _EPSILON)
        return np.concatenate(parts)

    def items(self, name: str) -> tuple[Floats, float, float]:
        """Items of each group (groups,), independent ones in all, and step 1's correction."""
        if name == "micro_f1":
            sizes = self.labels.sum(axis=1)
            return sizes, float(sizes.sum()), few_groups(sizes[:, None])
        support = self.labels.sum(axis=0)
        items = len(support) ** 2 / (1 / support).sum()
        return self.clips, float(items), few_groups(self.labels)


def label_intervals(
    targets: Marks,
    answers: Marks,
    scores: Floats,
    groups: npt.NDArray[Any],
    *,
    resamples: int = 2000,
    confidence: float = 0.95,
    seed: int = 0,
) -> dict[str, Interval]:
    """Each figure with its interval over groups; the same seed gives the same interval.

    Args:
        targets, answers: which labels are true and which were answered, (clips, classes).
        scores: what mean average precision ranks by, (clips, classes).
        groups: names of what must not be parted, (clips,).
        resamples: draws of the groups. confidence: e.g. 0.95. seed: of the draws.

    >>> right = np.eye(2, dtype=bool)[[0, 1, 0, 1]]
    >>> band = label_intervals(right, right, right.astype(float), np.arange(4))["exact_match"]
    >>> band.value, round(band.low, 2), band.high  # four right of four proves little
    (1.0, 0.51, 1.0)
    """
    check_draws(resamples, confidence)
    grouped = _Grouped(targets, answers, scores, groups)
    rng = np.random.default_rng(seed)
    ranked_draws = min(resamples, max(_FEWEST_DRAWS, _WORK // max(targets.size, 1)))
    drawn: dict[str, list[Floats]] = {name: [] for name in NAMES[:-1]}
    step = max(1, _CELLS // max(len(targets), 3 * grouped.classes))
    for start in range(0, resamples, step):
        weights = rng.standard_exponential((min(step, resamples - start), grouped.groups))
        for name, values in grouped.figures(weights, ranked=start < ranked_draws).items():
            drawn[name].append(values)
    found = grouped.figures(np.ones((1, grouped.groups)), ranked=True)
    bands = {}
    for name in drawn:
        sizes, independent, few = grouped.items(name)
        value = min(float(found[name][0]), 1.0)  # a mean of ones may be rounded above 1
        effect, quantile = resampled_effect(
            float(np.var(np.concatenate(drawn[name]), ddof=1)),
            value * (1 - value) / independent,
            grouped.influences(name),
            sizes,
            few,
            confidence,
        )
        bands[name] = wilson(value, independent / effect, quantile)
    exact = exact_match(targets, answers).astype(np.int64)
    accuracy = {"accuracy": METRICS["accuracy"]}
    as_right = grouped_intervals(
        np.ones_like(exact), exact, groups, 2, metrics=accuracy, confidence=confidence
    )
    return {**bands, "exact_match": as_right["accuracy"]}
