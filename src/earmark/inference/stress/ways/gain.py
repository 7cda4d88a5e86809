"""Softer, or louder until it clips."""

import numpy as np

from earmark.inference.stress.way import Array, way


@way(
    "gain",
    title="Gain",
    unit="dB",
    levels=(-60, -40, -30, -20, -10, 0, 5, 10, 20, 30),
    undisturbed=0,
)
def change_gain(samples: Array, rate_hz: int, gain_db: float, rng: np.random.Generator) -> Array:
    """Samples times a factor; what then lies above full scale is clipped."""
    if gain_db == 0:
        return samples
    return np.asarray(np.clip(samples * 10 ** (gain_db / 20), -1, 1), np.float32)
