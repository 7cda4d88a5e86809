"""Progress of a get: bytes that come, files that are unpacked and laid out."""

import time

from earmark.cli._progress import LINE_S, Bars
from earmark.datasets.public.about import Listener


class Transfer(Bars, Listener):
    """Bars for downloads and files."""

    def __init__(self) -> None:
        super().__init__("")
        self.doing = ""

    def downloading(self, name: str, done: int, total: int | None) -> None:
        """Move the bar of a file in bytes."""
        from earmark.datasets.public.room import size

        of = size(done) if total is None else f"{size(done)} of {size(total)}"
        self._show(name, done, total, of)

    def counting(self, doing: str, done: int, total: int) -> None:
        """Move the bar of files."""
        self._show(doing, done, total, f"{done} of {total}")

    def _show(self, name: str, done: int, total: int | None, figures: str) -> None:
        if self.task is None or name != self.doing:
            self.doing = name
            self._begin(name, total or 0)
        if self.task is None:
            return
        self.progress.update(self.task, completed=done, figures=figures)
        over = total is not None and done >= total
        if time.monotonic() - self.told >= LINE_S or (over and self.told > self.started):
            self._line(f"{name}: {figures}")
        if over:
            self._end()
