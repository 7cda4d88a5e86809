"""The optimisers of recipes, and what each of their steps is told of rate and momentum."""

from typing import Any

import torch
from torch import nn

from earmark.models.recipe import Recipe

MOMENTUM = 0.9


def make_optimiser(network: nn.Module, recipe: Recipe) -> torch.optim.Optimizer:
    """The recipe's optimiser; biases and norms are not decayed."""
    if recipe.schedule == "schedule_free":
        return _schedule_free(network, recipe)
    weights, rate = network.parameters(), recipe.rate
    if recipe.optimiser == "momentum":
        return torch.optim.SGD(weights, lr=rate, momentum=MOMENTUM, fused=True)
    if recipe.optimiser == "adam":
        return torch.optim.Adam(weights, lr=rate, fused=True)
    if recipe.optimiser == "rmsprop":  # TFLearn's decay and epsilon
        return torch.optim.RMSprop(weights, lr=rate, alpha=0.9, eps=1e-10)
    return torch.optim.AdamW(_groups(network, recipe.weight_decay), lr=rate)


def _groups(network: nn.Module, decay: float) -> list[dict[str, Any]]:
    decayed = [weight for weight in network.parameters() if weight.ndim > 1]
    plain = [weight for weight in network.parameters() if weight.ndim <= 1]
    return [
        {"params": decayed, "weight_decay": decay},
        {"params": plain, "weight_decay": 0.0},
    ]


def _schedule_free(network: nn.Module, recipe: Recipe) -> torch.optim.Optimizer:
    """Defazio et al. 2024: the mean of the weights in place of a rate that comes down.

    Its warm-up is that of the rate it is told, so it needs none of its own.
    """
    import schedulefree

    chosen: torch.optim.Optimizer
    if recipe.optimiser == "momentum":
        chosen = schedulefree.SGDScheduleFree(
            network.parameters(), lr=recipe.rate, momentum=MOMENTUM
        )
    else:
        decay = recipe.weight_decay if recipe.optimiser == "adamw" else 0.0
        chosen = schedulefree.AdamWScheduleFree(_groups(network, decay), lr=recipe.rate)
    return chosen


def tell(optimiser: torch.optim.Optimizer, rate: float, momentum: float | None) -> None:
    """Set the rate of the next step, and its momentum (or Adam's first beta) unless None."""
    for group in optimiser.param_groups:
        group["lr"] = rate
        if momentum is None:
            continue
        if "betas" in group:
            group["betas"] = (momentum, group["betas"][1])
        elif group.get("momentum"):
            group["momentum"] = momentum


def for_training(optimiser: torch.optim.Optimizer) -> None:
    """A schedule-free optimiser has other weights while it learns; the others have one kind."""
    if hasattr(optimiser, "train"):
        optimiser.train()


def for_judging(optimiser: torch.optim.Optimizer) -> bool:
    """Bring a schedule-free optimiser's weights to those that are validated and kept.

    True if they are others than it learns with: batch norms then have yet to see them.
    """
    if not hasattr(optimiser, "eval"):
        return False
    optimiser.eval()
    return True
