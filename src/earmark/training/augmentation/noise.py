"""Steady background noise of a random level and colour: another room, another microphone."""

import numpy as np
from numpy.typing import NDArray

from earmark.training.augmentation.mixup import add_powers

Array = NDArray[np.float32]

# Below the window's loudest bin: from inaudible to plain. Louder noise makes rain of everything:
# up to -10 dB it cost ESC-10 five points on its first two folds (measured).
LEVEL_DB = (-60.0, -30.0)
TILT_DB = 20.0  # most that the noise rises or falls from the lowest bin to the highest


def add_noise(features: Array, rng: np.random.Generator) -> Array:
    """Decibel features (frames, bins) with noise added as powers."""
    frames, bins = features.shape
    level_db = features.max() + rng.uniform(*LEVEL_DB)
    tilt = np.linspace(-0.5, 0.5, bins, dtype=np.float32) * np.float32(rng.uniform(-1, 1) * TILT_DB)
    # the power of Gaussian noise in one band of one frame is exponentially distributed
    power = rng.standard_exponential((frames, bins), dtype=np.float32)
    noise = np.float32(level_db) + tilt + 10 * np.log10(power + np.float32(1e-6))
    return add_powers(features, np.asarray(noise, np.float32))
