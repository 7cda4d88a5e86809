"""How far a long recording is heard, on a terminal; away whenever something is written."""

import contextlib
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

from earmark.cli._console import printable, stderr

if TYPE_CHECKING:
    from rich.progress import Progress

WAIT_S = 1.0  # what is heard sooner needs no bar
LONGEST_NAME = 28  # characters: the bar fits 80 columns


class HearingBar:
    """A bar on stderr for each recording that takes its time."""

    def __init__(self) -> None:
        self.name, self.began = "", 0.0
        self.progress: Progress | None = None

    @contextlib.contextmanager
    def of(self, name: str) -> Iterator[None]:
        """While this recording is heard; after it, and after an error, the terminal is clean."""
        self.name, self.began = printable(name), time.monotonic()
        if len(self.name) > LONGEST_NAME:
            self.name = "…" + self.name[1 - LONGEST_NAME :]  # the end of a path tells more
        try:
            yield
        finally:
            if self.progress is not None:
                self.progress.stop()
                self.progress = None

    def heard(self, done_s: int, total_s: int) -> None:
        """So many seconds of so many."""
        if self.progress is None:
            self.progress = self._begun(total_s)
        if self.progress is not None:
            figures = f"{timedelta(seconds=done_s)} of {timedelta(seconds=total_s)}"
            self.progress.update(self.progress.task_ids[0], completed=done_s, figures=figures)

    def _begun(self, total_s: int) -> "Progress | None":
        """None where nobody looks, or it is too early."""
        console = stderr()
        if time.monotonic() - self.began < WAIT_S or not console.is_terminal:
            return None
        from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

        progress = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=16),
            TextColumn("{task.fields[figures]}"),
            TimeRemainingColumn(compact=True),
            console=console,
            transient=True,
        )
        progress.add_task(self.name, total=total_s, figures="")
        progress.start()
        return progress
