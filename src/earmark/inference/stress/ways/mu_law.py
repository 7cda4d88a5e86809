"""Few bits a sample, on the telephone's logarithmic scale."""

import numpy as np

from earmark.inference.stress.way import Array, way

MU = 255.0  # ITU-T G.711


@way("mu-law", family="codec", title="Mu-law", unit="bits", levels=(8, 6, 5, 4, 3))
def code_mu_law(samples: Array, rate_hz: int, bits: float, rng: np.random.Generator) -> Array:
    """Samples rounded to 2^bits steps of the mu-law curve (ITU-T G.711 has 8 bits)."""
    steps = 2 ** (bits - 1) - 1
    curved = np.log1p(MU * np.abs(np.clip(samples, -1, 1))) / np.log1p(MU)
    rounded = np.round(curved * steps) / steps
    return np.asarray(np.sign(samples) * np.expm1(rounded * np.log1p(MU)) / MU, np.float32)
