"""What the loop asks of whatever it learns from, and of whatever it is judged by."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from earmark.models.recipe import Recipe

if TYPE_CHECKING:
    from torch import Tensor, nn

Array = NDArray[np.float32]


class Lessons(Protocol):
    """Windows to learn from; item (epoch, index) is the same whatever was asked before it."""

    def epoch_order(self, seed: int, epoch: int) -> NDArray[np.int64]:
        """The windows of one epoch, shuffled."""

    def batch(self, epoch: int, indices: Sequence[int] | NDArray[np.int64]) -> tuple[Array, Array]:
        """Windows (batch, frames, bins) and their targets (batch, ...)."""

    def loss(self, answers: "Tensor", wanted: "Tensor", recipe: Recipe) -> "Tensor":
        """The mean loss of answers (batch, ...) against targets."""

    def hits(self, answers: "Tensor", wanted: "Tensor") -> float:
        """How many of a batch are right, in whatever way that is told while it runs."""

    def guessing(self) -> float:
        """The loss of whoever knows how frequent everything is, and hears nothing."""


class Examination(Protocol):
    """A validation part."""

    def judge(self, network: "nn.Module", recipe: Recipe) -> tuple[dict[str, float], "Tensor"]:
        """Figures (`validation_loss`, `validation_accuracy`) and what each item lacks, 0 to 1."""
