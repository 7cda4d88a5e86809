"""One graph from waveform to calibrated probabilities: what is exported is what was trained."""

from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from earmark.features import Frontend
from earmark.models.network import Network


def relative_level(features: Tensor, range_db: float) -> Tensor:
    """Decibels below the loudest bin of each window, no lower than `-range_db`.

    How loud a recording is says more of its microphone than of its class.
    """
    return (features - features.amax(dim=(1, 2), keepdim=True)).clamp(min=-range_db)


class FeatureClassifier(nn.Module):
    """Features (batch, frames, bins) -> logits: level, standardise, then the network."""

    mean: Tensor
    deviation: Tensor

    def __init__(
        self,
        network: Network,
        mean: NDArray[np.float32],
        deviation: NDArray[np.float32],
        range_db: float | None = None,
    ) -> None:
        super().__init__()
        self.network = network
        self.range_db = range_db
        self.register_buffer("mean", torch.as_tensor(mean, dtype=torch.float32))
        self.register_buffer("deviation", torch.as_tensor(deviation, dtype=torch.float32))

    def forward(self, features: Tensor) -> Tensor:
        """Logits (batch, classes)."""
        if self.range_db is not None:
            features = relative_level(features, self.range_db)
        logits: Tensor = self.network((features - self.mean) / self.deviation)
        return logits


class WaveformClassifier(nn.Module):
    """Samples (batch, samples) -> calibrated probabilities (batch, classes)."""

    def __init__(
        self,
        frontend: Frontend,
        classifier: FeatureClassifier,
        *,
        frames: int,
        fill: Literal["silence", "wrap"],
        temperature: float,
        activation: Literal["softmax", "sigmoid"] = "softmax",
    ) -> None:
        super().__init__()
        self.frontend = frontend.torch_module()
        self.classifier = classifier
        self.frames = frames
        self.wrap = fill == "wrap"
        self.temperature = temperature
        self.sigmoid = activation == "sigmoid"  # each label by itself: rows need not sum to one

    def forward(self, waveform: Tensor) -> Tensor:
        """Probabilities of windows that hold `frames` frames (fewer where short ones wrap)."""
        features = self.frontend(waveform)
        if self.wrap:
            # the exporter has no remainder by a symbolic size, so frames are counted as a tensor
            count = torch.ones_like(features[0, :, 0], dtype=torch.int64).sum()
            features = features[:, torch.remainder(torch.arange(self.frames), count)]
        logits = self.classifier(features) / self.temperature
        return torch.sigmoid(logits) if self.sigmoid else torch.softmax(logits, dim=1)
