"""Small sounds that no two clips share, and ways to copy them."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile

RATE_HZ = 8000


def sound(seed: int, seconds: float = 2.0) -> np.ndarray:
    """Noise of its own colour and its own swells, (samples,)."""
    from scipy.signal import lfilter

    rng = np.random.default_rng(seed)
    samples = round(seconds * RATE_HZ)
    swells = np.interp(np.arange(samples), np.linspace(0, samples, 12), rng.uniform(0, 1, 12))
    noise = lfilter([1], [1, -rng.uniform(0.2, 0.9)], rng.standard_normal(samples))
    return np.asarray((0.05 * swells * noise).clip(-1, 1), np.float32)


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write samples to a name below the folder `sounds`; return that folder."""
    root = tmp_path / "sounds é"

    def make(name: str, samples: np.ndarray, rate_hz: int = RATE_HZ) -> Path:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        soundfile.write(path, samples, rate_hz)
        return root

    return make


@pytest.fixture
def folder(write: Callable[..., Path]) -> Path:
    """Three labels with six clips each; nothing is wrong with it."""
    for number, label in enumerate(("bell", "dog", "rain")):
        for clip in range(6):
            root = write(f"{label}/{clip}.wav", sound(100 * number + clip))
    return root
