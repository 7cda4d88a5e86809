"""Only the middle of a clip."""

import numpy as np

from earmark.inference.stress.way import Array, way
from earmark.inference.stress.ways.start import PERCENT


@way("middle", family="length", title="Only its middle", unit="%", levels=PERCENT, undisturbed=100)
def keep_middle(samples: Array, rate_hz: int, percent: float, rng: np.random.Generator) -> Array:
    """So many percent of the samples from the middle, at least one."""
    kept = max(1, round(len(samples) * percent / 100))
    begin = (len(samples) - kept) // 2
    return samples[begin : begin + kept]
