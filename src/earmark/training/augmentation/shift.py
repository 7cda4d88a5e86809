"""Earlier or later, and nothing comes back: the sound may begin before the window, or end after."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]


def shift_frames(
    features: Array, largest: float, silence: Array, rng: np.random.Generator
) -> Array:
    """Features (frames, bins) moved by up to the share `largest` of the frames either way.

    What is moved out is lost; rows of `silence` (bins,) take its place at the other end.
    """
    frames = features.shape[0]
    most = int(largest * frames)
    by = int(rng.integers(-most, most + 1))
    shifted = np.tile(np.asarray(silence, np.float32), (frames, 1))
    shifted[max(by, 0) : frames + min(by, 0)] = features[max(-by, 0) : frames - max(by, 0)]
    return shifted
