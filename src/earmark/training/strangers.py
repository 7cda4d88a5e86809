"""Windows of other classes, drawn at one stroke however many there are of each."""

from typing import Any

import numpy as np
from numpy.typing import NDArray


class Strangers:
    """For each window those that are not labelled as it is."""

    def __init__(self, targets: NDArray[Any]) -> None:
        """`targets` (windows,) class numbers, or (windows, classes) of 0 and 1."""
        _, kind = np.unique(targets, axis=0, return_inverse=True)
        self.kind = kind.reshape(-1)
        self.order = np.argsort(self.kind, kind="stable")
        self.counts = np.bincount(self.kind)
        self.first = np.cumsum(self.counts) - self.counts
        """Where in `order` each kind begins."""

    def draw(self, index: int, rng: np.random.Generator) -> int | None:
        """A window labelled otherwise than window `index`, each as likely; None without any."""
        kind = self.kind[index]
        others = len(self.order) - self.counts[kind]
        if not others:
            return None
        place = int(rng.integers(others))
        return int(self.order[place if place < self.first[kind] else place + self.counts[kind]])
