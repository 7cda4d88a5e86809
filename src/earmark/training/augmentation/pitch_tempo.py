"""Another pitch at the same tempo, another tempo at the same pitch."""

import numpy as np
from numpy.typing import NDArray

from earmark.audio.stretching import stretch_sound

Array = NDArray[np.float32]


def change_pitch_and_tempo(
    samples: Array, rate_hz: int, semitones: float, tempo: float, rng: np.random.Generator
) -> Array:
    """Samples (samples,), up to `semitones` higher or lower, at a tempo of up to 1 +- `tempo`.

    Raises MissingExtraError: python-stretch is not installed.
    """
    by = rng.uniform(-semitones, semitones)
    factor = 1 + rng.uniform(-tempo, tempo)
    seed = int(rng.integers(2**31))
    if not semitones and not tempo:
        return samples.copy()
    return stretch_sound(samples, rate_hz, semitones=by, tempo=factor, seed=seed)
