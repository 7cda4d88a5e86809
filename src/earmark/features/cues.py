"""Trivial cues of a recording, in one pass: how loud, how long, how bright, and its mean timbre.

What a network's score must be shown against: a class that is merely recorded louder, or cut longer,
is told apart by these alone. The timbre is the statistics of 20 MFCC, a long-standing baseline of
sound classification: mean and deviation of each, and deviation of the change from frame to frame.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from earmark.features.frontend import Array
from earmark.features.mfcc import MFCC

RATE_HZ = 22_050  # one rate for all, so that figures of different recordings can be compared
SINGLE = ("loudness", "duration", "spectral centroid")
"""The cues of one number each, in the order of the columns."""
COEFFICIENTS = 20
SILENT_DB = -120.0

_FRAME = 1024  # samples of a frame of the centroid: 46 ms
# As Essentia's 2048 and 1024 at 44.1 kHz: lines as far apart, frames as often.
_MFCC = MFCC(rate_hz=RATE_HZ, frame=1024, hop=512, bins=COEFFICIENTS, pad_left=512)


@dataclass(frozen=True)
class Cues:
    """All cues as a front-end of one row a clip, for the cache of features.

    Columns: RMS level in dB of full scale, log2 of the duration in seconds, log2 of the spectral
    centroid in hertz (mean over frames, weighted by their magnitude; NaN of silence), then the MFCC
    statistics. Logarithms, as a second is much for a word and little for a song.
    """

    rate_hz: int = RATE_HZ
    bins: int = len(SINGLE) + 3 * COEFFICIENTS
    version: int = 1  # raised when the values change

    def settings(self) -> dict[str, Any]:
        """For people, and for the key."""
        return {"name": "cues", **vars(self), "mfcc": _MFCC.settings()}

    @property
    def key(self) -> str:
        """Differs whenever the values could."""
        text = json.dumps(self.settings(), sort_keys=True)
        return f"cues-{hashlib.blake2b(text.encode(), digest_size=8).hexdigest()}"

    def __call__(self, samples: Array) -> Array:
        """(samples,) -> (1, bins).

        >>> tone = np.sin(2 * np.pi * 1000 / RATE_HZ * np.arange(2 * RATE_HZ))
        >>> row = Cues()(tone.astype(np.float32))[0]
        >>> round(float(row[0]), 2), round(float(row[1]), 2), round(float(2 ** row[2]))
        (-3.01, 1.0, 1000)
        """
        return next(self.stream([samples]))

    def stream(self, blocks: Iterable[Array]) -> Iterator[Array]:
        """The same of a recording in blocks, at constant memory but for 7 kB a second of MFCC."""
        heard = _Heard()
        coefficients = np.concatenate(list(_MFCC.stream(heard.passing(blocks))))
        yield np.concatenate([heard.figures(), mfcc_statistics(coefficients)])[None].astype(
            np.float32
        )


def mfcc_statistics(coefficients: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
    """Mean and deviation of each coefficient, and deviation of its change: (frames, n) -> (3 n,).

    >>> mfcc_statistics(np.array([[1.0], [3.0], [5.0]])).round(3).tolist()
    [3.0, 1.633, 0.0]
    """
    rows = np.asarray(coefficients, np.float64)
    change = np.diff(rows, axis=0) if len(rows) > 1 else np.zeros_like(rows)
    return np.concatenate([rows.mean(axis=0), rows.std(axis=0), change.std(axis=0)])


class _Heard:
    """Sums over the samples that pass by."""

    def __init__(self) -> None:
        self.samples, self.squares = 0, 0.0
        self.weighted, self.magnitude = 0.0, 0.0
        self.waiting: Array = np.zeros(0, np.float32)

    def passing(self, blocks: Iterable[Array]) -> Iterator[Array]:
        for block in blocks:
            self.samples += len(block)
            self.squares += float(np.square(block, dtype=np.float64).sum())
            self.waiting = np.concatenate([self.waiting, block])
            whole = len(self.waiting) // _FRAME * _FRAME
            self._spectra(self.waiting[:whole])
            self.waiting = self.waiting[whole:]
            yield block

    def _spectra(self, samples: Array) -> None:
        from scipy import fft

        window = np.hanning(_FRAME + 1)[:-1].astype(np.float32)
        for start in range(0, len(samples), 64 * _FRAME):  # stays in the processor's cache
            frames = samples[start : start + 64 * _FRAME].reshape(-1, _FRAME)
            sums = np.abs(fft.rfft(frames * window, axis=1)).sum(axis=0, dtype=np.float64)
            self.weighted += float(sums @ np.arange(len(sums))) * RATE_HZ / _FRAME
            self.magnitude += float(sums.sum())

    def figures(self) -> NDArray[np.float64]:
        """Loudness, duration, centroid."""
        if len(self.waiting):
            self._spectra(np.pad(self.waiting, (0, _FRAME - len(self.waiting))))
        power = self.squares / max(self.samples, 1)
        level_db = 10 * np.log10(power) if power > 0 else SILENT_DB
        long = np.log2(max(self.samples, 1) / RATE_HZ)
        bright = np.log2(self.weighted / self.magnitude) if self.weighted > 0 else np.nan
        return np.array([max(level_db, SILENT_DB), long, bright])
