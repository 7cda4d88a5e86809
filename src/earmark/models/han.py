"""Han, Kim and Lee 2017: which instruments lead a piece of music, from windows of one second.

arXiv 1605.09507. Four pairs of 3x3 convolutions, the largest value anywhere of each feature, one
dense layer, and a yes or no for each class.

The recipe `paper` is the network as published. Two things it leaves open are ours: features are
our decibels with mean 0 and deviation 1 (the paper's natural logarithm of the mel bands is the
same but for offset and scale), and weights begin as Glorot and Bengio 2010 have it.

`modern` keeps the plan. Batch norm with He's initial weights in place of dropout in the blocks, so
that the rate can be larger; no padding past the edge, which is work on zeros; a first convolution
that halves the map, narrower blocks and a dense layer of 256 in place of 1024: a fifth of the cost
and a third of the weights; the recording's level does not count; one-cycle AdamW with augmentation
in place of a constant rate.
"""

import torch
from torch import Tensor, nn

from earmark.models.network import MODELS, Network
from earmark.models.recipe import Augmentation, Recipe

WIDTHS = (32, 64, 128, 256)
NARROW = (24, 48, 96, 128)
SLOPE = 0.33  # of the leaky ReLU below 0 (the paper)

PAPER = Recipe(
    name="paper",
    frontend="log_mel",
    frontend_settings={"rate_hz": 22_050, "frame": 1024, "hop": 512, "bins": 128},
    window_frames=43,  # 1 s
    loss="binary",
    balance="none",
    optimiser="adam",
    learning_rate=1e-3,
    schedule="constant",
    weight_decay=0.0,
    batch_size=128,
    patience=3,  # stops where more than two epochs bring nothing
)
MODERN = Recipe(
    name="modern",
    window_s=1.0,
    range_db=80.0,
    loss="binary",
    ema=0.99,
    refit_above=0.15,
    augmentation=Augmentation(mixup=0.5, noise=0.3, time_mask=0.1, bin_mask=0.1, bin_shift=1),
)


def published_block(inputs: int, outputs: int, *, last: bool) -> nn.Sequential:
    """Two convolutions that each add 2 to both sides, then pooling: by 3, or to one number."""
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, 3, padding=2),
        nn.LeakyReLU(SLOPE),
        nn.Conv2d(outputs, outputs, 3, padding=2),
        nn.LeakyReLU(SLOPE),
        nn.AdaptiveMaxPool2d(1) if last else nn.MaxPool2d(3),
        nn.Dropout(0.25),
    )


def narrow_block(inputs: int, outputs: int, *, first: bool) -> nn.Sequential:
    """Two convolutions with batch norm; each block but the first begins by halving the map."""
    return nn.Sequential(
        nn.Identity() if first else nn.MaxPool2d(2, ceil_mode=True),
        nn.Conv2d(inputs, outputs, 3, stride=2 if first else 1, padding=1, bias=False),
        nn.BatchNorm2d(outputs),
        nn.LeakyReLU(SLOPE),
        nn.Conv2d(outputs, outputs, 3, padding=1, bias=False),
        nn.BatchNorm2d(outputs),
        nn.LeakyReLU(SLOPE),
    )


@MODELS.register("han")
class Han(Network):
    """Four pairs of convolutions, global maximum, one dense layer."""

    recipes = {"paper": PAPER, "modern": MODERN}  # noqa: RUF012
    summary = "Han et al.'s network for the leading instruments: short windows, several labels"

    def __init__(self, classes: int, frames: int, bins: int, recipe: str = "modern") -> None:
        super().__init__(classes, frames, bins, recipe)
        paper = recipe == "paper"
        widths = WIDTHS if paper else NARROW
        blocks: list[nn.Module] = []
        inputs = 1
        for number, outputs in enumerate(widths):
            if paper:
                blocks.append(published_block(inputs, outputs, last=outputs == widths[-1]))
            else:
                blocks.append(narrow_block(inputs, outputs, first=number == 0))
            inputs = outputs
        self.blocks = nn.Sequential(*blocks)
        hidden, dropped = (1024, 0.5) if paper else (256, 0.3)
        self.head = nn.Sequential(
            nn.Linear(inputs, hidden),
            nn.LeakyReLU(SLOPE) if paper else nn.ReLU(),
            nn.Dropout(dropped),
            nn.Linear(hidden, classes),
        )
        for module in self.modules():
            if isinstance(module, nn.Conv2d | nn.Linear) and paper:
                nn.init.xavier_uniform_(module.weight)
                nn.init.zeros_(module.bias)  # type: ignore[arg-type]
            elif isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, a=SLOPE, nonlinearity="leaky_relu")

    def forward(self, features: Tensor) -> Tensor:
        """Logits (batch, classes) of windows (batch, frames, bins)."""
        x = self.blocks(features.unsqueeze(1))  # (B, 256, 1, 1), or (B, 128, T / 16, bins / 16)
        logits: Tensor = self.head(torch.amax(x, dim=(2, 3)))
        return logits
