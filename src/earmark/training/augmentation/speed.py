"""Another speed: as a tape that runs faster or slower, pitch and tempo at once."""

import numpy as np
from numpy.typing import NDArray

from earmark.audio.resampling import resample

Array = NDArray[np.float32]


def change_speed(samples: Array, rate_hz: int, largest: float, rng: np.random.Generator) -> Array:
    """Samples (samples,) at a speed of up to 1 +- `largest`; their number changes."""
    speed = 1 + rng.uniform(-largest, largest)
    return np.array(resample(samples, round(rate_hz * speed), rate_hz), np.float32)
