"""A table of events, CSV or TSV: file, onset_s, offset_s, label; maybe score and duration_s."""

from typing import ClassVar

from earmark.datasets.strong.event import Annotations
from earmark.datasets.strong.formats._columns import DELIMITERS, header, named, rows, write_rows
from earmark.datasets.strong.formats.format import (
    LABEL_FORMATS,
    Gathered,
    LabelFormat,
    microseconds,
)
from earmark.errors import DatasetError

ALIASES = {
    "file": ("file", "filename", "path"),
    "onset_s": ("onset_s", "onset"),
    "offset_s": ("offset_s", "offset"),
    "label": ("label", "event_label"),
    "score": ("score",),
    "duration_s": ("duration_s",),
}
NEEDED = ("file", "onset_s", "offset_s", "label")


@LABEL_FORMATS.register("table")
class TableFormat(LabelFormat):
    """One row an event; a row with a file alone is a recording without events."""

    name: ClassVar[str] = "table"
    suffixes: ClassVar[tuple[str, ...]] = (".csv", ".tsv", ".txt")
    keeps_durations: ClassVar[bool] = True

    def likeness(self, text: str) -> int:
        """2 if the first line names the columns: DESED's names are a table's too."""
        return 2 if _delimiter(text) else 0

    def read(self, text: str, recording: str, gathered: Gathered) -> None:
        """Every row; a bad one is told and left out."""
        if not text.strip():
            return
        delimiter = _delimiter(text)
        if delimiter is None:
            widest = max((header(text, each) for each in DELIMITERS), key=len)
            found = ", ".join(widest)
            raise DatasetError(
                f"a table of events needs the columns {', '.join(NEEDED)} (or filename, onset, "
                f"offset, event_label); the first line has: {found}"
            )
        names = named(header(text, delimiter), ALIASES, NEEDED)
        assert names is not None
        taken = set(names.values())
        for row in rows(text, delimiter):
            cells = {column: row.cells.get(names[column], "") for column in names}
            _take(row.place, cells, gathered)
            others = {column: cell for column, cell in row.cells.items() if column not in taken}
            gathered.other(row.place, cells["file"], others)

    def text(self, annotations: Annotations) -> str:
        """CSV, with the columns score and duration_s where there is one to tell."""
        every = [event for events in annotations.values() for event in events]
        scored = any(event.score is not None for event in every)
        timed = bool(annotations.durations_s)
        lines = [[*NEEDED, *(["score"] if scored else []), *(["duration_s"] if timed else [])]]
        for name, events in annotations.items():
            length = annotations.durations_s.get(name)
            last = [] if not timed else ["" if length is None else microseconds(length)]
            if not events:
                lines.append([name, "", "", "", *([""] if scored else []), *last])
            for event in events:
                score = "" if event.score is None else repr(float(event.score))
                times = [microseconds(event.onset_s), microseconds(event.offset_s)]
                lines.append([name, *times, event.label, *([score] if scored else []), *last])
        return write_rows(lines, ",")


def lists_clips(text: str) -> bool:
    """Whether this is a table of clips for a classifier, which may have onset and offset too.

    Told by a row with a label and no times: the clip is the whole file.
    """
    delimiter = _delimiter(text)
    if delimiter is None:
        return False
    names = named(header(text, delimiter), ALIASES, NEEDED)
    assert names is not None
    try:
        for row in rows(text, delimiter):
            onset, offset, label = (row.cells.get(names[column], "") for column in NEEDED[1:])
            if label.strip() and not (onset.strip() or offset.strip()):
                return True
    except DatasetError:  # broken further on: the reader will say so
        return False
    return False


def _delimiter(text: str) -> str | None:
    for delimiter in DELIMITERS:
        names = header(text, delimiter)
        if named(names, ALIASES, NEEDED) is not None:
            return delimiter
    return None


def _take(place: str, cells: dict[str, str], gathered: Gathered) -> None:
    name = cells["file"]
    if any(cells[column].strip() for column in ("onset_s", "offset_s", "label")):
        times = cells["onset_s"], cells["offset_s"]
        gathered.add(place, name, cells["label"], *times, cells.get("score", "").strip() or None)
    else:
        try:
            gathered.recording(name)
        except DatasetError as error:
            gathered.tell("bad event", name, place, str(error))
            return
    length = cells.get("duration_s", "")
    if length.strip() and name.strip():
        gathered.duration(place, name, length)
