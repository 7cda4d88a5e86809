"""AlexNet (Krizhevsky et al. 2012): five convolutions, wide kernels first, two dense layers.

What the modern recipe changes, and why: standardised features and cross-entropy on logits, so that
no gradient is clipped away; batch norm with He initialisation in place of response normalisation;
the first convolution strides along time only, and bins are halved only while more than four are
left (the seed had one left after the second pool, and two thirds of its 3x3 kernels saw padding);
mean and maximum over time in place of 60 million dense weights; half the channels, which is
plenty for hundreds of clips; one-cycle with warm-up to a rate found by a range test, stopped early.
"""

from dataclasses import replace

from torch import nn

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


@MODELS.register("alexnet")
class AlexNet(SeedNetwork):
    """Five convolutions and two hidden dense layers."""

    recipes = {  # noqa: RUF012
        "seed": replace(SEED, optimiser="momentum"),
        "modern": modern(usual_rate=3e-3),
    }
    summary = "AlexNet: five convolutions, wide kernels first"

    def seed_layers(self, classes: int, frames: int, bins: int) -> nn.Sequential:
        """The report's network; sizes are those of (1300, 13)."""
        height, width = same_size(frames, 4, 2, 2, 2), same_size(bins, 4, 2, 2, 2)
        return nn.Sequential(
            SameConv(1, 96, 11, 4),  # (B, 96, 325, 4)
            nn.ReLU(),
            SamePool(3, 2),  # (B, 96, 163, 2)
            ResponseNorm(96),
            SameConv(96, 256, 5),
            nn.ReLU(),
            SamePool(3, 2),  # (B, 256, 82, 1)
            ResponseNorm(256),
            SameConv(256, 384, 3),
            nn.ReLU(),
            SameConv(384, 384, 3),
            nn.ReLU(),
            SameConv(384, 256, 3),
            nn.ReLU(),
            SamePool(3, 2),  # (B, 256, 41, 1)
            ResponseNorm(256),
            nn.Flatten(),
            nn.Linear(256 * height * width, 4096),
            nn.Tanh(),
            nn.Dropout(0.5),
            nn.Linear(4096, 4096),
            nn.Tanh(),
            nn.Dropout(0.5),
            nn.Linear(4096, classes),
        )

    def modern_layers(self, classes: int, bins: int) -> nn.Sequential:
        """The cured network; sizes are those of 5 s of MFCC, (216, 13)."""
        first = HalvingPool(bins)
        second = HalvingPool(first.bins_left)
        return nn.Sequential(
            conv_norm_relu(1, 48, (11, 5), (2, 1)),  # (B, 48, 108, 13)
            first,  # (B, 48, 54, 7)
            conv_norm_relu(48, 128, 5),
            second,  # (B, 128, 27, 4)
            conv_norm_relu(128, 192, 3),
            conv_norm_relu(192, 192, 3),
            conv_norm_relu(192, 128, 3),
            OverTime(),
            nn.Dropout(0.5),
            nn.Linear(2 * 128 * second.bins_left, 256),
            nn.ReLU(),
            nn.Dropout(0.5),
            nn.Linear(256, classes),
        )
