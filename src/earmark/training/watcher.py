"""What a training tells while it runs; whoever wants to show it overrides these."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray


class Watcher:
    """Hears of everything, says nothing."""

    def message(self, text: str) -> None:
        """A line for the user."""

    def listening(self, done: int, total: int) -> None:
        """So many clips were listened to, for copies and damage."""

    def extracting(self, done: int, total: int) -> None:
        """So many clips have features."""

    def rates(self, done: int, total: int) -> None:
        """So many steps of a range test of the learning rate are done."""

    def run(self, name: str, out: Path, epochs: int, steps_per_epoch: int) -> None:
        """A training begins."""

    def figure(self, name: str) -> None:
        """What the rows of this training call accuracy, where it is something else."""

    def step(self, epoch: int, loss: float, hits: float, windows: int) -> None:
        """A batch was learned: sums over the epoch so far, and the windows of this batch."""

    def epoch(self, row: Mapping[str, float], steps_per_epoch: int, *, resumed: bool) -> None:
        """An epoch is over, or was over already when the run was resumed."""

    def histograms(self, epoch: int, samples: Mapping[str, NDArray[np.float32]]) -> None:
        """Samples of weights, gradients and activations, by name; only where asked for."""

    def end_run(self) -> None:
        """A training is over."""
