"""Other sounds beneath: a random piece of a random recording, so and so much softer."""

import numpy as np
from numpy.typing import NDArray

from earmark.datasets.backgrounds import Backgrounds, level, random_piece

Array = NDArray[np.float32]

SPAN_DB = 20.0  # between the loudest background and the softest


def add_background(
    samples: Array,
    rate_hz: int,
    backgrounds: Backgrounds,
    least_db: float,
    rng: np.random.Generator,
) -> Array:
    """Samples (samples,) with a piece of a background, `least_db` to 20 dB more softer than they.

    A sound that is silent itself is left as it is, and so is one that no background is found for.
    """
    ratio_db = least_db + rng.uniform(0, SPAN_DB)
    piece = random_piece(backgrounds, rate_hz, len(samples), rng)
    if piece is None:
        return samples.copy()
    gain = 10 ** (-ratio_db / 20) * level(samples) / level(piece)
    return np.asarray(samples + np.float32(gain) * piece, np.float32)
