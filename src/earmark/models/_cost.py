"""What a network costs: its parameters and its multiply-accumulates."""

from dataclasses import dataclass
from typing import Any, Literal

import torch

from earmark.models.recipe import Recipe


@dataclass(frozen=True)
class ModelInfo:
    """What a network costs."""

    name: str
    recipe: str
    parameters: int
    gmac: float
    """Multiply-accumulates of one window, in milliards."""
    frontend: str
    input_shape: tuple[int, int]
    """(frames, bins)."""
    window_s: float
    summary: str
    task: Literal["classify", "detect"] = "classify"


def info_of(
    network: Any,
    name: str,
    recipe: Recipe,
    task: Literal["classify", "detect"],
    shape: tuple[int, int],
    frames_per_s: float,
) -> ModelInfo:
    """Count parameters and multiply-accumulates of a network on the meta device, where they cost
    nothing; `shape` is its input (frames, bins).
    """
    from torch.utils.flop_counter import FlopCounterMode

    network.eval()
    counter = FlopCounterMode(display=False)
    with torch.device("meta"), counter, torch.no_grad():
        network(torch.zeros(1, *shape))
    return ModelInfo(
        name=name,
        recipe=recipe.name,
        parameters=sum(weight.numel() for weight in network.parameters()),
        gmac=counter.get_total_flops() / 2e9,
        frontend=recipe.frontend,
        input_shape=shape,
        window_s=shape[0] / frames_per_s,
        summary=network.summary,
        task=task,
    )
