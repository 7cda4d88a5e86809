"""Eight bits a sample that are fine where the sound is quiet (mu-law, ITU-T G.711)."""

from functools import cache

import numpy as np
from numpy.typing import NDArray

_MU = 255.0


def compress(wave: NDArray[np.float32]) -> NDArray[np.int8]:
    """Samples (samples,) of any level as int8 against the highest of them: 38 dB of precision."""
    peak = float(np.abs(wave).max(initial=0.0))
    if peak == 0:
        return np.zeros(len(wave), np.int8)
    log = np.log1p(np.abs(wave) * np.float32(_MU / peak)) * np.float32(127 / np.log1p(_MU))
    return np.asarray(np.round(np.copysign(log, wave)), np.int8)


def expand(wave: NDArray[np.int8]) -> NDArray[np.float32]:
    """What was compressed, its highest sample 1.

    >>> expand(np.array([-127, 0, 127], np.int8)).tolist()
    [-1.0, 0.0, 1.0]
    """
    return _table()[wave.view(np.uint8)]


@cache
def _table() -> NDArray[np.float32]:
    steps = np.arange(256, dtype=np.uint8).view(np.int8).astype(np.float64)
    values = np.expm1(np.abs(steps) / 127 * np.log1p(_MU)) / _MU
    return np.asarray(np.copysign(values, steps), np.float32)
