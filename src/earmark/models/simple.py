"""The seed's 'Simple CNN': two small convolutions and one very large dense layer.

What the modern recipe changes, and why: standardised features and logits in place of raw MFCC
under a clipped loss (one step of Adam sent the seed's logits where the gradient is exactly 0);
batch norm with He initialisation; pooling along time only, so that the 13 coefficients stay apart;
the mean and maximum over time in place of 85 million dense weights.
"""

import torch
from torch import Tensor, nn

from earmark.models._initialise import initialise_as_tflearn
from earmark.models._layers import same_conv, same_max_pool
from earmark.models.network import MODELS, Network
from earmark.models.recipe import Augmentation, Recipe

SEED = Recipe(
    name="seed",
    frontend="mfcc",
    window_frames=1300,
    fill="wrap",
    truncate=True,
    standardise=False,
    loss="clipped",
    optimiser="adam",
    learning_rate=1e-3,
    schedule="constant",
    weight_decay=0.0,
    epochs=100,
    batch_size=64,
    keep="last",
)
MODERN = Recipe(
    name="modern",
    frontend="mfcc",
    learning_rate=3e-3,
    augmentation=Augmentation(mixup=0.5, time_mask=0.1, roll=True),
)


@MODELS.register("simple")
class Simple(Network):
    """Two convolutions, one hidden layer."""

    recipes = {"seed": SEED, "modern": MODERN}  # noqa: RUF012
    summary = "the seed's Simple CNN: two convolutions and a dense layer"

    def __init__(self, classes: int, frames: int, bins: int, recipe: str = "modern") -> None:
        super().__init__(classes, frames, bins, recipe)
        self.seed = recipe == "seed"
        if self.seed:
            height, width = -(-frames // 4), -(-bins // 4)  # two halvings, rounded up
            self.body = nn.Sequential(
                same_conv(1, 32, 2),  # (B, 32, 1300, 13)
                nn.ReLU(),
                same_max_pool(2, 2),  # (B, 32, 650, 7)
                same_conv(32, 64, 2),
                nn.ReLU(),
                same_max_pool(2, 2),  # (B, 64, 325, 4)
                nn.Flatten(),
                nn.Linear(64 * height * width, 1024),
                nn.ReLU(),
                nn.Dropout(0.2),  # TFLearn's 0.8 is what is kept
                nn.Linear(1024, classes),
            )
            initialise_as_tflearn(self)
            return
        self.body = nn.Sequential(
            nn.Conv2d(1, 32, 3, padding=1, bias=False),
            nn.BatchNorm2d(32),
            nn.ReLU(),
            nn.MaxPool2d((2, 1), ceil_mode=True),
            nn.Conv2d(32, 64, 3, padding=1, bias=False),
            nn.BatchNorm2d(64),
            nn.ReLU(),
            nn.MaxPool2d((2, 1), ceil_mode=True),  # (B, 64, T / 4, bins)
        )
        self.head = nn.Sequential(
            nn.Linear(2 * 64 * bins, 256), nn.ReLU(), nn.Dropout(0.3), nn.Linear(256, classes)
        )
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, nonlinearity="relu")

    def forward(self, features: Tensor) -> Tensor:
        """Logits (batch, classes) of windows (batch, frames, bins)."""
        x: Tensor = self.body(features.unsqueeze(1))
        if self.seed:
            return x
        pooled = torch.cat([x.mean(dim=2), x.amax(dim=2)], dim=1)  # (B, 128, bins)
        logits: Tensor = self.head(pooled.flatten(1))
        return logits
