"""Another level: in decibels a gain is a constant added."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]


def change_gain(
    features: Array, largest_db: float, floor: float, rng: np.random.Generator
) -> Array:
    """Decibel features louder or softer by up to `largest_db`; nothing falls below `floor`."""
    change_db = np.float32(rng.uniform(-largest_db, largest_db))
    return np.asarray(np.maximum(features + change_db, floor), np.float32)
