"""Truth and answers of many recordings as arrays, which is what every score counts on."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from earmark.datasets.strong.event import Event
from earmark.errors import ConfigError, unknown_name
from earmark.evaluation.checks import Floats, Labels

EventMap = Mapping[str, Sequence[Event]]
DECIMALS = 6  # times are compared to the microsecond: 2.5 - 2.3 is .2 only but for rounding


@dataclass(frozen=True)
class Side:
    """Events as columns, file after file, in the order given; (events,) each."""

    file: Labels
    label: Labels
    onset_s: Floats
    offset_s: Floats
    score: Floats  # NaN where an event has none

    def __len__(self) -> int:
        return len(self.file)


@dataclass(frozen=True)
class Packed:
    """Both sides, with the names that their numbers stand for."""

    files: tuple[str, ...]
    classes: tuple[str, ...]
    truth: Side
    answers: Side

    @property
    def shape(self) -> tuple[int, int]:
        """(files, classes)."""
        return len(self.files), len(self.classes)


def pack(truth: EventMap, answers: EventMap, classes: Iterable[str] | None = None) -> Packed:
    """Events as arrays. A recording without answers has none; classes: None for all that occur.

    Raises:
        ConfigError: answers to a recording of which there is no truth, a label outside `classes`.

    >>> both = pack({"a": [Event("dog", 0, 1)]}, {})
    >>> both.shape, both.truth.onset_s
    ((1, 1), array([0.]))
    """
    strangers = sorted(set(answers) - set(truth))
    if strangers:
        raise ConfigError(
            f"answers must be of recordings whose truth is known; '{strangers[0]}' "
            f"({len(strangers)} in all) is not among the {len(truth)} that are"
        )
    files = tuple(truth)
    if classes is None:
        every = (e.label for side in (truth, answers) for found in side.values() for e in found)
        names = tuple(sorted(set(every)))
    else:
        names = tuple(classes)
    numbers = {name: number for number, name in enumerate(names)}
    return Packed(files, names, _side(files, truth, numbers), _side(files, answers, numbers))


def _side(files: Sequence[str], events: EventMap, numbers: Mapping[str, int]) -> Side:
    rows = [
        (at, numbers.get(event.label, -1), event.onset_s, event.offset_s, event.score)
        for at, file in enumerate(files)
        for event in events.get(file, ())
    ]
    if not rows:
        none = np.zeros(0, dtype=np.int64)
        return Side(none, none, np.zeros(0), np.zeros(0), np.zeros(0))
    file, label, onset, offset, score = zip(*rows, strict=True)
    side = Side(
        np.array(file, dtype=np.int64),
        np.array(label, dtype=np.int64),
        np.array(onset, dtype=np.float64),
        np.array(offset, dtype=np.float64),
        np.array([np.nan if value is None else value for value in score], dtype=np.float64),
    )
    if (side.label < 0).any():
        every = {event.label for file in files for event in events.get(file, ())}
        raise unknown_name("label", sorted(every - set(numbers))[0], numbers)
    return side


def sums(packed: Packed, side: Side, chosen: npt.NDArray[np.bool_] | None = None) -> Floats:
    """How many events each file has of each class, (files, classes); of `chosen` ones."""
    files, classes = packed.shape
    cell = side.file * classes + side.label
    if chosen is not None:
        cell = cell[chosen]
    return np.bincount(cell, minlength=files * classes).reshape(files, classes).astype(np.float64)


def pairs_of(low: Labels, high: Labels) -> tuple[Labels, Labels]:
    """Row i with each of low[i] .. high[i] - 1, as two columns.

    >>> pairs_of(np.array([0, 5]), np.array([2, 6]))
    (array([0, 0, 1]), array([0, 1, 5]))
    """
    lengths = np.maximum(high - low, 0)
    rows = np.repeat(np.arange(len(low)), lengths)
    within = np.arange(len(rows)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    return rows, np.repeat(low, lengths) + within
