"""The TSV of DESED and DCASE task 4: filename, onset, offset, event_label."""

from typing import ClassVar

from earmark.datasets.strong.event import Annotations
from earmark.datasets.strong.formats._columns import header, rows, write_rows
from earmark.datasets.strong.formats.format import LABEL_FORMATS, Gathered, LabelFormat
from earmark.errors import DatasetError

COLUMNS = ("filename", "onset", "offset", "event_label")


@LABEL_FORMATS.register("desed")
class DesedFormat(LabelFormat):
    """One row an event; a recording without events has a row with its name alone."""

    name: ClassVar[str] = "desed"
    suffixes: ClassVar[tuple[str, ...]] = (".tsv", ".csv", ".txt")
    keeps_scores: ClassVar[bool] = False

    def likeness(self, text: str) -> int:
        """3 if the first line names its four columns with tabs between."""
        return 3 if set(COLUMNS) <= set(header(text, "\t")) else 0

    def read(self, text: str, recording: str, gathered: Gathered) -> None:
        """Every row; a bad one is told and left out."""
        if not text.strip():
            return
        names = header(text, "\t")
        if not set(COLUMNS) <= set(names):
            raise DatasetError(
                f"DESED's TSV needs the columns {', '.join(COLUMNS)} with tabs between; "
                f"the first line has: {', '.join(names)}"
            )
        for row in rows(text, "\t"):
            name, onset, offset, label = (row.cells[column] for column in COLUMNS)
            if onset.strip() or offset.strip() or label.strip():
                gathered.add(row.place, name, label, onset, offset)
            else:
                try:
                    gathered.recording(name)
                except DatasetError as error:
                    gathered.tell("bad event", name, row.place, str(error))
            others = {column: cell for column, cell in row.cells.items() if column not in COLUMNS}
            gathered.other(row.place, name, others)

    def text(self, annotations: Annotations) -> str:
        """Times to the microsecond; scores and lengths have no place in it."""
        lines: list[list[str]] = [list(COLUMNS)]
        for name, events in annotations.items():
            if not events:
                lines.append([name, "", "", ""])
            for event in events:
                times = [f"{event.onset_s:.6f}", f"{event.offset_s:.6f}"]
                lines.append([name, *times, event.label])
        return write_rows(lines, "\t")
