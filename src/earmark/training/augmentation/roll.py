"""Start the window anywhere."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]


def roll(features: Array, rng: np.random.Generator) -> Array:
    """Features (frames, bins) turned along time; what falls off the end comes back in front."""
    return np.roll(features, int(rng.integers(features.shape[0])), axis=0)
