"""Only the beginning of a clip."""

import numpy as np

from earmark.inference.stress.way import Array, way

PERCENT = (100, 75, 50, 25, 10, 5)


@way("start", family="length", title="Only its start", unit="%", levels=PERCENT, undisturbed=100)
def keep_start(samples: Array, rate_hz: int, percent: float, rng: np.random.Generator) -> Array:
    """The first so many percent of the samples, at least one."""
    return samples[: max(1, round(len(samples) * percent / 100))]
