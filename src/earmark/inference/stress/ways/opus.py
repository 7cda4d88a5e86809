"""Opus at the bit rates of calls and voice messages."""

import numpy as np

from earmark.inference.stress.way import Array, way
from earmark.inference.stress.ways._codec import lacking, through

RATES_HZ = (8000, 12000, 16000, 24000, 48000)


@way(
    "opus",
    family="codec",
    title="Opus",
    unit="kbit/s",
    levels=(24, 12, 6),
    lacking=lambda: lacking("OGG", "OPUS"),
)
def code_opus(samples: Array, rate_hz: int, kbit_s: float, rng: np.random.Generator) -> Array:
    """Samples through Opus; its encoder narrows the band as it thinks fit."""
    rate = min((rate for rate in RATES_HZ if rate >= rate_hz), default=RATES_HZ[-1])
    compression = (256 - kbit_s) / 250  # libsndfile: 256 to 6 kbit/s
    return through(samples, rate_hz, "OGG", "OPUS", compression, coded_hz=rate)
