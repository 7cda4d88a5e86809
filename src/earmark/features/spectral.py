"""Front-ends of one shape: window -> power spectrum -> bands -> floored log -> projection.

Bands and projection may each be left out.

A subclass declares the constant arrays; the numpy path below and the torch path beside it
(`_spectral_torch`) both read the same declaration.
"""

from abc import abstractmethod
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from earmark.features.frontend import Array, Frontend

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True)
class SpectralFrontend(Frontend):
    """Features that are linear in the logarithm of band powers."""

    floor: float = 1e-10
    """Band power below which all is silence."""

    @abstractmethod
    def window(self) -> Array:
        """The analysis window, (frame,)."""

    @abstractmethod
    def filterbank(self) -> Array | None:
        """From power spectrum to bands, (frame // 2 + 1, bands).

        None where the bands are the lines of the spectrum, as many from 0 Hz up as are needed.
        """

    def log_factor(self) -> float:
        """What log10 of the band power is multiplied by: 10 gives decibels."""
        return 10.0

    def projection(self) -> Array | None:
        """From log bands to features, (bands, bins); None where they are the same."""
        return None

    def centres_hz(self) -> NDArray[np.float64] | None:
        """The middle of each band, weighted as the band is; None where that is not rising."""
        if self.projection() is not None:
            return None
        lines = np.arange(self.frame // 2 + 1, dtype=np.float64)
        lines_hz: NDArray[np.float64] = lines * (self.rate_hz / self.frame)
        filterbank = self.filterbank()
        if filterbank is None:
            return lines_hz[: self.bins]
        centres: NDArray[np.float64] = lines_hz @ filterbank / filterbank.sum(axis=0)
        return centres if (np.diff(centres) > 0).all() else None

    # cached_property writes to __dict__, which a frozen dataclass allows
    @cached_property
    def _constants(self) -> tuple[Array, Array | None, Array | None]:
        filterbank, projection = self.filterbank(), self.projection()
        return (
            self.window().astype(np.float32),
            None if filterbank is None else np.ascontiguousarray(filterbank, np.float32),
            None if projection is None else np.ascontiguousarray(projection, np.float32),
        )

    def compute(self, frames: Array) -> Array:
        """Features (n, bins) of a block of frames (n, frame)."""
        from scipy import fft

        window, filterbank, projection = self._constants
        spectrum = fft.rfft(frames * window, axis=1)  # (n, frame // 2 + 1) complex64
        power = np.square(spectrum.real)
        power += np.square(spectrum.imag)
        bands: Array  # (n, bands)
        if filterbank is None:
            bands = power[:, : self.bins if projection is None else len(projection)]
        else:
            bands = power @ filterbank
        np.maximum(bands, np.float32(self.floor), out=bands)
        np.log10(bands, out=bands)
        bands *= np.float32(self.log_factor())
        return bands if projection is None else bands @ projection

    def torch_module(self) -> "torch.nn.Module":
        """The same in torch."""
        from earmark.features._spectral_torch import SpectralModule

        return SpectralModule(self)
