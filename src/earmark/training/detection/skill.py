"""How a detector comes along, told without choosing how scores become events."""

import torch
from torch import Tensor


def frame_f1(presence: Tensor, known: Tensor) -> float:
    """Micro F1 of logits (batch, steps, classes) above 0 against what is known, NaN left out.

    Where there is nothing to find and nothing was found it is 1.

    >>> frame_f1(torch.tensor([[[1.0], [-1.0], [2.0]]]), torch.tensor([[[1.0], [1.0], [0.0]]]))
    0.5
    """
    return float(1 - lacking(presence.flatten(0, 1)[None], known.flatten(0, 1)[None])[0])


def lacking(presence: Tensor, known: Tensor) -> Tensor:
    """One less the F1 of each window, (batch,)."""
    counts = ~torch.isnan(known)
    there = (known > 0.5) & counts
    found = (presence > 0) & counts
    right = (there & found).sum(dim=(1, 2)).float()
    total = there.sum(dim=(1, 2)) + found.sum(dim=(1, 2))
    f1 = torch.where(total > 0, 2 * right / total.clamp(min=1), torch.ones_like(right))
    return 1 - f1
