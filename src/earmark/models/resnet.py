"""A small residual network on log-mel spectrograms: the default.

After He et al. 2016, cut down for folders of some hundred clips and two processor cores.
"""

import torch
from torch import Tensor, nn

from earmark.models._initialise import initialise_as_he
from earmark.models._layers import with_place
from earmark.models.network import MODELS, Network
from earmark.models.recipe import Augmentation, Recipe

WIDTHS = (32, 64, 128)
LARGE = 10_000  # features of a window: about a second at the usual settings
DEPTHS = {True: (1, 2, 2), False: (2, 2, 2)}  # residual blocks, where windows are large or not


class Block(nn.Module):
    """Two 3x3 convolutions around a short cut."""

    def __init__(self, inputs: int, outputs: int, stride: int | tuple[int, int]) -> None:
        super().__init__()
        strides = (stride, stride) if isinstance(stride, int) else stride
        self.body = nn.Sequential(
            nn.Conv2d(inputs, outputs, 3, strides, padding=1, bias=False),
            nn.BatchNorm2d(outputs),
            nn.ReLU(),
            nn.Conv2d(outputs, outputs, 3, padding=1, bias=False),
            nn.BatchNorm2d(outputs),
        )
        self.shortcut = (
            nn.Identity()
            if strides == (1, 1) and inputs == outputs
            else nn.Sequential(
                nn.AvgPool2d(strides, ceil_mode=True) if max(strides) > 1 else nn.Identity(),
                nn.Conv2d(inputs, outputs, 1, bias=False),
                nn.BatchNorm2d(outputs),
            )
        )

    def forward(self, x: Tensor) -> Tensor:
        """(B, inputs, T, bins) -> (B, outputs, T / stride, bins / stride)."""
        return torch.relu(self.body(x) + self.shortcut(x))


@MODELS.register("resnet")
class ResNet(Network):
    """Stem, three stages of residual blocks, mean and maximum over time and bins."""

    recipes = {  # noqa: RUF012
        "modern": Recipe(
            name="modern",
            range_db=60.0,
            most_epochs=120,
            ema=0.99,
            refit_above=0.05,  # clips are too dear to be left out of the training
            augmentation=Augmentation(
                mixup=0.5,
                noise=0.3,
                time_mask=0.1,
                bin_mask=0.1,
                bin_shift=1,
                tilt=20.0,
                roll=True,
            ),
        )
    }
    summary = "small residual network on log-mel: the default"

    def __init__(self, classes: int, frames: int, bins: int, recipe: str = "modern") -> None:
        super().__init__(classes, frames, bins, recipe)
        first = WIDTHS[0]
        large = frames * bins > LARGE
        stages: list[nn.Module] = []
        inputs = first
        for number, (outputs, depth) in enumerate(zip(WIDTHS, DEPTHS[large], strict=True)):
            for place in range(depth):
                halved = number > 0 and place == 0
                stages.append(Block(inputs, outputs, stride=2 if halved else 1))
                inputs = outputs
        # small windows keep their detail, large ones must be cheap
        kernel, stride = (7, 4) if large else (5, 2)
        self.stem = nn.Sequential(
            nn.Conv2d(2, first, kernel, stride, padding=kernel // 2, bias=False),
            nn.BatchNorm2d(first),
            nn.ReLU(),
        )
        self.stages = nn.Sequential(*stages)
        self.head = nn.Sequential(nn.Dropout(0.2), nn.Linear(2 * inputs, classes))
        initialise_as_he(self)

    def forward(self, features: Tensor) -> Tensor:
        """Logits (batch, classes) of windows (batch, frames, bins)."""
        x = self.stages(self.stem(with_place(features)))  # (B, 128, T / 16, bins / 16)
        x = torch.cat([x.mean(dim=(2, 3)), x.amax(dim=(2, 3))], dim=1)  # (B, 256)
        logits: Tensor = self.head(x)
        return logits
