"""MP3 at a low bit rate."""

import numpy as np

from earmark.inference.stress.way import Array, way
from earmark.inference.stress.ways._codec import lacking, through

RATES_HZ = (8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000)
# The highest rate an encoder would take for so few bits a second (LAME's own defaults are near).
HIGHEST_HZ = {64: 48000, 32: 24000, 24: 16000, 16: 16000, 8: 8000}


def coded_rate(rate_hz: int, kbit_s: float) -> int:
    """The sample rate that a bit rate goes with: that of the sound, if it is not too high.

    >>> coded_rate(44100, 64), coded_rate(44100, 16), coded_rate(6000, 8)
    (44100, 16000, 8000)
    """
    most = min(rate_hz, HIGHEST_HZ[int(kbit_s)])
    return max((rate for rate in RATES_HZ if rate <= most), default=RATES_HZ[0])


def compression(coded_hz: int, kbit_s: float) -> float:
    """libsndfile's compression of a bit rate: its share of the span that the sample rate allows."""
    highest, lowest = (320, 32) if coded_hz >= 32000 else (160, 8) if coded_hz >= 16000 else (64, 8)
    return float(np.clip((highest - kbit_s) / (highest - lowest), 0, 0.99))  # 1 is refused


@way(
    "mp3",
    family="codec",
    title="MP3",
    unit="kbit/s",
    levels=tuple(HIGHEST_HZ),
    lacking=lambda: lacking("MP3", "MPEG_LAYER_III"),
)
def code_mp3(samples: Array, rate_hz: int, kbit_s: float, rng: np.random.Generator) -> Array:
    """Samples through MP3 at a constant bit rate, at the sample rate that goes with it."""
    rate = coded_rate(rate_hz, kbit_s)
    share = compression(rate, kbit_s)
    return through(samples, rate_hz, "MP3", "MPEG_LAYER_III", share, coded_hz=rate, constant=True)
