"""Small sounds for the tests of `earmark.audio`, made on the spot."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile

Writer = Callable[..., Path]


def tone(samples: int, channels: int = 1, rate_hz: int = 44100, seed: int = 0) -> np.ndarray:
    """A rising tone with a little noise, another a channel, below 0.6: (samples, channels)."""
    rng = np.random.default_rng(seed)
    t = np.arange(samples)[:, None] / rate_hz
    pitch = 220.0 * (1 + np.arange(channels)) * (1 + t / 10)
    noise = 0.02 * rng.standard_normal((samples, channels))
    return (0.5 * np.sin(2 * np.pi * pitch * t) + noise).astype(np.float32)


@pytest.fixture
def write(tmp_path: Path) -> Writer:
    """Write `samples` as `name`; soundfile's own keywords choose container and encoding."""

    def writer(name: str, samples: np.ndarray, rate_hz: int = 44100, **kind: object) -> Path:
        path = tmp_path / name
        soundfile.write(path, samples, rate_hz, **kind)
        return path

    return writer


def without_xing(mp3: bytes) -> bytes:
    """The MP3 less its first frame, the one that says how long it is."""
    return mp3[mp3.find(mp3[:2], 4) :]
