"""An event, and the events of a set of recordings."""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from earmark.datasets.clip import Problem
from earmark.errors import DatasetError


@dataclass(frozen=True)
class Event:
    """One sound in a recording, from `onset_s` to `offset_s` (seconds from its beginning).

    An event of no length is allowed: label tracks mark moments as well.

    Raises:
        DatasetError: an empty label, a time that is negative or no number, an offset before the
            onset, a score that is no number.

    >>> Event("dog", 1.5, 2.0).duration_s
    0.5
    >>> Event("dog", 2.0, 1.5)
    Traceback (most recent call last):
    earmark.errors.DatasetError: the offset (1.5 s) must not be before the onset (2 s)
    """

    label: str
    onset_s: float
    offset_s: float
    score: float | None = None
    """How sure a detector is; None where people labelled."""

    def __post_init__(self) -> None:
        if not self.label.strip():
            raise DatasetError("the label is empty")
        for name in ("onset", "offset"):
            value_s = getattr(self, f"{name}_s")
            if not (math.isfinite(value_s) and value_s >= 0):
                raise DatasetError(f"the {name} must be seconds, 0 or more; got {value_s}")
        if self.offset_s < self.onset_s:
            raise DatasetError(
                f"the offset ({self.offset_s:.10g} s) must not be before the onset "
                f"({self.onset_s:.10g} s)"
            )
        if self.score is not None and not math.isfinite(self.score):
            raise DatasetError(f"the score must be a finite number, got {self.score}")

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return self.offset_s - self.onset_s


def in_order(events: Iterable[Event]) -> tuple[Event, ...]:
    """Events by onset, offset and label."""
    return tuple(sorted(events, key=lambda event: (event.onset_s, event.offset_s, event.label)))


@dataclass(frozen=True)
class Annotations(Mapping[str, tuple[Event, ...]]):
    """The events of each recording, by its name; an empty scene is kept, it says something too.

    >>> known = Annotations({"a.wav": (Event("dog", 0, 1),), "silence.wav": ()})
    >>> list(known), known["silence.wav"], known.labels
    (['a.wav', 'silence.wav'], (), ('dog',))
    """

    events: Mapping[str, tuple[Event, ...]]
    durations_s: Mapping[str, float] = field(default_factory=dict)
    """Lengths of recordings, where they are known."""
    problems: tuple[Problem, ...] = ()
    """What was skipped or mended on the way; never hidden."""
    cells: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """What a table says of recordings in other columns, such as group and fold."""

    def __getitem__(self, name: str) -> tuple[Event, ...]:
        return self.events[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.events)

    def __len__(self) -> int:
        return len(self.events)

    @property
    def labels(self) -> tuple[str, ...]:
        """Every label that occurs, sorted."""
        return tuple(sorted({event.label for events in self.events.values() for event in events}))

    @property
    def count(self) -> int:
        """Events in all."""
        return sum(map(len, self.events.values()))
