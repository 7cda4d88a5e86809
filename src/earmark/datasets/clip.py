"""The two small things a dataset is made of: a labelled sound, and a doubt about one."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Clip:
    """One labelled sound: a whole file, or its part from `onset_s` to `offset_s` (seconds)."""

    path: Path
    """Where the file is."""
    name: str
    """Unique and the same on every machine: posix path relative to the dataset's root, plus
    `#onset-offset` if it is a part of a file."""
    label: str
    """The class; in a multi-label dataset all of `labels` with `;` between them."""
    group: str | None = None
    """Clips of one group (recording, speaker, artist) are never parted by a split."""
    fold: str | None = None
    """The part of an official split this clip belongs to."""
    onset_s: float = 0.0
    offset_s: float | None = None
    """None: to the end of the file."""
    labels: tuple[str, ...] | None = None
    """What is heard in it, sorted; at least one, but for recordings with events, where it may be
    nothing. None: the dataset gives each clip one label."""

    @property
    def tags(self) -> tuple[str, ...]:
        """Every label of the clip, whatever the dataset."""
        return (self.label,) if self.labels is None else self.labels

    @property
    def file_name(self) -> str:
        """The name of the whole file: `name` without the part."""
        whole = self.onset_s == 0 and self.offset_s is None
        return self.name if whole else self.name.rpartition("#")[0]


@dataclass(frozen=True)
class Problem:
    """Something skipped or doubtful: reported and never hidden."""

    kind: str
    """A few words that name the sort: 'unknown path', 'empty label', 'symlink loop', ..."""
    path: str
    """What it is about, relative to the dataset's root; empty if about the whole."""
    detail: str
    """What happened, with the line of a table, and what can be done."""


def part_name(file_name: str, onset_s: float, offset_s: float | None) -> str:
    """The unique name of the part of a file, to the microsecond.

    >>> part_name("dog/a.wav", 0.5, 2.0)
    'dog/a.wav#0.5-2'
    """
    if onset_s == 0 and offset_s is None:
        return file_name
    end = "end" if offset_s is None else _seconds(offset_s)
    return f"{file_name}#{_seconds(onset_s)}-{end}"


def _seconds(value_s: float) -> str:
    return f"{value_s:.6f}".rstrip("0").rstrip(".")
