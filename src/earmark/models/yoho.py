"""YOHO: you only hear once. Presence, begin and end of each class in each bin of time, at once.

Source: Venkatesh, Moffat and Miranda 2021 (arXiv 2109.00962), after YOLO (Redmon and Farhadi 2018).
The recipe `paper` is its network for Urban-SED: 40 mel bands at 44.1 kHz, depthwise-separable
blocks of MobileNet, 32 frames a bin, squared error where begin and end count only where there is a
sound, Adam at 1e-3. Two faults of the published notebook are not repeated: each class's begin and
end are masked by its own presence, and an end is measured from the bin's begin, as it is labelled.
Our frames are transformed as they are, 1764 samples, where the paper fills them up to 2048.

What the modern recipe changes, and why: our front-end and relative levels; bins of 16 frames (a
quarter of a second), so that two barks are two; a seventh of the cost; dilated convolutions over
time in the end, as a bin cannot know alone where a long sound is; cross-entropy for presence;
AdamW, one cycle.

Bins become scores over time, so that all that follows is the same for every detector: within
[begin, end] of a bin the score is its presence, elsewhere 0.
"""

from collections.abc import Sequence

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from earmark.models._initialise import initialise_as_he
from earmark.models._layers import with_place
from earmark.models._scenes import of_scenes
from earmark.models.detector import DETECTORS, Array, Detector, Mark
from earmark.models.recipe import Recipe

# (channels, stride) of the separable blocks
PAPER_BLOCKS = (
    (64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2), *((512, 1),) * 5, (1024, 2),
    (1024, 1), (512, 1), (256, 1), (128, 1),
)  # fmt: skip
MODERN_BLOCKS = ((64, 2), (64, 1), (128, 2), (128, 1), (192, 2), (192, 1), (192, 1))
CONTEXT = 192  # channels over time in the end
DILATIONS = (1, 2, 4)
FRAMES_PER_SCORE = 4

PAPER = Recipe(
    name="paper",
    frontend="log_mel",
    frontend_settings={"rate_hz": 44_100, "frame": 1764, "hop": 441, "bins": 40},
    window_s=10.24,  # 32 bins of 32 frames; the paper's 1001 frames are 31.3
    overlap=0.5,
    loss="binary",
    balance="none",
    optimiser="adam",
    learning_rate=1e-3,
    schedule="constant",
    weight_decay=0.0,
    epochs=40,
    batch_size=32,
)
MODERN = of_scenes(usual_rate=4e-3)


def separable(inputs: int, outputs: int, stride: int) -> nn.Sequential:
    """A depthwise and a pointwise convolution (Howard and others 2017)."""
    return nn.Sequential(
        nn.Conv2d(inputs, inputs, 3, stride, padding=1, groups=inputs, bias=False),
        nn.BatchNorm2d(inputs),
        nn.ReLU(),
        nn.Conv2d(inputs, outputs, 1, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU(),
    )


class Context(nn.Module):
    """A dilated convolution over time around a short cut."""

    def __init__(self, channels: int, dilation: int) -> None:
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv1d(channels, channels, 3, padding=dilation, dilation=dilation, bias=False),
            nn.BatchNorm1d(channels),
            nn.ReLU(),
        )

    def forward(self, x: Tensor) -> Tensor:
        """(B, channels, T), unchanged in shape."""
        changed: Tensor = self.body(x)
        return x + changed


