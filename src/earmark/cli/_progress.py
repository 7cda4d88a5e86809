"""Progress on the terminal: bars where there is one, a line now and then where there is none."""

import time
from collections.abc import Mapping
from pathlib import Path

from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)

from earmark.cli._console import stderr
from earmark.training.watcher import Watcher

LINES_A_RUN = 6  # epochs told where there is no terminal


class Bars(Watcher):
    """Bars for extraction and training, with loss, accuracy and time left."""

    def __init__(self) -> None:
        self.console = stderr()
        self.progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=20),
            MofNCompleteColumn(),
            TextColumn("{task.fields[figures]}"),
            TimeRemainingColumn(compact=True),
            console=self.console,
            transient=True,
            disable=not self.console.is_terminal,
        )
        self.extraction: TaskID | None = None
        self.training: TaskID | None = None
        self.name = ""
        self.epochs = self.steps = self.seen = 0
        self.figures = ""
        self.started = 0.0

    def message(self, text: str) -> None:
        """A line above the bars."""
        self.progress.console.print(text, style="dim", soft_wrap=True)

    def extracting(self, done: int, total: int) -> None:
        """Move the bar of the extraction."""
        if self.extraction is None:
            self.progress.start()
            self.extraction = self.progress.add_task("features", total=total, figures="")
        self.progress.update(self.extraction, completed=done)
        if done == total:
            self.progress.remove_task(self.extraction)
            self.extraction = None
            self.progress.stop()

    def run(self, name: str, out: Path, epochs: int, steps_per_epoch: int) -> None:
        """Begin the bar of a training."""
        self.name, self.epochs, self.steps = name, epochs, steps_per_epoch
        self.figures, self.started = "", time.monotonic()
        self.progress.start()
        self.training = self.progress.add_task(name, total=epochs * steps_per_epoch, figures="")
        if not self.console.is_terminal:
            self.console.print(f"{name}: training for at most {epochs} epochs in {out}")

    def step(self, epoch: int, loss: float, hits: float, windows: int) -> None:
        """One batch further."""
        if self.training is not None:
            self.progress.advance(self.training)

    def epoch(self, row: Mapping[str, float], steps_per_epoch: int, *, resumed: bool) -> None:
        """Show the figures of the epoch."""
        number = int(row["epoch"])
        loss = row.get("validation_loss", row["train_loss"])
        accuracy = row.get("validation_accuracy", row["train_accuracy"])
        figures = f"loss {loss:.3f}, accuracy {100 * accuracy:.1f} %"
        if self.training is not None:
            done = number * steps_per_epoch
            self.progress.update(self.training, completed=done, figures=figures)
        every = max(1, self.epochs // LINES_A_RUN)
        last = number == self.epochs
        if not self.console.is_terminal and not resumed and (number % every == 0 or last):
            passed = time.monotonic() - self.started
            self.console.print(
                f"{self.name}: epoch {number}/{self.epochs}, {figures}, {passed:.0f} s"
            )

    def end_run(self) -> None:
        """Take the bar away."""
        if self.training is not None:
            self.progress.remove_task(self.training)
            self.training = None
        self.progress.stop()
