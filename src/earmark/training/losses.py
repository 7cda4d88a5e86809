"""Losses of logits against targets that may be mixed, as recipes name them."""

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from earmark.models.recipe import Recipe


def soft_cross_entropy(logits: Tensor, targets: Tensor, recipe: Recipe) -> Tensor:
    """Mean loss of logits (batch, classes) against target distributions of the same shape."""
    if recipe.loss == "binary":
        spread = recipe.label_smoothing  # evenly over yes and no
        wanted = targets * (1 - spread) + spread / 2
        return F.binary_cross_entropy_with_logits(logits, wanted)
    if recipe.loss == "clipped":  # TFLearn: no gradient once a probability falls below 1e-10
        clipped = torch.softmax(logits, dim=1).clamp(1e-10, 1.0)
        return -(targets * clipped.log()).sum(dim=1).mean()
    return F.cross_entropy(logits, targets, label_smoothing=recipe.label_smoothing)


def weighted_loss(logits: Tensor, targets: Tensor, recipe: Recipe, weights: Any) -> Tensor:
    """As the recipe's loss, of logits and targets (batch, classes), with weights (classes,).

    A window counts as much as its labels do, a mixed one as its shares of them. Where each class is
    a yes or no, the yes of a class counts as much as its weight.
    """
    given = torch.as_tensor(weights, dtype=logits.dtype, device=logits.device)
    spread = recipe.label_smoothing
    if recipe.loss == "binary":
        wanted = targets * (1 - spread) + spread / 2
        return F.binary_cross_entropy_with_logits(logits, wanted, pos_weight=given)
    if recipe.loss == "clipped":
        losses = -(targets * torch.softmax(logits, dim=1).clamp(1e-10, 1.0).log()).sum(dim=1)
    else:
        losses = F.cross_entropy(logits, targets, label_smoothing=spread, reduction="none")
    return (losses * (targets @ given)).mean()
