"""Intervals of event scores over groups of recordings, by the steps told in `evaluation.intervals`.

What counts as one independent item is an event of the truth (a segment, for segment-based figures);
for means over classes it is classes^2 / sum(1 / items of a class). F1 and PSDS are no shares of
items, but within Wilson's interval they are taken for such. An error rate may be above 1: its
interval is the score interval of a Poisson rate, which has a width at 0 as well.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from earmark.evaluation.checks import Floats, Labels, check_draws
from earmark.evaluation.events.changes import AllChanges, Changes
from earmark.evaluation.events.counts import TRUE, Counts, error_rate, macro_f1, micro_f1
from earmark.evaluation.events.psds import HOUR_S, PsdsSetting, from_changes
from earmark.evaluation.intervals import Interval, wilson
from earmark.evaluation.resampled_effect import few_groups, resampled_effect

PSDS_DRAWS = 200  # each sums up every change anew
_EPSILON = 1e-3
_CELLS = 4_000_000


class Grouped:
    """Groups of files, and the weights that draw them anew (Bayesian bootstrap)."""

    def __init__(
        self, groups: npt.NDArray[Any], *, resamples: int, confidence: float, seed: int
    ) -> None:
        check_draws(resamples, confidence)
        names, index = np.unique(groups, return_inverse=True)
        self.index: Labels = index.reshape(-1)
        self.count, self.resamples, self.confidence = len(names), resamples, confidence
        self.seed = seed

    def weights(self, number: int) -> Floats:
        """(number, groups), the same at every call."""
        rng = np.random.default_rng(self.seed)
        return rng.standard_exponential((number, self.count))

    def sums(self, rows: Floats) -> Floats:
        """(files, ...) -> (groups, ...)."""
        out = np.zeros((self.count, *rows.shape[1:]))
        np.add.at(out, self.index, rows)
        return out

    def drawn(self, table: Floats, figure: Callable[[Floats], Floats]) -> float:
        """The variance of a figure of weighted sums; table (groups, ...)."""
        flat = table.reshape(self.count, -1)
        step = max(1, _CELLS // max(flat.shape[1], self.count))
        weights, values = self.weights(self.resamples), []
        for start in range(0, self.resamples, step):
            sums = weights[start : start + step] @ flat
            values.append(figure(sums.reshape(-1, *table.shape[1:])))
        every = np.concatenate(values)
        return float(np.nanvar(every, ddof=1))


def _influences(table: Floats, figure: Callable[[Floats], Floats]) -> Floats:
    """How a figure moves as a group gains weight: (groups,)."""
    total, change = table.sum(axis=0), _EPSILON * table
    return np.nan_to_num((figure(total + change) - figure(total - change)) / 2 / _EPSILON)


def f1_intervals(counts: Counts, grouped: Grouped) -> dict[str, Interval | None]:
    """Micro and macro F1 with intervals; None where the truth has no event."""
    table = grouped.sums(counts.found)
    true = table[:, TRUE]  # (groups, classes)
    present = true.sum(axis=0) > 0
    found: dict[str, Interval | None] = {"micro": None, "macro": None}
    if not present.any():
        return found
    for name, figure in (("micro", micro_f1), ("macro", macro_f1)):
        value = min(float(figure(table.sum(axis=0))), 1.0)
        sizes = true.sum(axis=1, keepdims=True) if name == "micro" else true[:, present]
        support = sizes.sum(axis=0)
        items = float(len(support) ** 2 / (1 / support).sum())
        effect, quantile = resampled_effect(
            grouped.drawn(table, figure),
            value * (1 - value) / items,
            _influences(table, figure),
            true.sum(axis=1),
            few_groups(sizes),
            grouped.confidence,
        )
        found[name] = wilson(value, items / effect, quantile)
    return found


def error_rate_interval(counts: Counts, grouped: Grouped) -> Interval | None:
    """The error rate with its interval; None where the truth has no event."""
    table = grouped.sums(counts.errors)
    items = float(table[:, 0].sum())
    if items == 0:
        return None
    value = float(error_rate(table.sum(axis=0)))
    effect, quantile = resampled_effect(
        grouped.drawn(table, error_rate),
        value / items,
        _influences(table, error_rate),
        table[:, 0],
        few_groups(table[:, :1]),
        grouped.confidence,
    )
    items /= effect
    centre, half = quantile**2 / 2 / items, quantile**2 / 4 / items**2
    spread = quantile * float(np.sqrt(value / items + half))
    return Interval(value, max(0.0, value + centre - spread), value + centre + spread)


def psds_interval(
    changes: AllChanges, length_s: Floats, setting: PsdsSetting, grouped: Grouped
) -> Interval:
    """PSDS with its interval. How much a group tells is taken to go with its number of events."""
    value = min(from_changes(changes, length_s, setting).value, 1.0)
    near = _without_the_far(changes, float(length_s.sum()), setting)
    true = grouped.sums(changes.true)
    true = true[:, true.sum(axis=0) > 0]
    values = [
        from_changes(near, length_s, setting, weights[grouped.index]).value
        for weights in grouped.weights(min(grouped.resamples, PSDS_DRAWS))
    ]
    support = true.sum(axis=0)
    items = float(len(support) ** 2 / (1 / support).sum())
    share = true.sum(axis=1) / true.sum()
    effect, quantile = resampled_effect(
        float(np.var(values, ddof=1)),
        value * (1 - value) / items,
        share,
        true.sum(axis=1),
        few_groups(true),
        grouped.confidence,
    )
    return wilson(value, items / effect, quantile)


def _without_the_far(changes: AllChanges, total_s: float, setting: PsdsSetting) -> AllChanges:
    """Without thresholds of so many false answers that no draw would look there."""
    limit = 5 * setting.most * total_s / HOUR_S
    by_class = []
    for each in changes.by_class:
        inside = np.flatnonzero(np.cumsum(each.false) <= limit)
        last = int(inside[-1]) + 1 if len(inside) else 0
        by_class.append(Changes(*(column[:last] for column in vars(each).values())))
    return AllChanges(changes.classes, tuple(by_class), changes.true, changes.true_s)
