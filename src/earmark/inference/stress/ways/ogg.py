"""Ogg Vorbis at a low quality."""

import numpy as np

from earmark.inference.stress.way import Array, way
from earmark.inference.stress.ways._codec import lacking, through


@way(
    "ogg",
    family="codec",
    title="Ogg Vorbis quality",
    unit="of 10",
    levels=(5, 2, 0),
    lacking=lambda: lacking("OGG", "VORBIS"),
)
def code_ogg(samples: Array, rate_hz: int, quality: float, rng: np.random.Generator) -> Array:
    """Samples through Ogg Vorbis at a quality from 10 (best) to 0."""
    return through(samples, rate_hz, "OGG", "VORBIS", 1 - quality / 10, coded_hz=rate_hz)
