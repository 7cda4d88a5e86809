"""What the networks of the seed experiment have in common: one body as it was, one cured."""

from abc import abstractmethod

from torch import Tensor, nn

from earmark.models._initialise import initialise_as_he, initialise_as_tflearn
from earmark.models.network import Network


class SeedNetwork(Network):
    """Layers in a row, over windows as pictures of one channel."""

    def __init__(self, classes: int, frames: int, bins: int, recipe: str = "modern") -> None:
        super().__init__(classes, frames, bins, recipe)
        if recipe == "seed":
            self.body = self.seed_layers(classes, frames, bins)
            initialise_as_tflearn(self)
        else:
            self.body = self.modern_layers(classes, bins)
            initialise_as_he(self)

    @abstractmethod
    def seed_layers(self, classes: int, frames: int, bins: int) -> nn.Sequential:
        """The report's network."""

    @abstractmethod
    def modern_layers(self, classes: int, bins: int) -> nn.Sequential:
        """The cured network, for windows of any length."""

    def forward(self, features: Tensor) -> Tensor:
        """Logits (batch, classes) of windows (batch, frames, bins)."""
        logits: Tensor = self.body(features.unsqueeze(1))
        return logits
