"""Lower or higher, at the same tempo."""

import numpy as np

from earmark.audio.stretching import stretch_sound
from earmark.inference.stress.way import Array, way
from earmark.inference.stress.ways._stretch import lacking


@way(
    "pitch",
    title="Pitch, semitones",
    unit="st",
    levels=(-4, -2, -1, 0, 1, 2, 4),
    undisturbed=0,
    lacking=lacking,
)
def change_pitch(samples: Array, rate_hz: int, semitones: float, rng: np.random.Generator) -> Array:
    """Samples so many semitones higher."""
    return samples if semitones == 0 else stretch_sound(samples, rate_hz, semitones=semitones)
