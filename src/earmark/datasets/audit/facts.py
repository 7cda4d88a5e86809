"""Level, clipping and digest of a sound that arrives in blocks, each block seen once."""

import hashlib
import math

import numpy as np
from numpy.typing import NDArray

from earmark.datasets.audit.heard import QUIETEST_DB

SILENT_PEAK = 10 ** (-70 / 20)
"""Below ten steps of 16 bits: dither and hum of a muted input, no recording."""

_FLAT = 3  # equal samples in a row; a lone peak has one, rounding now and then makes two
_AT_PEAK = 0.999  # of the peak: dither of the last bit
_LOUD = 0.05  # no run is clipped that is lower than this: a quiet recording's steps are flat


class Facts:
    """Feed it blocks (samples,) in order; then read its properties."""

    def __init__(self, rate_hz: int) -> None:
        self.samples = 0
        self.peak = 0.0
        self._energy = 0.0
        self._flat = 0
        self._digest = hashlib.blake2b(str(rate_hz).encode(), digest_size=16)

    def add(self, block: NDArray[np.float32]) -> None:
        """Take the next block in."""
        if not len(block):
            return
        self.samples += len(block)
        self._energy += float(np.dot(block, block))
        self._digest.update(np.asarray(block + np.float32(0), "<f4").data)  # -0 becomes 0
        peak = max(float(block.max()), -float(block.min()))
        if peak >= _AT_PEAK * self.peak:
            if self.peak < _AT_PEAK * peak:
                self._flat = 0
            self.peak = max(peak, self.peak)
            self._flat += flat_samples(block, _AT_PEAK * self.peak)

    @property
    def rms_db(self) -> float:
        """Root mean square in dB below full scale."""
        mean = self._energy / max(self.samples, 1)
        return max(QUIETEST_DB, 10 * math.log10(mean)) if mean > 0 else QUIETEST_DB

    @property
    def clipped_share(self) -> float:
        """Share of the samples in flat runs at the peak."""
        return self._flat / self.samples if self.samples and self.peak >= _LOUD else 0.0

    @property
    def content(self) -> str:
        """Digest of the samples and their rate."""
        return self._digest.hexdigest()


def flat_samples(block: NDArray[np.float32], least: float) -> int:
    """How many samples (samples,) lie in runs of at least three equal ones at or beyond `least`.

    >>> flat_samples(np.array([0, 1, 1, 1, 0, 1, 1, -1], np.float32), 1.0)
    3
    """
    high = np.flatnonzero(np.abs(block) >= least)
    if len(high) < _FLAT:
        return 0
    goes_on = (np.diff(high) == 1) & (block[high[1:]] == block[high[:-1]])
    starts = np.flatnonzero(np.concatenate([[True], ~goes_on]))
    lengths = np.diff(np.append(starts, len(high)))
    return int(lengths[lengths >= _FLAT].sum())
