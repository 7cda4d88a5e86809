"""Nothing above a frequency: a dull recording, or one of a low sample rate."""

import numpy as np

from earmark.inference.stress.way import Array, way
from earmark.inference.stress.ways._filters import cut


@way(
    "low-pass",
    family="band",
    title="Low-pass",
    unit="Hz",
    levels=(12000, 8000, 4000, 2000, 1000, 500),
)
def low_pass(samples: Array, rate_hz: int, edge_hz: float, rng: np.random.Generator) -> Array:
    """Samples after a low-pass of 48 dB an octave; above half the sample rate it does nothing."""
    return cut(samples, rate_hz, "lowpass", edge_hz, 8)
