"""Shift along the bins: another pitch, another throat, another microphone."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]


def shift_bins(features: Array, largest: int, rng: np.random.Generator) -> Array:
    """Features (frames, bins) moved by up to `largest` bins either way; the edge is repeated."""
    shift = int(rng.integers(-largest, largest + 1))
    source = np.clip(np.arange(features.shape[1]) - shift, 0, features.shape[1] - 1)
    return features[:, source]