@DETECTORS.register("yoho")
class YOHO(Detector):
    """Separable convolutions, then presence, begin and end of each class in each bin of time."""

    recipes = {"paper": PAPER, "modern": MODERN}  # noqa: RUF012
    summary = "YOHO: begin and end of each sound at once, as YOLO does for pictures; detects, fast"
    strides = {"paper": 32, "modern": 16}  # noqa: RUF012
    frames_per_score = FRAMES_PER_SCORE
    half_precision = False  # depthwise convolutions are slower in it (measured)

    def __init__(self, classes: int, frames: int, bins: int, recipe: str = "modern") -> None:
        super().__init__(classes, frames, bins, recipe)
        self.paper = recipe == "paper"
        first = 1 if self.paper else 2
        kernel = 3 if self.paper else 5
        layers: list[nn.Module] = [
            nn.Conv2d(first, 32, kernel, 2, padding=kernel // 2, bias=False),
            nn.BatchNorm2d(32),
            nn.ReLU(),
        ]
        inputs, height = 32, -(-bins // 2)
        for outputs, stride in PAPER_BLOCKS if self.paper else MODERN_BLOCKS:
            layers.append(separable(inputs, outputs, stride))
            inputs, height = outputs, -(-height // stride)
        self.convolutions = nn.Sequential(*layers)
        seen = inputs * height
        if self.paper:
            self.head = nn.Sequential(nn.Conv1d(seen, 3 * classes, 1))
        else:
            self.head = nn.Sequential(
                nn.Conv1d(seen, CONTEXT, 1, bias=False),
                nn.BatchNorm1d(CONTEXT),
                nn.ReLU(),
                *(Context(CONTEXT, dilation) for dilation in DILATIONS),
                nn.Dropout(0.2),
                nn.Conv1d(CONTEXT, 3 * classes, 1),
            )
            initialise_as_he(self)

    def forward(self, features: Tensor) -> Tensor:
        """(batch, frames, bins) -> logits (batch, steps, 3 classes): presence, begin, end."""
        x = features.unsqueeze(1) if self.paper else with_place(features)
        x = self.convolutions(x)  # (B, C, steps, bins')
        answers: Tensor = self.head(x.transpose(2, 3).flatten(1, 2)).transpose(1, 2)
        return answers

    def scores(self, answers: Tensor, temperature: float = 1.0) -> Tensor:
        """Presence between begin and end, in parts of a bin."""
        parts = self.stride // self.frames_per_score
        presence, begin, end = answers.chunk(3, dim=2)  # (B, steps, C)
        presence = torch.sigmoid(presence / temperature)
        begin, end = torch.sigmoid(begin), torch.sigmoid(end)
        # the shortest sound fills one part
        middle = ((begin + end) / 2).clamp(0.5 / parts, 1 - 0.5 / parts).unsqueeze(2)
        half = ((end - begin) / 2).clamp(min=0.5001 / parts).unsqueeze(2)
        at = (torch.arange(parts, device=answers.device) + 0.5) / parts
        within = ((at[None, None, :, None] - middle).abs() <= half).to(presence.dtype)
        return (presence.unsqueeze(2) * within).flatten(1, 2)

    def presence(self, answers: Tensor) -> Tensor:
        """The first of the three."""
        return answers[..., : self.classes]

    def known(self, targets: Tensor) -> Tensor:
        """The first of the three."""
        return targets[..., : self.classes]

    def encode(self, marks: Sequence[Mark]) -> Array:
        """(steps, 3 classes): presence, begin and end in shares of the bin from its begin."""
        presence = np.zeros((self.steps, self.classes), np.float32)
        begin, end = np.zeros_like(presence), np.zeros_like(presence)
        bins = np.arange(self.steps)
        for label, onset, offset in marks:
            first = np.clip(onset / self.stride - bins, 0, 1)
            last = np.clip(offset / self.stride - bins, 0, 1)
            # of two in one bin the longer one
            wins = last - first > end[:, label] - begin[:, label]
            presence[wins, label] = 1
            begin[wins, label], end[wins, label] = first[wins], last[wins]
        return np.concatenate([presence, begin, end], axis=1)

    def encode_weak(self, labels: Sequence[int]) -> Array:
        """There is no such target."""
        raise NotImplementedError("yoho needs to know when a sound begins and ends")

    def loss(self, answers: Tensor, targets: Tensor) -> Tensor:
        """Of presence everywhere, of begin and end where there is a sound."""
        presence, begin, end = answers.chunk(3, dim=2)
        there, first, last = targets.chunk(3, dim=2)
        edges = (torch.sigmoid(begin) - first).square() + (torch.sigmoid(end) - last).square()
        if self.paper:
            found = (torch.sigmoid(presence) - there).square()
            return (found + there * edges).mean()
        found = F.binary_cross_entropy_with_logits(presence, there)
        return found + 4 * (there * edges).mean()
