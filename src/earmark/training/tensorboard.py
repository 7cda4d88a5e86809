"""TensorBoard logs of a run."""

import logging
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from earmark.training.watcher import Watcher

if TYPE_CHECKING:
    from torch.utils.tensorboard import SummaryWriter

NAMES = {
    "train_loss": "loss/train",
    "validation_loss": "loss/validation",
    "train_accuracy": "accuracy/train",
    "validation_accuracy": "accuracy/validation",
    "learning_rate": "learning_rate",
}


class TensorBoard(Watcher):
    """Passes everything on to another watcher, and writes the epochs to a log."""

    def __init__(self, inner: Watcher) -> None:
        self.inner = inner
        self._writer: SummaryWriter | None = None
        self._figure = "accuracy"

    def message(self, text: str) -> None:
        """Passed on."""
        self.inner.message(text)

    def listening(self, done: int, total: int) -> None:
        """Passed on."""
        self.inner.listening(done, total)

    def extracting(self, done: int, total: int) -> None:
        """Passed on."""
        self.inner.extracting(done, total)

    def rates(self, done: int, total: int) -> None:
        """Passed on."""
        self.inner.rates(done, total)

    def figure(self, name: str) -> None:
        """Its curves are called so."""
        self._figure = name
        self.inner.figure(name)

    def run(self, name: str, out: Path, epochs: int, steps_per_epoch: int) -> None:
        """Begin the log anew: a run that goes on tells its finished epochs again."""
        self.inner.run(name, out, epochs, steps_per_epoch)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # deprecations inside tensorboard
            logging.getLogger("tensorboard").setLevel(logging.ERROR)
            from torch.utils.tensorboard import SummaryWriter

            log = out / "tensorboard"
            for old in log.glob("events.out.tfevents.*"):
                old.unlink()
            self._writer = SummaryWriter(str(log))

    def step(self, epoch: int, loss: float, hits: float, windows: int) -> None:
        """Passed on."""
        self.inner.step(epoch, loss, hits, windows)

    def epoch(self, row: Mapping[str, float], steps_per_epoch: int, *, resumed: bool) -> None:
        """Write the figures of an epoch."""
        if self._writer is not None:
            for key, name in NAMES.items():
                if key in row:
                    name = name.replace("accuracy", self._figure)
                    self._writer.add_scalar(name, row[key], int(row["epoch"]))
            self._writer.flush()
        self.inner.epoch(row, steps_per_epoch, resumed=resumed)

    def histograms(self, epoch: int, samples: Mapping[str, NDArray[np.float32]]) -> None:
        """Write the distributions of an epoch."""
        if self._writer is not None:
            for name, values in samples.items():
                if np.isfinite(values).all():
                    self._writer.add_histogram(name, values, epoch)
        self.inner.histograms(epoch, samples)

    def end_run(self) -> None:
        """Close the log."""
        if self._writer is not None:
            self._writer.close()
            self._writer = None
        self.inner.end_run()
