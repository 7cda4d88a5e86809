"""Mix two windows as two sounds mix in the air (mixup: Zhang et al. 2018, here on powers)."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]


def add_powers(first_db: Array, second_db: Array) -> Array:
    """Decibels of the sum of two powers given in decibels."""
    larger, smaller = np.maximum(first_db, second_db), np.minimum(first_db, second_db)
    ratio = np.exp((smaller - larger) * np.float32(np.log(10) / 10))  # at most 1: no overflow
    return np.asarray(larger + np.float32(10 / np.log(10)) * np.log1p(ratio), np.float32)


def mix(first: Array, second: Array, share: float, decibels: bool) -> Array:
    """`share` of the first and the rest of the second; decibel features are added as powers."""
    if not decibels:
        return np.float32(share) * first + np.float32(1 - share) * second
    if share in (0.0, 1.0):
        return first if share else second
    return add_powers(
        first + np.float32(10 * np.log10(share)), second + np.float32(10 * np.log10(1 - share))
    )
