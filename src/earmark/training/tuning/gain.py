"""How much better the best setting is than the default, and how much of that is luck.

The best of many trials on the same clips flatters itself. So two figures are told: the difference
on all clips of the rest with its interval, as for any two models (evaluation/paired.py), and what
choosing brings where it is not judged on what it chose by: the best setting by all folds but one,
on that one, against the default there, over all folds in turn.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from earmark.evaluation.intervals import Interval
from earmark.evaluation.paired import compare_paired

Scores = NDArray[np.float64]


@dataclass(frozen=True)
class Gain:
    """Best against default, in the unit of the scores."""

    difference: Interval
    """On all clips of the inner folds; flattered, as these clips chose the best."""
    chosen_elsewhere: float
    """The mean over clips where each fold is judged by what the other folds would choose."""

    def to_dict(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "difference": self.difference.to_dict(),
            "chosen_elsewhere": self.chosen_elsewhere,
        }


def gain_of(
    scores: Sequence[Scores],
    default: int,
    best: int,
    folds: Sequence[NDArray[np.int64]],
    groups: NDArray[Any],
) -> Gain:
    """The gain of trial `best` over trial `default`; `scores` are (clips,) of each finished trial.

    `folds` are the clips that each inner fold left out, `groups` (clips,) what is not parted.
    """
    table = np.stack(list(scores))  # (trials, clips)
    elsewhere = np.zeros(table.shape[1])
    for fold in folds:
        others = np.setdiff1d(np.arange(table.shape[1]), fold)
        means = table[:, others].mean(axis=1)
        # of equals the default is kept, as the best of all is
        chosen = default if means[default] >= means.max() else int(means.argmax())
        elsewhere[fold] = table[chosen, fold] - table[default, fold]
    return Gain(difference(table[best], table[default], groups), float(elsewhere.mean()))


def difference(first: Scores, second: Scores, groups: NDArray[Any]) -> Interval:
    """The mean of `first - second` over clips and its interval over groups, (clips,) each."""
    if not set(np.unique(np.concatenate([first, second]))) - {0.0, 1.0}:
        truth = np.ones(len(first), np.int64)
        answers = {"first": first.astype(np.int64), "second": second.astype(np.int64)}
        return compare_paired(truth, answers, groups)[0].difference
    return grouped_mean(first - second, groups)


def grouped_mean(values: Scores, groups: NDArray[Any], confidence: float = 0.95) -> Interval:
    """A mean over clips and its interval where clips of a group go together.

    The linearised variance of a ratio over groups, with Student's t (Cochran, Sampling Techniques,
    1977, 6.3). With one group it is from -1 to 1: nothing is known of others.
    """
    from scipy.stats import t

    _, index = np.unique(groups, return_inverse=True)
    count = int(index.max()) + 1
    mean = float(values.mean())
    if count < 2:
        return Interval(mean, -1.0, 1.0)
    totals = np.bincount(index.reshape(-1), weights=values - mean)
    error = np.sqrt(count / (count - 1) * (totals**2).sum()) / len(values)
    half = float(t.ppf((1 + confidence) / 2, count - 1) * error)
    return Interval(mean, max(-1.0, mean - half), min(1.0, mean + half))
