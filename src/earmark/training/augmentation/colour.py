"""Another equaliser: a constant added to each bin of a window."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]


def colour(features: Array, largest: float, rng: np.random.Generator) -> Array:
    """Features (frames, bins), each bin moved by up to `largest` of its own deviations over time.

    A fixed filter multiplies the spectrum, so it adds a constant to logarithms of it and to their
    cosine transform (Atal 1974): another microphone, room or mastering, and the same sound.
    """
    shift = rng.uniform(-largest, largest, features.shape[1]) * features.std(axis=0)
    return np.asarray(features + shift, np.float32)
