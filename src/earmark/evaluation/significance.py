"""p-values of paired answers, and Holm's correction where several are looked at together."""

import numpy as np
import numpy.typing as npt

from earmark.errors import ConfigError
from earmark.evaluation.checks import Floats

MOST_STEPS = 10**9  # about half a second


def mcnemar_mid_p(only_first: int, only_second: int) -> float:
    """Two-sided mid-p of McNemar's test: the clips that just one of two models gets right.

    If both are equally good, each such clip falls to either with chance 1/2, whatever the others
    do: so the clips must be independent. The exact test is needlessly cautious with few clips, the
    mid-p (half the chance of what was seen, plus that of all more extreme) hardly ever not enough.
    As many of the one as of the other is 1 here; the source has a little less.

    Source: Fagerland, Lydersen & Laake, BMC Med. Res. Methodol. 13:91, 2013.

    >>> round(mcnemar_mid_p(1, 7), 4), mcnemar_mid_p(0, 0)
    (0.0391, 1.0)
    """
    from scipy.stats import binom

    if only_first < 0 or only_second < 0:
        raise ConfigError(f"counts must be at least 0, got {only_first} and {only_second}")
    least, clips = min(only_first, only_second), only_first + only_second
    if only_first == only_second:  # the middle: every outcome is as extreme or more
        return 1.0
    return float(2 * binom.cdf(least, clips, 0.5) - binom.pmf(least, clips, 0.5))


def sign_flip_p(differences: npt.ArrayLike) -> float:
    """Two-sided p that whole numbers, one a group, add up so far from 0 by chance: exact.

    If two models are equally good, exchanging their answers for a whole group changes nothing: the
    group's difference is as likely to have the other sign. p is the share of all 2^groups choices
    of signs whose sum is at least as far from 0 as the one seen (Fisher 1935). Clips of one group
    may depend on each other in any way. With differences of -1, 0 and 1 it is McNemar's exact
    test; with many groups it nears that of Yang, Sun & Hardin (Biom. J. 52, 2010) for clustered
    pairs. All choices are counted, none drawn at random; where that would take long (some ten
    thousand groups that differ) their test is the answer.

    >>> sign_flip_p([3, 2, 2, 1, 1])  # only all five with one sign are as far: 2 of 32
    0.0625
    """
    array = np.asarray(differences)
    if array.ndim != 1 or array.dtype.kind not in "iu":
        raise ConfigError(
            f"differences must be whole numbers, (groups,); got {array.dtype} of {array.shape}"
        )
    sizes = np.abs(array[array != 0].astype(np.int64))
    total, seen = int(sizes.sum()), abs(int(array.sum()))
    if seen == 0:
        return 1.0
    # The sum is total - 2 J, where J adds the sizes that got a minus. Its chances are built up one
    # group at a time, as far as the tail reaches: all terms are positive, so a tiny p is exact too.
    reach = (total - seen) // 2
    if len(sizes) * reach > MOST_STEPS:
        from scipy.stats import norm

        return float(2 * norm.sf(seen / np.sqrt(float((sizes**2).sum()))))
    chances = np.zeros(reach + 1)
    chances[0] = 1.0
    for size in sizes.tolist():
        plus = chances / 2
        plus[size:] += chances[: max(reach + 1 - size, 0)] / 2
        chances = plus
    least = max(0.5 ** (len(sizes) - 1), float(np.finfo(np.float64).tiny))
    return float(np.clip(2 * chances.sum(), least, 1.0))


def holm(p_values: npt.ArrayLike) -> Floats:
    """p-values (m,) corrected for having looked at m of them, in the same order: (m,).

    The chance of even one false claim among all stays below the level. Holm, Scand. J. Statist. 6,
    1979.

    >>> holm([0.01, 0.04, 0.03]).round(3).tolist()
    [0.03, 0.06, 0.06]
    """
    p = np.asarray(p_values, dtype=np.float64)
    if p.ndim != 1 or not ((p >= 0) & (p <= 1)).all():
        raise ConfigError(f"p-values must lie in [0, 1], shape (m,); got {p.tolist()}")
    order = np.argsort(p, kind="stable")
    steps = np.arange(len(p), 0, -1)
    corrected = np.empty_like(p)
    corrected[order] = np.minimum(np.maximum.accumulate(p[order] * steps), 1.0)
    return corrected
