"""The torch path of the tempogram: matrix products and slices, so that any runtime can run it."""

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from earmark.features.tempogram import EXPONENT, RISE, Tempogram


class TempogramModule(nn.Module):
    """(batch, samples) -> (batch, frames, bins); frames lie wholly inside the samples."""

    to_ranges: Tensor  # (bands, ranges)
    basis: Tensor  # (onsets, 2 lines)
    lags: Tensor  # (lines, tempi)

    def __init__(self, frontend: Tempogram) -> None:
        super().__init__()
        plan = frontend.plan
        self.frame, self.hop_samples = frontend.frame, frontend.hop
        self.hop, self.hops, self.still = plan.hop, plan.hops, plan.still
        self.levels = plan.levels
        self.spectra = plan.spectra.torch_module()
        for name in ("to_ranges", "basis", "lags"):
            self.register_buffer(name, torch.from_numpy(getattr(plan, name)), persistent=False)

    def forward(self, waveform: Tensor) -> Tensor:
        """Features of every frame."""
        frames = (waveform.shape[1] - self.frame) // self.hop_samples + 1
        count = (frames - 1 + self.hops) * self.hop
        bands = self.spectra(waveform)[:, : count + RISE]  # (B, spectra, bands)
        loud = torch.exp(bands * (EXPONENT / 10 * math.log(10)))
        onsets = torch.relu(loud[:, RISE:] - loud[:, :-RISE]) @ self.to_ranges  # (B, count, ranges)
        ranges = onsets.shape[2]
        # (B, hops of the recording, ranges, hop); a frame is `hops` of them side by side
        blocks = onsets.reshape(onsets.shape[0], -1, self.hop, ranges).transpose(2, 3)
        windows = torch.cat([blocks[:, k : k + frames] for k in range(self.hops)], dim=3)
        real, imag = (windows @ self.basis).chunk(2, dim=3)  # (B, frames, ranges, lines)
        root = (real.square() + imag.square()).sqrt()
        whole = root.sum(dim=3, keepdim=True) + self.still
        rhythm = (root @ self.lags / whole).flatten(2)  # (B, frames, ranges * tempi)
        if not self.levels:
            return rhythm
        means = bands[:, RISE:].reshape(bands.shape[0], -1, self.hop, self.levels).mean(dim=2)
        mean = F.avg_pool1d(means.transpose(1, 2), self.hops, stride=1).transpose(1, 2)
        return torch.cat([mean - mean.mean(dim=2, keepdim=True), rhythm], dim=2)
