"""By how much grouping inflates a variance, when the groups at hand may be few.

`intervals` and `paired` rest on it; the text of `intervals` says how and why. Figures that are no
mean over clips measure it by resampling (`resampled_effect`).
"""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from earmark.evaluation.checks import Floats, Labels

GUESS = 0.08  # correlation inside a group where nothing is measured; by simulation, see `intervals`
GUESS_GROUPS = 1.3  # how many groups the guess weighs as much as; likewise
LEAST = 0.7  # of the effect: groups that are more alike than chance would have it; likewise


class DesignEffect(NamedTuple):
    """What an interval needs: clips / effect is the effective number of clips."""

    effect: float
    quantile: float  # of Student's t, two-sided


class _Sizes(NamedTuple):
    """What the analysis of variance needs of the sizes."""

    between: float  # degrees of freedom
    within: float
    mean_size: float  # of a group, as the analysis of variance weighs it


def _sizes(index: Labels, classes: Labels) -> _Sizes:
    """From each clip's group and class: residuals are about the means of the classes."""
    if not classes.any():  # one class: the textbook's
        counts, clips = np.bincount(index), float(len(index))
        between = len(counts) - 1.0
        spread = clips - float((counts.astype(np.float64) ** 2).sum()) / clips
        return _Sizes(between, clips - len(counts), spread / max(between, 1e-9))
    from scipy.sparse import coo_array

    shape = (int(index.max()) + 1, int(classes.max()) + 1)
    pairs: Any = coo_array((np.ones(len(index)), (index, classes)), shape=shape).tocsr()
    groups, total = pairs.sum(axis=1), pairs.sum(axis=0)  # (groups,), (classes,)
    squares = pairs.multiply(pairs) / np.maximum(total, 1)
    lost = float((squares / groups[:, None]).sum())  # to the means of the classes
    alike = ((pairs / groups[:, None]).T @ pairs).multiply(pairs.T @ pairs)
    alike = alike / np.maximum(np.outer(total, total), 1)
    clips, between = float(len(index)), shape[0] - lost
    spread = clips - 2 * float(squares.sum()) + float(alike.sum())
    present = int((total > 0).sum())
    return _Sizes(between, clips - present - between, spread / max(between, 1e-9))


def correlation(residuals: Floats, index: Labels, classes: Labels) -> tuple[float, float]:
    """Correlation inside groups by analysis of variance, and its degrees of freedom.

    Args:
        residuals: how much each clip lies above the mean of its class, (clips,).
        index: number of each clip's group. classes: of its class; one class for all is well.

    Both are 0 where nothing can be measured: single clips, one group a class, no residual.
    Source: Donner, Int. Stat. Rev. 54, 1986; with several classes the expectations are of
    residuals about their means.
    """
    between, within, size = _sizes(index, classes)
    if between < 1e-6 or within < 1e-6:
        return 0.0, 0.0
    sums, counts = np.bincount(index, residuals), np.bincount(index)
    explained = float((sums**2 / counts).sum())
    mean_between = explained / between
    mean_within = max(float((residuals**2).sum()) - explained, 0.0) / within
    below = mean_between + (size - 1) * mean_within
    if below < 1e-12:
        return 0.0, 0.0
    found = (mean_between - mean_within) / below
    return float(np.clip(found, -1 / max(size - 1, 1.01), 1.0)), between


def design_effect(
    residuals: Floats,
    weights: Floats,
    index: npt.NDArray[Any],
    classes: Labels,
    confidence: float,
) -> DesignEffect:
    """Clips of one group tell less than as many independent ones: by how much.

    Args:
        residuals: how much each clip lies above the mean of its class, (clips,).
        weights: of each clip in the figure, (clips,); any unit.
        index, classes: numbers of each clip's group and class, (clips,).
        confidence: e.g. 0.95.

    >>> alike = np.repeat([0.5, -0.5, 0.5, -0.5], 5)  # four groups of five, of one mind each
    >>> same = np.ones(20)
    >>> found = design_effect(alike, same, np.repeat(range(4), 5), np.zeros(20, int), 0.95)
    >>> round(found.effect, 2)  # nearly 5: one clip a group tells all
    4.1
    """
    from scipy.stats import norm, t

    if len(np.unique(index)) == len(index):
        return DesignEffect(1.0, float(norm.ppf((1 + confidence) / 2)))
    found, between = correlation(residuals, index, classes)
    moved = np.bincount(index, residuals * weights)  # (groups,)
    squares, fourths = float((moved**2).sum()), float((moved**4).sum())
    carry = min(squares**2 / fourths, between + 1) if fourths > 1e-60 else 0.0
    carry *= between / max(len(moved) - 1, 1)  # the means of classes take groups away
    believed = (carry * found + GUESS_GROUPS * GUESS) / (carry + GUESS_GROUPS)
    own = float((weights**2).sum())
    pairs = float((np.bincount(index, weights) ** 2).sum()) - own
    effect = max(LEAST, 1 + believed * pairs / own)
    grouping = max(1 - 1 / effect, 1e-6)  # share of the variance that grouping adds
    freedom = (carry + GUESS_GROUPS) / grouping
    return DesignEffect(effect, float(t.ppf((1 + confidence) / 2, freedom)))
