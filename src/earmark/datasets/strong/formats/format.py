"""What every kind of label file declares, and what reading one gathers."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import ClassVar

from earmark.datasets.clip import Problem
from earmark.datasets.strong.event import Annotations, Event, in_order
from earmark.datasets.words import clean_label, one_spelling
from earmark.errors import DatasetError
from earmark.registry import Registry

LABEL_FORMATS: Registry[type["LabelFormat"]] = Registry(
    "label format", "earmark.datasets.strong.formats"
)

TOLD = ("group", "fold")  # columns that part recordings: two values of one are a mistake


class Gathered:
    """What is read from one label file: good events, and a Problem for each bad one."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.events: dict[str, list[Event]] = {}
        self.durations_s: dict[str, float] = {}
        self.problems: list[Problem] = []
        self.cells: dict[str, dict[str, str]] = {}
        self._spoilt: set[str] = set()

    def recording(self, name: str) -> str:
        """Note a recording, with or without events; its name as it is kept."""
        name = one_spelling(name).strip()
        if not name:
            raise DatasetError("the name of the recording is empty")
        self.events.setdefault(name, [])
        return name

    def add(
        self,
        place: str,
        recording: str,
        label: str,
        onset: str | float,
        offset: str | float,
        score: str | float | None = None,
    ) -> None:
        """Note an event; one that cannot be is told with its place, and the rest goes on."""
        try:
            name = self.recording(recording)
        except DatasetError as error:
            self.tell("bad event", recording, place, str(error))
            return
        try:
            onset_s, offset_s = seconds("onset", onset), seconds("offset", offset)
            sure = None if score is None or score == "" else _number("score", score)
            event = Event(clean_label(label), onset_s, offset_s, sure)
        except DatasetError as error:
            self._spoilt.add(name)
            self.tell("bad event", name, place, str(error))
        else:
            self.events[name].append(event)

    def duration(self, place: str, recording: str, value: str | float) -> None:
        """Note the length of a recording."""
        try:
            self.durations_s[self.recording(recording)] = seconds("duration", value)
        except DatasetError as error:
            self.tell("bad duration", recording, place, str(error))

    def other(self, place: str, recording: str, cells: Mapping[str, str]) -> None:
        """Note what other columns say of a recording; the first word stands."""
        name = one_spelling(recording).strip()
        if name not in self.events:
            return
        known = self.cells.setdefault(name, {})
        for column, given in cells.items():
            value = clean_label(given)
            if value and known.setdefault(column, value) != value and column in TOLD:
                detail = f"{column} '{value}', but '{known[column]}' before, which stands"
                self.tell(f"two {column}s", name, place, detail)

    def tell(self, kind: str, recording: str, place: str, detail: str) -> None:
        """Note a problem."""
        where = ", ".join(filter(None, (self.source, place)))
        self.problems.append(Problem(kind, recording, f"{where}: {detail}"))

    def annotations(self) -> Annotations:
        """All of it. A recording none of whose events could be read is no empty scene: left out."""
        kept = {
            name: in_order(events)
            for name, events in self.events.items()
            if events or name not in self._spoilt
        }
        lengths = {name: value for name, value in self.durations_s.items() if name in kept}
        cells = {name: found for name, found in self.cells.items() if name in kept}
        return Annotations(kept, lengths, tuple(self.problems), cells)


class LabelFormat(ABC):
    """One kind of label file: one for all recordings, or one for each."""

    name: ClassVar[str]
    suffixes: ClassVar[tuple[str, ...]]
    """Of files of this kind; the first is written."""
    one_recording: ClassVar[bool] = False
    """Whether each recording has a file of its own, whose name says which it is."""
    keeps_scores: ClassVar[bool] = True
    keeps_durations: ClassVar[bool] = False

    @abstractmethod
    def likeness(self, text: str) -> int:
        """How much a file's text looks like this kind: 0 not at all, 3 without doubt."""

    @abstractmethod
    def read(self, text: str, recording: str, gathered: Gathered) -> None:
        """Gather the events of a file. DatasetError where the whole cannot be read.

        `recording`: what the file's name says, which matters only to kinds of one recording.
        """

    @abstractmethod
    def text(self, annotations: Annotations) -> str:
        """The file for annotations, of one recording where this kind has one a file.

        DatasetError where a label or a name cannot be written.
        """

    def recording_of(self, file_name: str) -> str:
        """The recording that a file of this kind is about: its name without the suffix."""
        for suffix in sorted(self.suffixes, key=len, reverse=True):
            if file_name.lower().endswith(suffix):
                return file_name[: -len(suffix)]
        return file_name


def seconds(what: str, value: str | float) -> float:
    """A time in seconds, 0 or more; a decimal comma is read as a point.

    >>> seconds("onset", "1,5")
    1.5
    """
    found = _number(what, value)
    if not 0 <= found < 1e9:  # NaN fails too
        raise DatasetError(f"the {what} must be seconds, 0 or more; got '{value}'")
    return found


def _number(what: str, value: str | float) -> float:
    if isinstance(value, int | float):
        return float(value)
    try:
        return float(value.strip().replace(",", "."))
    except ValueError as error:
        raise DatasetError(f"the {what} must be a number; got '{value}'") from error


def microseconds(value_s: float) -> str:
    """Seconds to the microsecond, as short as they can be written.

    >>> microseconds(1.5), microseconds(2.0), microseconds(0.1 + 0.2)
    ('1.5', '2', '0.3')
    """
    return f"{value_s:.6f}".rstrip("0").rstrip(".")


_NOT_IN_A_LINE = {"\t": "a tab", "\n": "a line break", "\r": "a line break", "\0": "a NUL"}


def one_line(kind: str, label: str) -> str:
    """The label, if it stands in one field of a line; DatasetError otherwise."""
    for char, name in _NOT_IN_A_LINE.items():
        if char in label:
            raise DatasetError(
                f"the label {label!r} has {name} in it, for which {kind} has no way; rename it, or "
                "write a table or JAMS"
            )
    return label
