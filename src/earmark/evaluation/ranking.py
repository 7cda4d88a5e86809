"""Average precision: how well scores rank the clips of a class before the others.

No threshold is needed, so it tells what accuracy does not: whether a class that is seldom answered
is at least scored higher where it is heard.
"""

from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from earmark.evaluation.checks import Floats
from earmark.evaluation.intervals import Interval, wilson
from earmark.evaluation.metrics import ratio
from earmark.evaluation.resampled_effect import few_groups, resampled_effect

Marks = npt.NDArray[np.bool_]


class Ranking:
    """The clips of one class from the highest score down, for average precision under weights."""

    def __init__(self, targets: Marks, scores: Floats) -> None:
        self.order = np.argsort(-scores, kind="stable")
        self.hit = targets[self.order]
        ranked = scores[self.order]
        new = np.append(ranked[1:] != ranked[:-1], True)
        ends = np.flatnonzero(new)
        block = np.cumsum(np.append(0, new[:-1]))  # clips of equal score are one block
        self.end = ends[block]
        self.start = np.append(0, ends[:-1] + 1)[block]

    @cached_property
    def hits(self) -> npt.NDArray[np.int64]:
        """Places of the clips that have the label."""
        return np.flatnonzero(self.hit)

    def precision(self, weights: Floats) -> Floats:
        """Average precision under weights (..., clips), in the order of the clips: (...).

        The mean over clips with the label of the precision among those scored no lower, as
        `sklearn.metrics.average_precision_score`; NaN if no clip has it.
        """
        ranked = weights[..., self.order]
        ends = self.end[self.hits]
        among = np.cumsum(ranked, axis=-1)[..., ends]
        right = np.cumsum(ranked * self.hit, axis=-1)[..., ends]
        own = ranked[..., self.hits]
        return ratio((own * right / among).sum(axis=-1), own.sum(axis=-1))

    def influence(self) -> Floats:
        """How the average precision moves as a clip gains weight, (clips,), all weights being 1."""
        positions = np.arange(1, len(self.order) + 1, dtype=np.float64)
        among = positions[self.end]
        right = np.cumsum(self.hit)[self.end].astype(np.float64)
        count = self.hit.sum()
        value = (self.hit * right / among).sum() / count
        # A clip adds to the right and to all of every precision at or below its place.
        gain = np.cumsum((self.hit / among)[::-1])[::-1][self.start]
        loss = np.cumsum((self.hit * right / among**2)[::-1])[::-1][self.start]
        out = np.empty(len(self.order))
        out[self.order] = (self.hit * (right / among - value + gain) - loss) / count
        return out


def average_precision(targets: Marks, scores: Floats) -> Floats:
    """Average precision of each class, (clips, classes) twice -> (classes,); NaN without a clip.

    >>> marks = np.array([[True], [False], [True]])
    >>> round(float(average_precision(marks, np.array([[0.9], [0.8], [0.7]]))[0]), 4)
    0.8333
    """
    ones = np.ones(len(targets))
    columns = zip(targets.T, scores.T, strict=True)
    return np.array([float(Ranking(true, column).precision(ones)) for true, column in columns])


def mean_precision(
    targets: Marks, scores: Floats, groups: npt.NDArray[Any], confidence: float = 0.95
) -> Interval:
    """Mean average precision over the classes that have a clip, with its interval over groups.

    The interval is made as in `intervals`, with the variance that the influence of each group gives
    (infinitesimal jackknife) in place of drawn weights: of many clips it is the same, and sorting
    anew for every draw would take minutes.

    Args:
        targets: whether a clip is of a class, (clips, classes). scores: (clips, classes).
        groups: names of what must not be parted, (clips,).

    >>> marks = np.eye(2, dtype=bool)[[0, 1, 0, 1]]
    >>> band = mean_precision(marks, marks.astype(float), np.arange(4))
    >>> band.value, round(band.low, 2), band.high  # four right of four proves little
    (1.0, 0.51, 1.0)
    """
    names, index = np.unique(groups, return_inverse=True)
    index = index.reshape(-1)
    present = np.flatnonzero(targets.any(axis=0))
    support = np.zeros((len(names), len(present)))
    np.add.at(support, index, targets[:, present].astype(np.float64))
    value, influences, ones = 0.0, np.zeros(len(names)), np.ones(len(targets))
    for label in present:
        ranking = Ranking(targets[:, label], scores[:, label])
        value += float(ranking.precision(ones)) / len(present)
        influences += np.bincount(index, ranking.influence(), len(names)) / len(present)
    value = min(value, 1.0)  # a mean of ones may be rounded above 1
    clips = len(present) ** 2 / float((1 / support.sum(axis=0)).sum())
    effect, quantile = resampled_effect(
        float((influences**2).sum()),
        value * (1 - value) / clips,
        influences,
        np.bincount(index).astype(np.float64),
        few_groups(support),
        confidence,
    )
    return wilson(value, clips / effect, quantile)
