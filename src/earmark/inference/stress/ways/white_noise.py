"""White noise: hiss, as strong at every frequency."""

import numpy as np

from earmark.inference.stress.way import Array, way
from earmark.inference.stress.ways._noise import SNR_DB, add_noise


@way("white-noise", family="noise", title="White noise, SNR", unit="dB", levels=SNR_DB)
def add_white_noise(samples: Array, rate_hz: int, snr_db: float, rng: np.random.Generator) -> Array:
    """Samples with white noise at a signal-to-noise ratio."""
    return add_noise(samples, rng.standard_normal(len(samples)), snr_db)
