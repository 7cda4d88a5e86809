"""Slower or faster, at the same pitch."""

import numpy as np

from earmark.audio.stretching import stretch_sound
from earmark.inference.stress.way import Array, way
from earmark.inference.stress.ways._stretch import lacking


@way(
    "tempo",
    title="Tempo",
    unit="×",
    levels=(0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.4),
    undisturbed=1.0,
    lacking=lacking,
)
def change_tempo(samples: Array, rate_hz: int, tempo: float, rng: np.random.Generator) -> Array:
    """Samples at a tempo of so many times the old one; there are 1 / tempo times as many."""
    return samples if tempo == 1 else stretch_sound(samples, rate_hz, tempo=tempo)
