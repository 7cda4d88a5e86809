"""Which windows make up the batches of an epoch."""

import numpy as np
from numpy.typing import NDArray

from earmark.training.lessons import Lessons


def epoch_batches(
    training: Lessons, seed: int, epoch: int, batch_size: int
) -> list[NDArray[np.int64]]:
    """The shuffled windows of an epoch in batches of nearly one size: none is a lone window."""
    order = training.epoch_order(seed, epoch)
    return np.array_split(order, -(-len(order) // batch_size))
