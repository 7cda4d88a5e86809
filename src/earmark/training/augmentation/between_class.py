"""Mix two sounds so that their labels' shares are heard (between-class: Tokozume et al. 2018)."""

import numpy as np
from numpy.typing import NDArray

from earmark.training.augmentation.mixup import mix

Array = NDArray[np.float32]


def level_db(features: Array) -> float:
    """Level of the loudest frame of decibel features (frames, bins): the sum of its powers."""
    loudest = features.max(axis=1, keepdims=True).astype(np.float64)  # no overflow
    power = np.exp((features - loudest) * (np.log(10) / 10)).sum(axis=1)
    return float((loudest[:, 0] + 10 * np.log10(power)).max())


def mix_by_level(first: Array, second: Array, share: float, decibels: bool) -> Array:
    """A mix in which the first is heard as the share `share`, in (0, 1), whatever its own level.

    Amplitudes are weighted p to 1 - p, p = 1 / (1 + 10^((G1 - G2) / 20) (1 - r) / r), with the
    levels G and the share r, and the power is kept. Features that are no decibels have no level:
    there it is the plain mix. The levels are not weighted by the ear's A curve, as in the paper.

    Source: Tokozume, Ushiku, Harada, Learning from between-class examples, ICLR 2018, eq. 1 and 2.
    """
    if not decibels:
        return mix(first, second, share, decibels)
    difference = (level_db(first) - level_db(second)) * np.log(10) / 20
    # p^2 / (p^2 + (1 - p)^2), by the logarithm of p / (1 - p): no level overflows it
    odds = 2 * (np.log(share) - np.log1p(-share) - difference)
    power = float(1 / (1 + np.exp(-np.clip(odds, -80, 80))))
    return mix(first, second, power, decibels)
