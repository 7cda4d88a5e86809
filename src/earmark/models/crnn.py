"""CRNN: convolutions, a recurrent network over them, a score for each class and frame.

After the baseline of DCASE's task 4 (DESED): convolutions that shrink frequency far more than time,
a bidirectional GRU of 128 states each way, and attention over time, by which labels of whole
windows train it too. Ours, for two processor cores: residual blocks (see resnet) in place of
gated linear units, one recurrent layer, and its states go beside what it was given; no mean
teacher.
"""

from collections.abc import Sequence

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from earmark.models._initialise import initialise_as_he
from earmark.models._layers import with_place
from earmark.models._recurrent import BidirectionalGRU
from earmark.models._scenes import of_scenes
from earmark.models.detector import DETECTORS, Array, Detector, Mark
from earmark.models.resnet import Block

WIDTHS = (32, 64, 96)
STATES = 96  # of the recurrent network, each way
STRIDE = 4  # 64 ms at the usual settings


@DETECTORS.register("crnn")
class CRNN(Detector):
    """Residual blocks, a bidirectional GRU, and for each frame and class a logit and a weight."""

    recipes = {"modern": of_scenes(usual_rate=6e-3)}  # noqa: RUF012
    summary = "CRNN: a score every 64 ms by convolutions and a recurrent network; detects"
    strides = {"modern": STRIDE}  # noqa: RUF012
    frames_per_score = STRIDE
    learns_weak = True

    def __init__(self, classes: int, frames: int, bins: int, recipe: str = "modern") -> None:
        super().__init__(classes, frames, bins, recipe)
        first, second, third = WIDTHS
        self.stem = nn.Sequential(
            nn.Conv2d(2, first, 5, 2, padding=2, bias=False), nn.BatchNorm2d(first), nn.ReLU()
        )
        self.blocks = nn.Sequential(
            Block(first, second, 2),
            Block(second, second, 1),
            Block(second, third, (1, 2)),
            Block(third, third, (1, 2)),
        )
        self.dropout = nn.Dropout(0.3)
        self.recurrent = BidirectionalGRU(2 * third, STATES)
        self.head = nn.Linear(2 * third + 2 * STATES, 2 * classes)
        initialise_as_he(self.stem)
        initialise_as_he(self.blocks)

    def forward(self, features: Tensor) -> Tensor:
        """(batch, frames, bins) -> logits and weights, (batch, frames / 4, 2 classes)."""
        x = self.blocks(self.stem(with_place(features)))  # (B, C, T / 4, bins/16)
        x = torch.cat([x.mean(dim=3), x.amax(dim=3)], dim=1).transpose(1, 2)  # (B, T / 4, 2 C)
        states, _ = self.recurrent(self.dropout(x))
        # what the convolutions heard goes on beside the states: learning begins sooner
        answers: Tensor = self.head(self.dropout(torch.cat([x, states], dim=2)))
        return answers

    def scores(self, answers: Tensor, temperature: float = 1.0) -> Tensor:
        """The sigmoid of each frame's logits."""
        return torch.sigmoid(self.presence(answers) / temperature)

    def presence(self, answers: Tensor) -> Tensor:
        """The logits."""
        return answers[..., : self.classes]

    def known(self, targets: Tensor) -> Tensor:
        """All but what is known of the whole window."""
        return targets[:, 1:]

    def encode(self, marks: Sequence[Mark]) -> Array:
        """(1 + frames / 4, classes): what is heard at all, then how much of each step."""
        target = np.zeros((1 + self.steps, self.classes), np.float32)
        begins = np.arange(self.steps)
        for label, onset, offset in marks:
            first, last = onset / self.stride, offset / self.stride
            covered = np.minimum(last, begins + 1) - np.maximum(first, begins)
            target[1:, label] = np.maximum(target[1:, label], covered.clip(0, 1))
            target[0, label] = max(target[0, label], float(covered.max() > 0))
        return target

    def encode_weak(self, labels: Sequence[int]) -> Array:
        """The same with NaN where nobody knows."""
        target = np.full((1 + self.steps, self.classes), np.nan, np.float32)
        target[0] = 0
        target[0, list(labels)] = 1
        return target

    def loss(self, answers: Tensor, targets: Tensor) -> Tensor:
        """Cross-entropy of the frames that are known, and of the whole window."""
        logits, weights = self.presence(answers), answers[..., self.classes :]
        wanted = self.known(targets)
        known = ~torch.isnan(wanted)
        frames = F.binary_cross_entropy_with_logits(
            logits, torch.where(known, wanted, 0.0), reduction="none"
        )
        strong = (frames * known).sum() / known.sum().clamp(min=1)
        attention = torch.softmax(weights, dim=1)
        pooled = (attention * torch.sigmoid(logits)).sum(dim=1).clamp(1e-6, 1 - 1e-6)  # (B, C)
        with torch.autocast(answers.device.type, enabled=False):
            weak = F.binary_cross_entropy(pooled.float(), targets[:, 0].float())
        return strong + 0.5 * weak
