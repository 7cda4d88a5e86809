"""A room: reflections that die away evenly, as the late ones of a real room do."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]


def reverberate(
    samples: Array, rate_hz: int, decay_s: float, direct_db: float, rng: np.random.Generator
) -> Array:
    """Samples (samples,) as heard in a room, as loud as before.

    In `decay_s` seconds a sound gets 60 dB softer; the direct sound is `direct_db` louder than all
    reflections together. Reflections are noise that dies away evenly (Moorer, About this
    reverberation business, Computer Music Journal 3, 1979).
    """
    from scipy.signal import fftconvolve

    time_s = np.arange(round(decay_s * rate_hz)) / rate_hz
    tail = rng.standard_normal(len(time_s)) * 10 ** (-3 * time_s / decay_s)
    tail[:1] = 0
    tail *= 10 ** (-direct_db / 20) / max(np.sqrt((tail**2).sum()), 1e-12)
    heard = samples + fftconvolve(samples, tail)[: len(samples)]
    level, before = np.sqrt((heard**2).mean()), np.sqrt((samples.astype(np.float64) ** 2).mean())
    return np.asarray(heard * (before / level if level > 0 else 1.0), np.float32)
