"""Log-mel spectrogram: the default front-end."""

from dataclasses import dataclass
from typing import Self

import numpy as np

from earmark.features._mel import hz_to_mel_slaney, mel_edges, mel_to_hz_slaney, triangles
from earmark.features._window import scaled_hann
from earmark.features.frontend import DEFAULT_RATE_HZ, FRONTENDS, Array
from earmark.features.spectral import SpectralFrontend


@FRONTENDS.register("log_mel")
@dataclass(frozen=True)
class LogMel(SpectralFrontend):
    """Decibels in bands equally spaced on the mel scale; a full-scale sine reaches about 0 dB."""

    name = "log_mel"
    decibels = True
    rate_hz: int = DEFAULT_RATE_HZ
    frame: int = 1024
    hop: int = 512
    bins: int = 96

    @classmethod
    def for_rate(cls, rate_hz: int) -> Self:
        """Frames of about 32 ms, half overlapped; fewer bands where there is less bandwidth."""
        frame = 2 ** max(5, round(np.log2(rate_hz * 0.032)))
        # 48 bands at 8 kHz and 96 at 32 kHz keep the lowest band wider than a Fourier bin
        bins = 16 * int(np.clip(round(3 * np.sqrt(rate_hz / 8000)), 1, 8))
        return cls(rate_hz=rate_hz, frame=frame, hop=frame // 2, bins=bins)

    def window(self) -> Array:
        """Hann, periodic, scaled to a sum of 2."""
        return scaled_hann(self.frame)

    def filterbank(self) -> Array:
        """Triangles of peak 1, straight in hertz, equally spaced on Slaney's mel scale."""
        edges = mel_edges(self.bins, 0.0, self.rate_hz / 2, hz_to_mel_slaney, mel_to_hz_slaney)
        bins_hz = np.arange(self.frame // 2 + 1) * (self.rate_hz / self.frame)
        return triangles(edges, bins_hz).astype(np.float32)
