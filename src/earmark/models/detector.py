"""What every network that detects declares: from features to scores over time."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from earmark.errors import ConfigError, unknown_name
from earmark.features import Frontend, create_frontend
from earmark.models._cost import ModelInfo, info_of
from earmark.models.recipe import Recipe
from earmark.registry import Registry

DETECTORS: Registry[type["Detector"]] = Registry("detector", "earmark.models")

Mark = tuple[int, float, float]
"""Class number, onset and offset in frames from the window's begin; they may lie outside it."""
Array = NDArray[np.float32]


class Detector(nn.Module):
    """Features (batch, frames, bins) to answers over time, whose form is the network's own.

    A target is what `encode` makes of the marks of
    a window; `loss` compares answers with targets, `scores` turns answers into scores.
    """

    recipes: ClassVar[Mapping[str, Recipe]]
    summary: ClassVar[str]
    """One line for `earmark models`."""
    strides: ClassVar[Mapping[str, int]]
    """By recipe: frames that one step of the answers covers. Windows have a multiple of them."""
    frames_per_score: ClassVar[int]
    """Frames that one score covers; strides are multiples of it."""
    half_precision: ClassVar[bool] = True
    """Whether bfloat16 makes its training faster, where the processor has it."""
    learns_weak: ClassVar[bool] = False
    """Whether it learns from windows of which only the labels are known, not when they sound."""

    def __init__(self, classes: int, frames: int, bins: int, recipe: str) -> None:
        super().__init__()
        if classes < 1:
            raise ConfigError(f"a detector needs at least 1 class, got {classes}")
        if recipe not in self.recipes:
            raise unknown_name(f"recipe of {type(self).__name__}", recipe, self.recipes)
        self.stride = self.strides[recipe]
        if frames < 1 or frames % self.stride:
            raise ConfigError(
                f"windows of {type(self).__name__} must have a multiple of {self.stride} frames, "
                f"got {frames}"
            )
        self.classes, self.steps = classes, frames // self.stride

    def forward(self, features: Tensor) -> Tensor:
        """Answers of a batch of windows, (batch, ...)."""
        raise NotImplementedError

    def scores(self, answers: Tensor, temperature: float = 1.0) -> Tensor:
        """Scores in [0, 1], (batch, frames / frames_per_score, classes)."""
        raise NotImplementedError

    def presence(self, answers: Tensor) -> Tensor:
        """Logits of each class being there, (batch, steps, classes)."""
        raise NotImplementedError

    def known(self, targets: Tensor) -> Tensor:
        """Whether it is, 0 to 1, (batch, steps, classes); NaN where nobody knows."""
        raise NotImplementedError

    def encode(self, marks: Sequence[Mark]) -> Array:
        """The target of a window with these events."""
        raise NotImplementedError

    def encode_weak(self, labels: Sequence[int]) -> Array:
        """The target of a window with these labels at times that nobody knows."""
        raise NotImplementedError

    def loss(self, answers: Tensor, targets: Tensor) -> Tensor:
        """The mean loss of a batch."""
        raise NotImplementedError


def list_detectors() -> list[str]:
    """Names of the networks that detect."""
    return list(DETECTORS)


def find_detector(name: str, recipe: str = "modern") -> tuple[type[Detector], Recipe]:
    """A detector and one of its recipes by name; near names are offered for a misspelt one."""
    kind = DETECTORS[name]
    if recipe not in kind.recipes:
        raise unknown_name(f"recipe of {name}", recipe, kind.recipes)
    return kind, kind.recipes[recipe]


def create_detector(
    name: str, classes: int, recipe: str = "modern", *, frames: int, bins: int
) -> Detector:
    """A detector with fresh weights; `frames` must be a multiple of its stride."""
    kind, _ = find_detector(name, recipe)
    return kind(classes=classes, frames=frames, bins=bins, recipe=recipe)


def window_frames(kind: type[Detector], recipe: Recipe, frontend: Frontend) -> int:
    """Frames of the recipe's window, made longer to a whole number of the network's steps."""
    assert recipe.window_s is not None
    stride = kind.strides[recipe.name]
    wanted = round(recipe.window_s * frontend.frames_per_s)
    return max(1, -(-wanted // stride)) * stride


def describe_detector(name: str, recipe: str = "modern", classes: int = 8) -> ModelInfo:
    """Count a detector's parameters and multiply-accumulates, at the recipe's usual window."""
    kind, chosen = find_detector(name, recipe)
    frontend = create_frontend(chosen.frontend, **chosen.frontend_settings)
    shape = (window_frames(kind, chosen, frontend), frontend.bins)
    with torch.device("meta"):  # no memory is taken and no weight is drawn
        network = create_detector(name, classes, recipe, frames=shape[0], bins=shape[1])
    return info_of(network, name, chosen, "detect", shape, frontend.frames_per_s)
