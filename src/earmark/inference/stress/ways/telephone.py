"""The band of a telephone."""

import numpy as np

from earmark.inference.stress.way import Array, way
from earmark.inference.stress.ways._filters import band

# Upper edge -> lower edge: wideband (ITU-T G.722), the classic line (G.712), short-wave speech.
LOWER_HZ = {7000: 50, 3400: 300, 2700: 300}


@way(
    "telephone",
    family="band",
    title="Telephone, upper edge",
    unit="Hz",
    levels=tuple(LOWER_HZ),
)
def telephone(samples: Array, rate_hz: int, upper_hz: float, rng: np.random.Generator) -> Array:
    """Samples of which the band of a telephone is left: 50-7000, 300-3400 or 300-2700 Hz."""
    return band(samples, rate_hz, (LOWER_HZ[int(upper_hz)], upper_hz), 8)
