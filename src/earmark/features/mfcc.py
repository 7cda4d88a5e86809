"""MFCC as Essentia computes them: what the seed experiment was run on, to the digit.

Source: Essentia 2.1's `Extractor` defaults, field `lowLevel.mfcc`, read from its formulas.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np

from earmark.errors import ConfigError
from earmark.features._mel import hz_to_mel_htk, mel_edges, mel_to_hz_htk, triangles
from earmark.features.frontend import FRONTENDS, Array
from earmark.features.spectral import SpectralFrontend


@FRONTENDS.register("mfcc")
@dataclass(frozen=True)
class MFCC(SpectralFrontend):
    """13 mel-frequency cepstral coefficients of 46 ms every 23 ms at 44.1 kHz."""

    name = "mfcc"
    bins_alike = False  # the first dwarfs the others
    bin_word = "coefficient"
    rate_hz: int = 44_100
    frame: int = 2048
    hop: int = 1024
    bins: int = 13
    pad_left: int = 1024
    bands: int = 40
    high_hz: float = 11_000.0

    @classmethod
    def for_rate(cls, rate_hz: int) -> Self:
        """The coefficients are defined at 44.1 kHz; every recording is brought to that."""
        return cls()

    def window(self) -> Array:
        """Blackman-Harris 62 dB, symmetric, scaled to a sum of 2."""
        x = 2 * np.pi * np.arange(self.frame) / (self.frame - 1)
        window = 0.44959 - 0.49364 * np.cos(x) + 0.05677 * np.cos(2 * x)
        return np.asarray(window * (2 / window.sum()), np.float32)

    def filterbank(self) -> Array:
        """Triangles straight in mel (not in hertz), each divided by the sum of its weights."""
        edges_hz = mel_edges(self.bands, 0.0, self.high_hz, hz_to_mel_htk, mel_to_hz_htk)
        bins_hz = np.arange(self.frame // 2 + 1) * (self.rate_hz / self.frame)
        weights = triangles(hz_to_mel_htk(edges_hz), hz_to_mel_htk(bins_hz))
        if not weights.any(axis=0).all():
            raise ConfigError(
                f"front-end mfcc: a band without a Fourier bin, with bands={self.bands} up to "
                f"high_hz={self.high_hz:g} at {self.rate_hz} Hz and frame={self.frame}: "
                "take fewer bands, a lower high_hz or a longer frame"
            )
        return np.asarray(weights / weights.sum(axis=0), np.float32)

    def log_factor(self) -> float:
        """20 log10 on a power: twice true decibels, as Essentia has it."""
        return 20.0

    def projection(self) -> Array:
        """DCT-II, orthonormal, (bands, bins)."""
        band, coefficient = np.arange(self.bands)[:, None] + 0.5, np.arange(self.bins)[None, :]
        basis = np.cos(np.pi * coefficient * band / self.bands)
        scale = np.where(coefficient == 0, np.sqrt(1 / self.bands), np.sqrt(2 / self.bands))
        return np.asarray(scale * basis, np.float32)
