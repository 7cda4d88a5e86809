"""PRCNN: convolutions and a recurrent network side by side, each on the whole window.

Source: Feng, Liu and Yao 2017 (arXiv 1712.08370), made for genres of music: windows of 3 s, votes
over the track. The sizes of its layers are the paper's. Not in what we know of it, so ours: ReLU,
zero padding of the convolutions, standardised features, Adam at a constant 1e-3.

What the modern recipe changes, and why: a log-mel spectrogram in place of 513 lines of equal width,
a third of the cost and where the pitches of sound lie; levels taken from the window's loudest bin;
batch norm with He initialisation; no pooling by 4, and the mean and maximum over what is left, so
that the place in the window does not matter; likewise the mean over time of the recurrent states in
place of the last, which knows the window's ends best; dropout, AdamW and one cycle of the learning
rate, random changes of the training windows.
"""

import torch
from torch import Tensor, nn

from earmark.models._recurrent import BidirectionalGRU
from earmark.models.network import MODELS, Network
from earmark.models.recipe import Augmentation, Recipe

EMBEDDING = 128
STATES = 128  # of the recurrent network, each way
# (channels, side of the max-pool after it) of the convolutions
PAPER_LAYERS = ((16, 2), (32, 2), (64, 2), (128, 4), (64, 4))
MODERN_LAYERS = ((16, 2), (32, 2), (64, 2), (128, 2), (128, 1))

PAPER = Recipe(
    name="paper",
    frontend="stft",
    frontend_settings={"rate_hz": 22_050},
    window_frames=128,  # 3 s
    balance="none",
    optimiser="adam",
    learning_rate=1e-3,
    schedule="constant",
    weight_decay=0.0,
)
MODERN = Recipe(
    name="modern",
    window_s=3.0,
    range_db=80.0,
    ema=0.99,
    refit_above=0.15,
    augmentation=Augmentation(
        mixup=0.5, noise=0.3, time_mask=0.1, bin_mask=0.1, bin_shift=1, roll=True
    ),
)


@MODELS.register("prcnn")
class PRCNN(Network):
    """Five convolutions beside a bidirectional GRU; both have a say of 256 numbers."""

    recipes = {"paper": PAPER, "modern": MODERN}  # noqa: RUF012
    summary = "PRCNN: convolutions beside a recurrent network, 3 s windows"

    def __init__(self, classes: int, frames: int, bins: int, recipe: str = "modern") -> None:
        super().__init__(classes, frames, bins, recipe)
        self.paper = recipe == "paper"
        layers: list[nn.Module] = []
        channels, height, width = 1, frames, bins
        for outputs, side in PAPER_LAYERS if self.paper else MODERN_LAYERS:
            layers.append(nn.Conv2d(channels, outputs, 3, padding=1, bias=self.paper))
            if not self.paper:
                layers.append(nn.BatchNorm2d(outputs))
            # a short window has nothing left to pool along time
            pool = (min(side, height), min(side, width))
            layers += [nn.ReLU(), nn.MaxPool2d(pool)]
            channels, height, width = outputs, height // pool[0], width // pool[1]
        self.convolutions = nn.Sequential(*layers)
        self.pool = nn.MaxPool2d((1, min(2, bins)))
        self.embedding = nn.Linear(bins // min(2, bins), EMBEDDING)
        self.recurrent = BidirectionalGRU(EMBEDDING, STATES)
        seen = channels * height * width if self.paper else 2 * channels
        self.head = nn.Sequential(
            nn.Identity() if self.paper else nn.Dropout(0.3), nn.Linear(seen + 2 * STATES, classes)
        )
        if not self.paper:
            for module in self.convolutions:
                if isinstance(module, nn.Conv2d):
                    nn.init.kaiming_normal_(module.weight, nonlinearity="relu")

    def forward(self, features: Tensor) -> Tensor:
        """Logits (batch, classes) of windows (batch, frames, bins)."""
        seen: Tensor = self.convolutions(features.unsqueeze(1))  # (B, channels, T', bins')
        states, last = self.recurrent(self.embedding(self.pool(features)))  # (B, T, 256), (B, 256)
        if self.paper:
            parts = [seen.flatten(1), last]
        else:
            parts = [seen.mean(dim=(2, 3)), seen.amax(dim=(2, 3)), states.mean(dim=1)]
        logits: Tensor = self.head(torch.cat(parts, dim=1))
        return logits
