"""The torch path of spectral front-ends: plain matrix products, so that any runtime can run it.

The Fourier transform of N = N1 * N2 samples is done in two stages (Cooley and Tukey 1965): N1-point
transforms, a twiddle, N2-point transforms. As matrix products that is about a sixteenth of the work
of the full N x N basis, exports to plain ONNX operators, and needs no STFT operator.
"""

import math
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from earmark.features.spectral import SpectralFrontend


def _stages(frame: int) -> tuple[int, int]:
    """Factors (N1, N2) of the frame length, as near to each other as can be, N1 the larger."""
    small = next(n for n in range(math.isqrt(frame), 0, -1) if frame % n == 0)
    return frame // small, small


class SpectralModule(nn.Module):
    """(batch, samples) -> (batch, frames, bins); frames lie wholly inside the samples."""

    window: Tensor  # (frame,)
    first: Tensor  # (n1, 2 k1)
    twiddle_real: Tensor  # (n2, k1)
    twiddle_imag: Tensor
    second: Tensor  # (2 n2, 2 n2): [re, im] -> [re, im]
    filterbank: Tensor  # (k1 n2, bands), or without bands where each line is, (bins,)
    projection: Tensor  # (bands, bins)

    def __init__(self, frontend: SpectralFrontend) -> None:
        super().__init__()
        self.frame, self.hop = frontend.frame, frontend.hop
        self.floor, self.log_factor = frontend.floor, frontend.log_factor()
        n1, n2 = self.n1, self.n2 = _stages(frontend.frame)
        k1 = self.k1 = n1 // 2 + 1  # a real signal: the other half is the mirror image
        first = np.exp(-2j * np.pi * np.outer(np.arange(n1), np.arange(k1)) / n1)  # (n1, k1)
        twiddle = np.exp(-2j * np.pi * np.outer(np.arange(n2), np.arange(k1)) / (n1 * n2))
        second = np.exp(-2j * np.pi * np.outer(np.arange(n2), np.arange(n2)) / n2)  # (n2, n2)
        # Stage two computes bins k = a + n1 * b; bins past N / 2 mirror N - k, whose power is the
        # same, so the filterbank's rows are only put where their bin is computed first.
        bins = np.arange(k1)[:, None] + n1 * np.arange(n2)[None, :]  # (k1, n2)
        bins = np.where(bins > self.frame // 2, self.frame - bins, bins).ravel()
        _, place = np.unique(bins, return_index=True)
        weights, projection = frontend.filterbank(), frontend.projection()
        self.banded = weights is not None
        self._constant("window", frontend.window())
        self._constant("first", np.concatenate([first.real, first.imag], axis=1))
        self._constant("twiddle_real", twiddle.real)
        self._constant("twiddle_imag", twiddle.imag)
        self._constant(
            "second",
            np.block([[second.real, second.imag], [-second.imag, second.real]]),
        )
        if weights is None:
            lines = place[: frontend.bins if projection is None else len(projection)]
            self.register_buffer("filterbank", torch.from_numpy(lines), persistent=False)
        else:
            filterbank = np.zeros((k1 * n2, weights.shape[1]))
            filterbank[place] = weights
            self._constant("filterbank", filterbank)
        self.projected = projection is not None
        self._constant("projection", np.zeros((0, 0)) if projection is None else projection)

    def _constant(self, name: str, value: NDArray[Any]) -> None:
        tensor = torch.from_numpy(np.ascontiguousarray(value, np.float32))
        self.register_buffer(name, tensor, persistent=False)

    def frames(self, waveform: Tensor) -> Tensor:
        """(batch, samples) -> (batch, frames, frame), by slices of whole hops alone."""
        unit = math.gcd(self.frame, self.hop)
        step = self.hop // unit
        count = (waveform.shape[1] - self.frame) // self.hop + 1
        length = (count - 1) * self.hop + self.frame
        blocks = waveform[:, :length].reshape(waveform.shape[0], -1, unit)
        span = (count - 1) * step + 1
        parts = [blocks[:, j : j + span : step] for j in range(self.frame // unit)]
        return torch.cat(parts, dim=2)

    def forward(self, waveform: Tensor) -> Tensor:
        """Features of every frame."""
        x = self.frames(waveform) * self.window
        batch, count = x.shape[0], x.shape[1]
        x = x.reshape(batch, count, self.n1, self.n2).transpose(2, 3)  # (B, T, n2, n1)
        x = x @ self.first  # (B, T, n2, 2 k1)
        real, imag = x[..., : self.k1], x[..., self.k1 :]
        turned = torch.cat(
            [
                real * self.twiddle_real - imag * self.twiddle_imag,
                real * self.twiddle_imag + imag * self.twiddle_real,
            ],
            dim=2,
        )  # (B, T, 2 n2, k1)
        x = turned.transpose(2, 3) @ self.second  # (B, T, k1, 2 n2)
        power = x[..., : self.n2].square() + x[..., self.n2 :].square()
        power = power.reshape(batch, count, self.k1 * self.n2)
        bands = power @ self.filterbank if self.banded else power[..., self.filterbank]
        bands = torch.log10(bands.clamp(min=self.floor)) * self.log_factor
        return bands @ self.projection if self.projected else bands
