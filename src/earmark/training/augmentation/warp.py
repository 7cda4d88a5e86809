"""Another throat: frequencies are read some percent higher or lower (VTLP)."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]

BEND = 0.6  # of the highest frequency, above which it is led back: 4.8 of 8 kHz in the paper


def warp_bins(
    features: Array, centres_hz: NDArray[np.float64], largest: float, rng: np.random.Generator
) -> Array:
    """Features (frames, bins) whose bin at f hertz is read at a * f, a from 1 +- `largest`.

    `centres_hz` (bins,) rise; what lies between two bins is read on the line between them. Above
    60 % the way leads back, so that the highest frequency stays where it is.

    Source: Jaitly and Hinton, Vocal Tract Length Perturbation improves speech recognition, 2013.
    """
    ratio = 1 + rng.uniform(-largest, largest)
    top_hz = float(centres_hz[-1])
    bend_hz = BEND * top_hz * min(ratio, 1) / ratio
    read_hz = np.interp(centres_hz, [0, bend_hz, top_hz], [0, bend_hz * ratio, top_hz])
    place = np.interp(read_hz, centres_hz, np.arange(len(centres_hz)))
    left = place.astype(np.int64)
    right = np.minimum(left + 1, len(centres_hz) - 1)
    weight = (place - left).astype(np.float32)
    return np.asarray(features[:, left] * (1 - weight) + features[:, right] * weight, np.float32)
