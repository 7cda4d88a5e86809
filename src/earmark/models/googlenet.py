"""GoogLeNet (Szegedy et al. 2015): nine inception modules, each four branches side by side.

What the modern recipe changes, and why: standardised features and cross-entropy on logits; batch
norm with He initialisation in every branch (as the authors' second version has it), without which
the seed was at 49 % on its own training clips after 100 epochs; bins are halved only while more
than four are left; mean and maximum over time in place of an average over 7 of 41 frames and 336
thousand weights; half the channels and two modules fewer; one-cycle with warm-up to a rate found by
a range test, stopped early.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

import torch
from torch import Tensor, nn

from earmark.models._layers import (
    HalvingPool,
    OverTime,
    SameConv,
    SamePool,
    conv_norm_relu,
    same_size,
)
from earmark.models._modern import modern
from earmark.models._response_norm import ResponseNorm
from earmark.models._seed import SEED
from earmark.models._seed_network import SeedNetwork
from earmark.models.network import MODELS

Widths = tuple[int, int, int, int, int, int]
"""Channels: 1x1; 3x3 reduced, 3x3; 5x5 reduced, 5x5; pooled."""

# Table 1 of the paper, by stage.
STAGE_3: Sequence[Widths] = ((64, 96, 128, 16, 32, 32), (128, 128, 192, 32, 96, 64))
STAGE_4: Sequence[Widths] = (
    (192, 96, 208, 16, 48, 64),
    (160, 112, 224, 24, 64, 64),
    (128, 128, 256, 24, 64, 64),
    (112, 144, 288, 32, 64, 64),
    (256, 160, 320, 32, 128, 128),
)
STAGE_5: Sequence[Widths] = ((256, 160, 320, 32, 128, 128), (384, 192, 384, 48, 128, 128))


def seed_conv(inputs: int, outputs: int, kernel: int) -> nn.Sequential:
    """Convolution and ReLU."""
    return nn.Sequential(SameConv(inputs, outputs, kernel), nn.ReLU())


class Inception(nn.Module):
    """Four branches over the same input, their channels put together."""

    def __init__(
        self, inputs: int, widths: Widths, conv: Callable[[int, int, int], nn.Module]
    ) -> None:
        super().__init__()
        one, reduce3, three, reduce5, five, pooled = widths
        self.outputs = one + three + five + pooled
        self.branches = nn.ModuleList(
            [
                conv(inputs, one, 1),
                nn.Sequential(conv(inputs, reduce3, 1), conv(reduce3, three, 3)),
                nn.Sequential(conv(inputs, reduce5, 1), conv(reduce5, five, 5)),
                nn.Sequential(nn.MaxPool2d(3, 1, padding=1), conv(inputs, pooled, 1)),
            ]
        )

    def forward(self, x: Tensor) -> Tensor:
        """(B, inputs, H, W) -> (B, outputs, H, W)."""
        return torch.cat([branch(x) for branch in self.branches], dim=1)


def stage(
    inputs: int, modules: Sequence[Widths], conv: Callable[[int, int, int], nn.Module]
) -> tuple[list[Inception], int]:
    """Modules one after the other, and the channels they end with."""
    made: list[Inception] = []
    for widths in modules:
        made.append(Inception(inputs, widths, conv))
        inputs = made[-1].outputs
    return made, inputs


def halved(modules: Sequence[Widths]) -> list[Widths]:
    """The same modules with half the channels."""
    return [(a // 2, b // 2, c // 2, d // 2, e // 2, f // 2) for a, b, c, d, e, f in modules]


@MODELS.register("googlenet")
class GoogLeNet(SeedNetwork):
    """Inception modules and one dense layer."""

    recipes = {  # noqa: RUF012
        "seed": replace(SEED, optimiser="momentum"),
        "modern": modern(usual_rate=8e-4),
    }
    summary = "GoogLeNet: inception modules, four branches each"

    def seed_layers(self, classes: int, frames: int, bins: int) -> nn.Sequential:
        """The report's network; sizes are those of (1300, 13)."""
        three, width = stage(192, STAGE_3, seed_conv)
        # TFLearn's example, which the report took, forgot one activation: 3b's 5x5 is linear
        three[1].branches[2] = nn.Sequential(seed_conv(256, 32, 1), SameConv(32, 96, 5))
        four, width = stage(width, STAGE_4, seed_conv)
        five, width = stage(width, STAGE_5, seed_conv)
        strides = (2, 2, 2, 2, 2)
        return nn.Sequential(
            SameConv(1, 64, 7, 2),  # (B, 64, 650, 7)
            nn.ReLU(),
            SamePool(3, 2),  # (B, 64, 325, 4)
            ResponseNorm(64),
            seed_conv(64, 64, 1),
            seed_conv(64, 192, 3),
            ResponseNorm(192),
            SamePool(3, 2),  # (B, 192, 163, 2)
            *three,  # (B, 480, 163, 2)
            SamePool(3, 2),  # (B, 480, 82, 1)
            *four,  # (B, 832, 82, 1)
            SamePool(3, 2),  # (B, 832, 41, 1)
            *five,  # (B, 1024, 41, 1)
            nn.AvgPool2d(7, 1, padding=3, count_include_pad=False),
            nn.Dropout(0.6),  # TFLearn's 0.4 is what is kept
            nn.Flatten(),
            nn.Linear(width * same_size(frames, *strides) * same_size(bins, *strides), classes),
        )

    def modern_layers(self, classes: int, bins: int) -> nn.Sequential:
        """The cured network; sizes are those of 5 s of MFCC, (216, 13)."""
        first = HalvingPool(bins)
        second = HalvingPool(first.bins_left)
        third = HalvingPool(second.bins_left)
        three, width = stage(96, halved(STAGE_3), conv_norm_relu)
        four, width = stage(width, halved(STAGE_4[1:4]), conv_norm_relu)
        five, width = stage(width, halved(STAGE_5), conv_norm_relu)
        return nn.Sequential(
            conv_norm_relu(1, 32, 7, (2, 1)),  # (B, 32, 108, 13)
            first,  # (B, 32, 54, 7)
            conv_norm_relu(32, 32, 1),
            conv_norm_relu(32, 96, 3),
            *three,  # (B, 240, 54, 7)
            second,  # (B, 240, 27, 4)
            *four,  # (B, 264, 27, 4)
            third,  # (B, 264, 14, 4)
            *five,  # (B, 512, 14, 4)
            OverTime(),
            nn.Dropout(0.5),
            nn.Linear(2 * width * third.bins_left, classes),
        )
