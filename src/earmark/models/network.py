"""What every network declares; finding, making and measuring them."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import ClassVar

import torch
from torch import Tensor, nn

from earmark.errors import ConfigError, unknown_name
from earmark.features import create_frontend
from earmark.models._cost import ModelInfo, info_of
from earmark.models.detector import DETECTORS
from earmark.models.recipe import Recipe
from earmark.registry import Registry

MODELS: Registry[type["Network"]] = Registry("model", "earmark.models")

USUAL_WINDOW_S = 5.0  # what `describe` measures where a recipe leaves the window open


class Network(nn.Module):
    """Features (batch, frames, bins) to logits (batch, classes)."""

    recipes: ClassVar[Mapping[str, Recipe]]
    summary: ClassVar[str]
    """One line for `earmark models`."""
    search: ClassVar[Mapping[str, Sequence[str | int | float]]] = MappingProxyType({})
    """Fewer values for `earmark tune` to try, by the setting's name: where the others are too
    slow, say."""

    def __init__(self, classes: int, frames: int, bins: int, recipe: str) -> None:
        super().__init__()
        if classes < 2:
            raise ConfigError(f"a network needs at least 2 classes, got {classes}")
        if recipe not in self.recipes:
            raise unknown_name(f"recipe of {type(self).__name__}", recipe, self.recipes)

    def forward(self, features: Tensor) -> Tensor:
        """Logits of a batch of windows."""
        raise NotImplementedError


def list_models() -> list[str]:
    """Names of the networks that are installed."""
    return list(MODELS)


def find_recipe(name: str, recipe: str = "modern") -> Recipe:
    """A network's recipe by name; near names are offered for a misspelt one."""
    if name in DETECTORS and name not in MODELS:
        raise ConfigError(
            f"'{name}' is a network that detects: train it with --task detect, in Python by "
            f"train_detector; to classify take one of {', '.join(MODELS)}"
        )
    recipes = MODELS[name].recipes
    if recipe not in recipes:
        raise unknown_name(f"recipe of {name}", recipe, recipes)
    return recipes[recipe]


def create_model(
    name: str,
    classes: int = 8,
    recipe: str = "modern",
    *,
    frames: int | None = None,
    bins: int | None = None,
) -> Network:
    """A network with fresh weights; frames and bins are the recipe's usual ones unless given."""
    chosen = find_recipe(name, recipe)
    if frames is None or bins is None:
        frontend = create_frontend(chosen.frontend, **chosen.frontend_settings)
        window_s = chosen.window_s or USUAL_WINDOW_S
        frames = frames or chosen.window_frames or round(window_s * frontend.frames_per_s)
        bins = bins or frontend.bins
    return MODELS[name](classes=classes, frames=frames, bins=bins, recipe=recipe)


def describe(
    name: str,
    recipe: str = "modern",
    classes: int = 8,
    *,
    frames: int | None = None,
    bins: int | None = None,
) -> ModelInfo:
    """Count a network's parameters and multiply-accumulates, at the recipe's usual input or one
    of `frames` and `bins`.
    """
    chosen = find_recipe(name, recipe)
    frontend = create_frontend(chosen.frontend, **chosen.frontend_settings)
    window_s = chosen.window_s or USUAL_WINDOW_S
    frames = frames or chosen.window_frames or round(window_s * frontend.frames_per_s)
    bins = bins or frontend.bins
    with torch.device("meta"):  # no memory is taken and no weight is drawn
        network = create_model(name, classes, recipe, frames=frames, bins=bins)
    return info_of(network, name, chosen, "classify", (frames, bins), frontend.frames_per_s)
