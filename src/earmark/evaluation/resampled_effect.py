"""Design effect by resampling, for figures that are no mean over clips.

The variance as whole groups are weighted anew, over that of independent items, is averaged with
the effect 1 + 0.1 (m - 1) of a correlation of 0.1 inside a group (m: clips of the group that a
random clip is in), which weighs as much as 2 groups; what was measured weighs as many groups as
carry it. An average never lowers a high measured effect, nor the result below 1.
"""

import numpy as np

from earmark.evaluation.checks import Floats
from earmark.evaluation.design_effect import DesignEffect

PRIOR_CORRELATION = 0.1  # chosen by simulation
PRIOR_GROUPS = 2.0  # likewise
FEWEST_GROUPS = 2.0  # one group shows no spread; the correction for two is the most that helps


def few_groups(sizes: Floats) -> float:
    """By how much the bootstrap variance is too low with few groups; sizes (groups, means).

    >>> round(few_groups(np.full((11, 1), 5.0)), 6)
    1.2
    """
    effective = np.maximum(sizes.sum(axis=0) ** 2 / (sizes**2).sum(axis=0), FEWEST_GROUPS)
    return float(np.mean((effective + 1) / (effective - 1)))


def resampled_effect(
    variance: float,
    independent: float,
    influences: Floats,
    sizes: Floats,
    few: float,
    confidence: float,
) -> DesignEffect:
    """Measured variance against that of independent clips, averaged with a guess.

    Args:
        variance: of the figure, by bootstrap over groups. independent: what it would be if each
            clip were drawn by itself.
        influences: how the figure moves with each group, (groups,). sizes: clips, (groups,).
        few: from `few_groups`. confidence: e.g. 0.95.
    """
    from scipy.stats import t

    squares, fourths = float((influences**2).sum()), float((influences**4).sum())
    measured, weight = 1.0, 0.0
    if len(sizes) > 1 and independent > 1e-12 and fourths > 1e-40:
        measured = variance * few / independent
        weight = squares**2 / fourths
    own = float((sizes**2).sum() / sizes.sum())  # clips of the group that a random clip is in
    guessed = 1 + PRIOR_CORRELATION * (own - 1)
    averaged = (weight * measured + PRIOR_GROUPS * guessed) / (weight + PRIOR_GROUPS)
    effect = max(1.0, measured, averaged)
    grouping = max(1 - 1 / effect, 1e-6)  # share of the variance that grouping adds
    freedom = (weight + PRIOR_GROUPS) / grouping
    return DesignEffect(effect, float(t.ppf((1 + confidence) / 2, freedom)))
