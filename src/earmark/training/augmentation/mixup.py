"""Mix two windows as two sounds mix in the air (mixup: Zhang et al. 2018, here on powers)."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]


def mix(first: Array, second: Array, share: float, decibels: bool) -> Array:
    """`share` of the first and the rest of the second; decibel features are added as powers."""
    if not decibels:
        return np.float32(share) * first + np.float32(1 - share) * second
    if share in (0.0, 1.0):
        return first if share else second
    # logaddexp in base 10 / 10: no overflow, and silence stays where it was
    to_log = np.float32(np.log(10) / 10)
    a = first * to_log + np.float32(np.log(share))
    b = second * to_log + np.float32(np.log1p(-share))
    return np.asarray(np.logaddexp(a, b) / to_log, np.float32)
