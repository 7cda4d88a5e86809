"""Blank a stretch of time or of bins with the window's mean (SpecAugment: Park et al. 2019)."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]


def mask_frames(features: Array, largest: float, rng: np.random.Generator) -> Array:
    """Features (frames, bins) with up to the share `largest` of the frames blanked, at once."""
    frames = features.shape[0]
    width = int(rng.integers(0, int(largest * frames) + 1))
    start = int(rng.integers(0, frames - width + 1))
    masked = features.copy()
    masked[start : start + width] = features.mean(axis=0)
    return masked


def mask_bins(features: Array, largest: float, rng: np.random.Generator) -> Array:
    """Features (frames, bins) with up to the share `largest` of the bins blanked, at once."""
    bins = features.shape[1]
    width = int(rng.integers(0, int(largest * bins) + 1))
    start = int(rng.integers(0, bins - width + 1))
    masked = features.copy()
    masked[:, start : start + width] = features.mean()
    return masked
