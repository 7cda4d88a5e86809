"""A network for rhythm and timbre together, on tempograms: for dances, and music by its groove.

The tempogram has already found what comes round again, so all that is left to learn is a pattern
along the tempo axis. Frames are averaged over time first, which makes training quick;
convolutions along the logarithm of the tempo then know a pattern at any tempo, and the
dense layer behind them at which one (which bin is which also stands beside the input: CoordConv,
Liu et al. 2018). Timbre, the mean and deviation of the levels of the mel bands, joins them there.

The shape was chosen by cross-validation on synthetic dances, on those clips alone that the figures
in the documentation are not of.
"""

import torch
from torch import Tensor, nn

from earmark.errors import ConfigError
from earmark.models._initialise import initialise_as_he
from earmark.models._layers import conv_norm_relu
from earmark.models.network import MODELS, Network
from earmark.models.recipe import Recipe

TEMPI = 80  # bins of a range, as the tempogram usually has them
REACH = 9  # bins a convolution spans: half an octave, and more behind each pool
WIDTHS = (32, 32, 64, 64)
TIMBRE = 32
HIDDEN = 64


@MODELS.register("rhythm")
class Rhythm(Network):
    """Bins are `ranges * TEMPI` columns of rhythm, behind columns of timbre (fewer than TEMPI)."""

    recipes = {  # noqa: RUF012
        "modern": Recipe(
            name="modern",
            frontend="tempogram",
            frontend_settings={"ranges": 4, "bins": 4 * TEMPI + 40},
            window_s=30.0,
            fill="wrap",  # means over time are those of the clip, however short it is
            ema=0.99,
            refit_above=0.05,
        )
    }
    summary = "rhythm and timbre together, on tempograms: for dances"

    def __init__(self, classes: int, frames: int, bins: int, recipe: str = "modern") -> None:
        super().__init__(classes, frames, bins, recipe)
        self.ranges, self.levels = divmod(bins, TEMPI)
        if not self.ranges:
            raise ConfigError(
                f"the network rhythm reads tempograms, of {TEMPI} tempi for each range of pitch; "
                f"got {bins} features a frame: take the front-end tempogram"
            )
        self.attention = nn.Linear(bins, 1, bias=False)
        first, second, third, last = WIDTHS
        self.pattern = nn.Sequential(
            conv_norm_relu(self.ranges + 1, first, (1, REACH)),
            conv_norm_relu(first, second, (1, REACH)),
            nn.MaxPool2d((1, 2)),
            conv_norm_relu(second, third, (1, REACH)),
            nn.MaxPool2d((1, 2)),
            conv_norm_relu(third, last, (1, REACH)),
            nn.MaxPool2d((1, 2)),
            nn.Flatten(),
        )
        seen = last * (TEMPI // 8)
        if self.levels:
            self.timbre = nn.Sequential(nn.Linear(2 * self.levels, TIMBRE), nn.ReLU())
            seen += TIMBRE
        self.head = nn.Sequential(
            nn.Dropout(0.3),
            nn.Linear(seen, HIDDEN),
            nn.ReLU(),
            nn.Dropout(0.3),
            nn.Linear(HIDDEN, classes),
        )
        initialise_as_he(self)
        nn.init.zeros_(self.attention.weight)  # at first all frames count the same

    def forward(self, features: Tensor) -> Tensor:
        """Logits (batch, classes) of windows (batch, frames, bins)."""
        share = torch.softmax(self.attention(features), dim=1)  # (B, T, 1)
        mean = (share * features).sum(dim=1)  # (B, bins)
        rhythm = mean[:, self.levels :].reshape(-1, self.ranges, 1, TEMPI)
        place = torch.linspace(-1, 1, TEMPI, device=features.device)
        place = place.expand(rhythm.shape[0], 1, 1, TEMPI)
        seen = self.pattern(torch.cat([rhythm, place], dim=1))  # (B, 640)
        if self.levels:
            level = mean[:, : self.levels]
            apart = features[:, :, : self.levels] - level.unsqueeze(1)
            deviation = ((share * apart.square()).sum(dim=1) + 1e-4).sqrt()
            seen = torch.cat([seen, self.timbre(torch.cat([level, deviation], dim=1))], dim=1)
        logits: Tensor = self.head(seen)
        return logits
