"""Blank a stretch of time or of bins (SpecAugment: Park et al. 2019)."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]


def mask_frames(features: Array, largest: float, blank: Array, rng: np.random.Generator) -> Array:
    """Blank up to the share `largest` of the frames, in one place; `blank` is a row (bins,)."""
    frames = features.shape[0]
    width = int(rng.integers(0, int(largest * frames) + 1))
    start = int(rng.integers(0, frames - width + 1))
    masked = features.copy()
    masked[start : start + width] = blank
    return masked


def mask_bins(features: Array, largest: float, blank: Array, rng: np.random.Generator) -> Array:
    """Blank up to the share `largest` of the bins, in one place; `blank` is a row (bins,)."""
    bins = features.shape[1]
    width = int(rng.integers(0, int(largest * bins) + 1))
    start = int(rng.integers(0, bins - width + 1))
    masked = features.copy()
    masked[:, start : start + width] = blank[start : start + width]
    return masked
