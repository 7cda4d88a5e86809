"""How loud a recording is over time: in blocks at constant memory, or a clip in finer frames."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

SILENT_DB = -120.0  # below the last bit of 16: nothing is softer
HOP_S = 0.05  # long enough for one period of 20 Hz, short against the collar of 200 ms


def levels_db(
    blocks: Iterable[NDArray[np.float32]], rate_hz: int, hop_s: float = HOP_S
) -> NDArray[np.float64]:
    """Root mean square level of each frame in dB of full scale, (frames,).

    Frames follow one another every `hop_s`; the last may be of less sound. `blocks` are the mono
    samples of a recording, in order.

    >>> levels_db([np.full(1000, 0.1, np.float32), np.zeros(500, np.float32)], 10_000).round(1)
    array([ -20.,  -20., -120.])
    """
    size = max(1, round(hop_s * rate_hz))
    held = np.zeros(0, np.float32)
    found = []
    for block in blocks:
        sound = np.concatenate([held, block])
        whole = len(sound) // size * size
        found.append(_powers(sound[:whole].reshape(-1, size)))
        held = sound[whole:]
    if len(held):
        found.append(_powers(held[None]))
    powers = np.concatenate([np.zeros(0), *found])
    return _decibels(powers)


def frame_levels_db(samples: NDArray[np.float32], step: int, width: int) -> NDArray[np.float64]:
    """The same (frames,) of a whole clip (samples,), of `width` samples every `step`: they overlap.

    >>> frame_levels_db(np.full(1000, 0.1, np.float32), 250, 500).round(1)
    array([-20., -20., -20.])
    """
    powers = np.concatenate([[0.0], np.cumsum(np.square(samples, dtype=np.float64))])
    starts = np.arange(0, max(len(samples) - width, 0) + 1, step)
    ends = np.minimum(starts + width, len(samples))
    means = (powers[ends] - powers[starts]) / width
    return _decibels(means)


def _powers(frames: NDArray[np.float32]) -> NDArray[np.float64]:
    return np.asarray(np.square(frames, dtype=np.float64).mean(axis=1))


def _decibels(powers: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(10 * np.log10(np.maximum(powers, 10 ** (SILENT_DB / 10))))
