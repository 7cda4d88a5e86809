"""VGG (Simonyan and Zisserman 2015): 3x3 convolutions in five blocks; 19 layers deep, or 16.

What the modern recipe changes, and why: standardised features and cross-entropy on logits (one step
of Adam at 1e-3 sent the seed's logits from .07 to 657, where the clipped loss has no gradient);
batch norm with He initialisation, without which sixteen layers pass neither signal nor gradient;
bins are halved only while more than four are left; mean and maximum over time in place of 103
million dense weights; a quarter of the channels; one-cycle with warm-up to a rate found by a range
test, stopped early.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

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
from earmark.models._seed import SEED
from earmark.models._seed_network import SeedNetwork
from earmark.models.network import MODELS

SEED_WIDTHS = (64, 128, 256, 512, 512)
MODERN_WIDTHS = (16, 32, 64, 128, 128)


@MODELS.register("vgg")
class VGG(SeedNetwork):
    """Blocks of 3x3 convolutions and two hidden dense layers: 19 layers with weights."""

    depths: ClassVar[Sequence[int]] = (2, 2, 4, 4, 4)
    recipes = {"seed": SEED, "modern": modern(usual_rate=4e-3)}  # noqa: RUF012
    summary = "VGG, 19 layers: many small convolutions"

    def seed_layers(self, classes: int, frames: int, bins: int) -> nn.Sequential:
        """The report's network: each block ends by halving both sides, 1300x13 -> 41x1."""
        layers: list[nn.Module] = []
        inputs = 1
        for depth, outputs in zip(self.depths, SEED_WIDTHS, strict=True):
            for _ in range(depth):
                layers += [SameConv(inputs, outputs, 3), nn.ReLU()]
                inputs = outputs
            layers.append(SamePool(2, 2))
        halvings = [2] * len(self.depths)
        size = same_size(frames, *halvings) * same_size(bins, *halvings)
        return nn.Sequential(
            *layers,
            nn.Flatten(),
            nn.Linear(inputs * size, 4096),
            nn.ReLU(),
            nn.Dropout(0.5),
            nn.Linear(4096, 4096),
            nn.ReLU(),
            nn.Dropout(0.5),
            nn.Linear(4096, classes),
        )

    def modern_layers(self, classes: int, bins: int) -> nn.Sequential:
        """The cured network: 5 s of MFCC, (216, 13), become (14, 4) before the last block."""
        layers: list[nn.Module] = []
        inputs = 1
        for number, (depth, outputs) in enumerate(zip(self.depths, MODERN_WIDTHS, strict=True)):
            if number > 0:
                pool = HalvingPool(bins)
                bins = pool.bins_left
                layers.append(pool)
            for _ in range(depth):
                layers.append(conv_norm_relu(inputs, outputs, 3))
                inputs = outputs
        return nn.Sequential(
            *layers,
            OverTime(),
            nn.Dropout(0.5),
            nn.Linear(2 * inputs * bins, 256),
            nn.ReLU(),
            nn.Dropout(0.5),
            nn.Linear(256, classes),
        )


@MODELS.register("vgg16")
class VGG16(VGG):
    """The shallower one, with the optimiser of TFLearn's own example."""

    depths = (2, 2, 3, 3, 3)
    recipes = {  # noqa: RUF012
        "seed": replace(SEED, optimiser="rmsprop", learning_rate=1e-4),
        "modern": modern(usual_rate=3e-3),
    }
    summary = "VGG, 16 layers"
