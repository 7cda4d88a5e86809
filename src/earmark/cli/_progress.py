"""Progress on the terminal: bars where there is one, a line now and then where there is none."""

import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from earmark.cli._console import remark, stderr
from earmark.training.watcher import Watcher

LINES_A_RUN = 6  # epochs told where there is no terminal
LINE_S = 30.0  # seconds between two lines about files there


class Bars(Watcher):
    """Bars for files and for training, with loss, accuracy and time left.

    Use it in a `with`: however that is left, the terminal is as it was before.
    """

    def __init__(self, files: str = "features") -> None:
        self.files = files
        self.terse = False
        """Where there is no terminal: no line for a training and its epochs."""
        self.console = stderr()
        self.progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=16),
            TextColumn("{task.fields[figures]}"),
            TimeRemainingColumn(compact=True),
            console=self.console,
            transient=True,
            disable=not self.console.is_terminal,
        )
        self.task: TaskID | None = None
        self.name = ""
        self.epochs = self.current = self.seen = 0
        self.validated = ""
        self.what = "accuracy"
        self.started = self.told = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._end()

    def _begin(self, name: str, total: int) -> None:
        self._end()
        self.started = self.told = time.monotonic()
        self.progress.start()
        self.task = self.progress.add_task(name, total=total, figures="")

    def _end(self) -> None:
        if self.task is not None:
            self.progress.remove_task(self.task)
            self.task = None
        self.progress.stop()

    def _line(self, text: str) -> None:
        """Said only where there is no terminal to draw on."""
        if not self.console.is_terminal:
            self.console.print(f"{text}, {time.monotonic() - self.started:.0f} s", soft_wrap=True)
            self.told = time.monotonic()

    def message(self, text: str) -> None:
        """A line above the bars."""
        remark(text, "dim", self.progress.console)

    def extracting(self, done: int, total: int) -> None:
        """Move the bar of the files."""
        self._count(self.files, done, total)

    def listening(self, done: int, total: int) -> None:
        """Move the bar of the clips listened to."""
        self._count("sounds", done, total)

    def _count(self, name: str, done: int, total: int) -> None:
        if self.task is None:
            self._begin(name, total)
        assert self.task is not None
        self.progress.update(self.task, completed=done, figures=f"{done} of {total}")
        if time.monotonic() - self.told >= LINE_S or (done == total and self.told > self.started):
            self._line(f"{name}: {done} of {total}")
        if done == total:
            self._end()

    def rates(self, done: int, total: int) -> None:
        """Move the bar of a range test."""
        if self.task is None:
            self._begin("learning rate", total)
        assert self.task is not None
        self.progress.update(self.task, completed=done, figures=f"step {done} of at most {total}")
        if done == total:
            self._end()

    def figure(self, name: str) -> None:
        """What stands for accuracy."""
        self.what = name

    def run(self, name: str, out: Path, epochs: int, steps_per_epoch: int) -> None:
        """Begin the bar of a training."""
        self.name, self.epochs = name.split(" (")[0], epochs
        self.current, self.validated = -1, ""
        self._begin(self.name, epochs * steps_per_epoch)
        if not self.console.is_terminal and not self.terse:
            self.console.print(f"{name}: at most {epochs} epochs, in {out}", soft_wrap=True)

    def step(self, epoch: int, loss: float, hits: float, windows: int) -> None:
        """One batch further: loss and accuracy of the epoch so far."""
        if self.task is None:
            return
        if epoch != self.current:
            if epoch > 0 and self.current < 0:
                self.message(f"{self.name}: going on after epoch {epoch}")
            self.current, self.seen = epoch, 0
        self.seen += windows
        figures = f"loss {loss / self.seen:.3f}, {self.what} {100 * hits / self.seen:.0f} %"
        self.progress.update(
            self.task,
            advance=1,
            figures=f"epoch {epoch + 1}/{self.epochs}, {figures}{self.validated}",
        )

    def epoch(self, row: Mapping[str, float], steps_per_epoch: int, *, resumed: bool) -> None:
        """Show the figures of the epoch."""
        number = int(row["epoch"])
        figures = f"loss {row['train_loss']:.3f}, {self.what} {100 * row['train_accuracy']:.0f} %"
        if "validation_accuracy" in row:
            self.validated = f", validation {100 * row['validation_accuracy']:.0f} %"
        text = f"epoch {number}/{self.epochs}, {figures}{self.validated}"
        if self.task is not None:
            self.progress.update(self.task, completed=number * steps_per_epoch, figures=text)
        every = max(1, self.epochs // LINES_A_RUN)
        if not self.terse and not resumed and (number % every == 0 or number == self.epochs):
            self._line(f"{self.name}: {text}")

    def end_run(self) -> None:
        """Take the bar away."""
        self._end()
