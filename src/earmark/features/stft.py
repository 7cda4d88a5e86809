"""Plain short-time Fourier spectrogram: every line of the spectrum, no bands.

At 22.05 kHz it is what Feng, Liu and Yao 2017 (arXiv 1712.08370) start from: 513 lines, of which
128 frames are about 3 s.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np

from earmark.errors import ConfigError
from earmark.features._window import scaled_hann
from earmark.features.frontend import FRONTENDS, Array
from earmark.features.spectral import SpectralFrontend

FRAME_S = 1024 / 22_050


@FRONTENDS.register("stft")
@dataclass(frozen=True)
class STFT(SpectralFrontend):
    """Decibels of each line, equally spaced from 0 Hz; a full-scale sine reaches about 0 dB."""

    name = "stft"
    decibels = True
    rate_hz: int = 22_050
    frame: int = 1024
    hop: int = 512
    bins: int = 513
    """Lines, from 0 Hz up; frame // 2 + 1 are all of them, with fewer the highest are left out."""

    @classmethod
    def for_rate(cls, rate_hz: int) -> Self:
        """Frames of about 46 ms, half overlapped, with all their lines."""
        frame = 2 ** max(5, round(np.log2(rate_hz * FRAME_S)))
        return cls(rate_hz=rate_hz, frame=frame, hop=frame // 2, bins=frame // 2 + 1)

    def window(self) -> Array:
        """Hann, periodic, scaled to a sum of 2."""
        return scaled_hann(self.frame)

    def filterbank(self) -> None:
        """None: the lines themselves."""
        lines = self.frame // 2 + 1
        if self.bins > lines:
            raise ConfigError(
                f"front-end stft: a frame of {self.frame} samples has {lines} lines, got "
                f"bins={self.bins}: take fewer bins or a longer frame"
            )
