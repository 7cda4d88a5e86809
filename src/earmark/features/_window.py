"""Analysis windows."""

import numpy as np
from numpy.typing import NDArray


def scaled_hann(frame: int) -> NDArray[np.float32]:
    """Hann, periodic, (frame,), scaled to a sum of 2: a sine of amplitude 1 has power 1."""
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(frame) / frame)
    return np.asarray(window * (2 / window.sum()), np.float32)
