"""The seed's 'Simple CNN': two small convolutions and one very large dense layer.

What the modern recipe changes, and why: standardised features and logits in place of raw MFCC
under a clipped loss (one step of Adam sent the seed's logits where the gradient is exactly 0);
batch norm with He initialisation; pooling along time only, so that the 13 coefficients stay apart;
the mean and maximum over time in place of 85 million dense weights; and since those saw the whole
clip, kernels that are long enough to hear a beat.
"""

from torch import nn

from earmark.models._layers import OverTime, SameConv, SamePool, conv_norm_relu, same_size
from earmark.models._modern import modern
from earmark.models._seed import SEED
from earmark.models._seed_network import SeedNetwork
from earmark.models.network import MODELS


@MODELS.register("simple")
class Simple(SeedNetwork):
    """Two convolutions, one hidden layer."""

    recipes = {"seed": SEED, "modern": modern(usual_rate=5e-3)}  # noqa: RUF012
    summary = "the seed's Simple CNN: two convolutions and a dense layer"

    def seed_layers(self, classes: int, frames: int, bins: int) -> nn.Sequential:
        """The report's network; sizes are those of (1300, 13)."""
        return nn.Sequential(
            SameConv(1, 32, 2),  # (B, 32, 1300, 13)
            nn.ReLU(),
            SamePool(2, 2),  # (B, 32, 650, 7)
            SameConv(32, 64, 2),
            nn.ReLU(),
            SamePool(2, 2),  # (B, 64, 325, 4)
            nn.Flatten(),
            nn.Linear(64 * same_size(frames, 2, 2) * same_size(bins, 2, 2), 1024),
            nn.ReLU(),
            nn.Dropout(0.2),  # TFLearn's 0.8 is what is kept
            nn.Linear(1024, classes),
        )

    def modern_layers(self, classes: int, bins: int) -> nn.Sequential:
        """The cured network; sizes are those of 5 s of MFCC, (216, 13)."""
        return nn.Sequential(
            conv_norm_relu(1, 32, (7, 3)),
            nn.MaxPool2d((4, 1), ceil_mode=True),  # (B, 32, 54, 13)
            conv_norm_relu(32, 64, (9, 3)),  # hears 46 frames: a second, which is two beats
            nn.MaxPool2d((2, 1), ceil_mode=True),  # (B, 64, 27, 13)
            OverTime(),
            nn.Linear(2 * 64 * bins, 256),
            nn.ReLU(),
            nn.Dropout(0.3),
            nn.Linear(256, classes),
        )
