"""Pink noise: as strong in every octave, nearer to what rooms and streets sound like."""

import numpy as np

from earmark.inference.stress.way import Array, way
from earmark.inference.stress.ways._noise import SNR_DB, add_noise

LOWEST_HZ = 20.0  # below it, noise is as strong as at it: nobody hears it


@way("pink-noise", family="noise", title="Pink noise, SNR", unit="dB", levels=SNR_DB)
def add_pink_noise(samples: Array, rate_hz: int, snr_db: float, rng: np.random.Generator) -> Array:
    """Samples with noise whose power falls by 3 dB an octave, at a signal-to-noise ratio."""
    from scipy.fft import irfft, next_fast_len, rfft

    count = next_fast_len(len(samples), real=True)  # a prime number of them takes ten times as long
    frequency_hz = np.fft.rfftfreq(count, 1 / rate_hz)
    spectrum = rfft(rng.standard_normal(count)) / np.sqrt(np.maximum(frequency_hz, LOWEST_HZ))
    return add_noise(samples, irfft(spectrum, count)[: len(samples)], snr_db)
