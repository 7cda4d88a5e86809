"""An Audacity label track: start, end and label with tabs between, a file a recording.

Source: https://manual.audacityteam.org/man/importing_and_exporting_labels.html, whose second form
adds a line beginning with a backslash for a label's frequencies.
"""

import re
from typing import ClassVar

from earmark.datasets.strong.event import Annotations
from earmark.datasets.strong.formats.format import LABEL_FORMATS, Gathered, LabelFormat, one_line
from earmark.errors import DatasetError

_NUMBER = r"\s*[-+]?[0-9]+(?:[.,][0-9]*)?(?:[eE][-+]?[0-9]+)?\s*"
_LINE = re.compile(rf"{_NUMBER}\t{_NUMBER}(?:\t|$)")


@LABEL_FORMATS.register("audacity")
class AudacityFormat(LabelFormat):
    """Labels of no length are kept; an empty track is a recording without events."""

    name: ClassVar[str] = "audacity"
    suffixes: ClassVar[tuple[str, ...]] = (".txt",)
    one_recording: ClassVar[bool] = True
    keeps_scores: ClassVar[bool] = False

    def likeness(self, text: str) -> int:
        """3 if the first line is two numbers and a label; 1 if there is none at all."""
        first = next((line for line in _lines(text) if line.strip()), None)
        if first is None:
            return 1
        return 3 if _LINE.match(first) else 0

    def read(self, text: str, recording: str, gathered: Gathered) -> None:
        """Every line; a bad one is told and left out."""
        gathered.recording(recording)
        for number, line in enumerate(_lines(text), start=1):
            if not line.strip() or line.startswith("\\"):
                continue
            fields = line.split("\t", 2)
            if len(fields) < 2:
                gathered.add(f"line {number}", recording, "?", line, "")
                continue
            label = fields[2] if len(fields) > 2 else ""
            gathered.add(f"line {number}", recording, label, fields[0], fields[1])

    def text(self, annotations: Annotations) -> str:
        """Times to the microsecond, as Audacity writes them."""
        (events,) = annotations.values()
        return "".join(
            f"{event.onset_s:.6f}\t{event.offset_s:.6f}\t{one_line('Audacity', event.label)}\n"
            for event in events
        )


def _lines(text: str) -> list[str]:
    # not splitlines: a label may have a Unicode line separator in it
    return [line.removesuffix("\r") for line in text.split("\n")]


def numbered(text: str) -> list[tuple[int, str]]:
    """The lines that are not blank, with their numbers."""
    if "\0" in text:
        raise DatasetError("it has bytes that are no text; is it a label file?")
    return [(at, line) for at, line in enumerate(_lines(text), start=1) if line.strip()]
