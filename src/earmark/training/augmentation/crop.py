"""Less of the sound: a shorter piece of it, from anywhere."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]


def crop_frames(features: Array, largest: float, rng: np.random.Generator) -> Array:
    """A run of frames of features (frames, bins), up to the share `largest` shorter; one stays."""
    frames = features.shape[0]
    kept = max(1, frames - int(rng.integers(0, int(largest * frames) + 1)))
    start = int(rng.integers(0, frames - kept + 1))
    return np.array(features[start : start + kept], np.float32)
