"""Another room: reflections that die away, as many and as loud as the room has them."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]

DECAY_S = (0.1, 0.8)  # until a sound is 60 dB softer: from a furnished room to a stairwell
DIRECT_DB = (0.0, 15.0)  # how much louder the direct sound is than all reflections together


def add_room(samples: Array, rate_hz: int, rng: np.random.Generator) -> Array:
    """Samples (samples,) as heard in a room of a random size and distance, as loud as before.

    Reflections are noise that dies away evenly, which is how the late ones of a real room sound
    (Moorer, About this reverberation business, Computer Music Journal 3, 1979).
    """
    from scipy.signal import fftconvolve

    decay_s = rng.uniform(*DECAY_S)
    direct_db = rng.uniform(*DIRECT_DB)
    time_s = np.arange(round(decay_s * rate_hz)) / rate_hz
    tail = rng.standard_normal(len(time_s)) * 10 ** (-3 * time_s / decay_s)
    tail[:1] = 0
    tail *= 10 ** (-direct_db / 20) / max(np.sqrt((tail**2).sum()), 1e-12)
    heard = samples + fftconvolve(samples, tail)[: len(samples)]
    level, before = np.sqrt((heard**2).mean()), np.sqrt((samples.astype(np.float64) ** 2).mean())
    return np.asarray(heard * (before / level if level > 0 else 1.0), np.float32)
