"""Short recordings of noise, no two alike, and the label files beside them."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

RATE_HZ = 8000


@pytest.fixture
def sound(tmp_path: Path) -> Callable[..., Path]:
    """Write a recording below the test's folder; what it holds hangs on `seed`, else its name."""
    import soundfile

    def write(name: str, length_s: float = 1.0, seed: str | None = None) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        rng = np.random.default_rng(list((seed or name).encode()))
        samples = 0.1 * rng.standard_normal(round(length_s * RATE_HZ))
        soundfile.write(path, samples.astype(np.float32), RATE_HZ, subtype="PCM_16")
        return path

    return write


@pytest.fixture
def text(tmp_path: Path) -> Callable[[str, str], Path]:
    """Write a text file below the test's folder."""

    def write(name: str, content: str) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
        return path

    return write
