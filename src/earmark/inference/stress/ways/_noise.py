"""Noise of a level below the sound's own."""

import numpy as np
from numpy.typing import NDArray

from earmark.inference.stress.way import Array

SNR_DB = (40, 30, 20, 10, 5, 0, -5)


def add_noise(samples: Array, noise: NDArray[np.float64], snr_db: float) -> Array:
    """The sound with `noise` (samples,), its power so many dB below the mean one of the sound.

    The mean is over the whole clip, its silence included. A clip of nothing but zeros stays so.
    """
    power = float(np.square(samples, dtype=np.float64).mean())
    own = float(np.square(noise).mean())
    factor = np.sqrt(power / max(own, 1e-30)) * 10 ** (-snr_db / 20)
    return np.asarray(samples + factor * noise, np.float32)
