"""A Raven selection table: tabs, one row a selection (of each view), a file a recording.

Source: Raven Pro's user manual, "Selection tables"; Raven Lite and BirdNET write the same.
"""

from typing import ClassVar

from earmark.datasets.strong.event import Annotations
from earmark.datasets.strong.formats.audacity import numbered
from earmark.datasets.strong.formats.format import LABEL_FORMATS, Gathered, LabelFormat, one_line
from earmark.errors import DatasetError

BEGIN, END = "begin time (s)", "end time (s)"
FILE, IN_FILE = "begin file", "file offset (s)"
LABELS = ("annotation", "species", "common name", "label", "species code", "tag")
SCORES = ("score", "confidence")
HIGH_HZ = 20000  # Raven wants a frequency range; an event has none, so that of hearing is given
COLUMNS = (
    "Selection",
    "View",
    "Channel",
    "Begin Time (s)",
    "End Time (s)",
    "Low Freq (Hz)",
    "High Freq (Hz)",
    "Annotation",
)


@LABEL_FORMATS.register("raven")
class RavenFormat(LabelFormat):
    """Other columns are passed over; a selection shown in two views is one event."""

    name: ClassVar[str] = "raven"
    suffixes: ClassVar[tuple[str, ...]] = (".selections.txt", ".txt")
    one_recording: ClassVar[bool] = True

    def likeness(self, text: str) -> int:
        """3 if the first line has Raven's column of onsets."""
        return 3 if BEGIN in _fields(text.split("\n", 1)[0].lower()) else 0

    def read(self, text: str, recording: str, gathered: Gathered) -> None:
        """Every selection; with a column Begin File, the file it names is the recording."""
        lines = numbered(text)
        if not lines:
            gathered.recording(recording)
            return
        names = [name.lower() for name in _fields(lines[0][1])]
        label = next((name for name in LABELS if name in names), None)
        if BEGIN not in names or END not in names or label is None:
            raise DatasetError(
                "a selection table needs the columns Begin Time (s), End Time (s) and one of "
                f"{', '.join(name.title() for name in LABELS)}; its first line has: "
                f"{', '.join(_fields(lines[0][1]))}"
            )
        score = next((name for name in SCORES if name in names), None)
        several = FILE in names and IN_FILE in names
        if not several:
            gathered.recording(recording)
        seen = set()
        for number, line in lines[1:]:
            fields = line.split("\t")
            cells = dict(zip(names, [*fields, *[""] * (len(names) - len(fields))], strict=False))
            who, begin, end = recording, cells[BEGIN], cells[END]
            if several and cells[FILE].strip():
                who, begin, end = cells[FILE], *_in_file(cells)
            key = (cells.get("selection", number), who, begin, end, cells[label])
            if key not in seen:
                sure = cells[score] if score else None
                gathered.add(f"line {number}", who, cells[label], begin, end, sure)
            seen.add(key)

    def text(self, annotations: Annotations) -> str:
        """One view, one channel; a column Score where there is one to tell."""
        (events,) = annotations.values()
        scored = any(event.score is not None for event in events)
        lines = [[*COLUMNS, *(["Score"] if scored else [])]]
        for number, event in enumerate(events, start=1):
            times = [f"{event.onset_s:.6f}", f"{event.offset_s:.6f}"]
            score = "" if event.score is None else repr(float(event.score))
            place = [str(number), "Spectrogram 1", "1", *times, "0.0", f"{HIGH_HZ:.1f}"]
            lines.append([*place, one_line("Raven", event.label), *([score] if scored else [])])
        return "".join("\t".join(line) + "\n" for line in lines)

    def recording_of(self, file_name: str) -> str:
        """Without `.Table.1.selections.txt`, as Raven names them, and the shorter forms."""
        name = super().recording_of(file_name)
        head, dot, number = name.rpartition(".")
        if dot and number.isdigit() and head.lower().endswith(".table"):
            return head[: -len(".table")]
        return name


def _fields(line: str) -> list[str]:
    return [name.strip() for name in line.split("\t")]


def _in_file(cells: dict[str, str]) -> tuple[str, str]:
    """Onset and offset in the file named, where a table goes over several files."""
    try:
        begin, end = (float(cells[name].replace(",", ".")) for name in (BEGIN, END))
        start = float(cells[IN_FILE].replace(",", "."))
    except ValueError:
        return cells[BEGIN], cells[END]  # what is wrong is said of them
    return f"{start:.6f}", f"{start + end - begin:.6f}"
