"""A cheap microphone: no lows, no highs, and a resonance between."""

import numpy as np

from earmark.inference.stress.way import Array, way
from earmark.inference.stress.ways._filters import band, peak

# At 0 and at 100 %: the ends of the band, and how much the resonance adds.
LOWER_HZ, UPPER_HZ = (20.0, 500.0), (20000.0, 4000.0)
RESONANCE_HZ, RESONANCE_DB, QUALITY = 2500.0, 18.0, 3.0


@way("microphone", family="band", title="Cheap microphone", unit="%", levels=(25, 50, 75, 100))
def cheapen(samples: Array, rate_hz: int, percent: float, rng: np.random.Generator) -> Array:
    """Samples as from a microphone so bad; at 100 % it has 500 to 4000 Hz and rings at 2500 Hz."""
    share = percent / 100
    edges_hz = [low * (high / low) ** share for low, high in (LOWER_HZ, UPPER_HZ)]
    heard = peak(samples, rate_hz, RESONANCE_HZ, RESONANCE_DB * share, QUALITY)
    return band(heard, rate_hz, edges_hz, 4)
