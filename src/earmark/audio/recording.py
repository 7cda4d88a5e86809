"""The one face that every decoder shows to the rest of the package."""

from collections.abc import Iterator
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


class Recording(Protocol):
    """An open recording at its own rate, mixed to mono."""

    @property
    def rate_hz(self) -> int: ...

    @property
    def channels(self) -> int: ...

    @property
    def samples(self) -> int | None:
        """How many samples a channel the header promises; None where it promises nothing."""

    @property
    def slack(self) -> int:
        """Samples by which an honest header may promise too many."""

    @property
    def format(self) -> str:
        """Container and encoding, as 'WAV PCM_16'."""

    def count(self) -> int:
        """Samples a channel, as promised or else by looking at the whole file."""

    def blocks(self, start: int, size: int) -> Iterator[NDArray[np.float32]]:
        """Mono blocks of at most `size` samples from sample `start` on, to the end or to damage."""


def mix(samples: NDArray[np.float32]) -> NDArray[np.float32]:
    """The mean of the channels, (samples, channels) -> (samples,), float32, channel after channel.

    numpy's mean over a short last axis is many times slower, and for two channels no more exact.
    """
    channels = samples.shape[1]
    if channels == 1:
        return np.ascontiguousarray(samples[:, 0])
    with np.errstate(all="ignore"):  # infinities are reported, with their time, by check_finite
        mono: NDArray[np.float32] = samples[:, 0] + samples[:, 1]
        for channel in range(2, channels):
            mono += samples[:, channel]
        mono *= np.float32(1 / channels)
    return mono
