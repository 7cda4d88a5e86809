"""Another speed: frames are read faster or slower, pitch stays."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]


def stretch(features: Array, largest: float, rng: np.random.Generator) -> Array:
    """Features (frames, bins) at a speed of up to 1 +- `largest`; the number of frames changes."""
    speed = 1 + rng.uniform(-largest, largest)
    frames = features.shape[0]
    position = np.linspace(0, frames - 1, max(2, round(frames / speed)))
    left = position.astype(np.int64)
    right = np.minimum(left + 1, frames - 1)
    weight = (position - left).astype(np.float32)[:, None]
    return np.asarray(features[left] * (1 - weight) + features[right] * weight, np.float32)
