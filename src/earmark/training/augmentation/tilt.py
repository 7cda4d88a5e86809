"""Another microphone: the spectrum leans towards the low or the high bins."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]


def tilt(features: Array, largest_db: float, floor: float, rng: np.random.Generator) -> Array:
    """Decibel features (frames, bins), the last bin moved by up to `largest_db` either way.

    The bins between move by their share of it, as a simple tone control does; nothing falls below
    `floor`.
    """
    change_db = np.linspace(
        0, rng.uniform(-largest_db, largest_db), features.shape[1], dtype=np.float32
    )
    return np.asarray(np.maximum(features + change_db, floor), np.float32)
