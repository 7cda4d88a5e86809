"""Events as `earmark detect` gives them: for people, and as label files."""

import csv
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING

from earmark.cli._console import printable, remark, stdout
from earmark.errors import ConfigError

if TYPE_CHECKING:
    from earmark.inference.detect import Detections

COLUMNS = ("file", "onset_s", "offset_s", "label", "score")
LONGEST_LABEL = 30  # characters of a label in a column


def names_in(files: Iterable[Path]) -> dict[Path, str]:
    """A name for each sound, by which its label file lies in a folder of such files.

    It is the path below the folder that was given, or the file's name; where two would be the
    same, the paths below the folder that they all lie in.
    """
    from earmark.cli._files import sounds

    names: dict[Path, str] = {}
    for given in files:
        for path in sounds([given]):
            inside = path != given and path.is_relative_to(given)
            names[path] = path.relative_to(given).as_posix() if inside else path.name
    if max(Counter(names.values()).values(), default=0) > 1:
        import os

        whole = {path: Path(os.path.abspath(path)) for path in names}  # noqa: PTH100
        top = os.path.commonpath([path.parent for path in whole.values()])
        names = {path: at.relative_to(top).as_posix() for path, at in whole.items()}
    return names


def refuse_existing(places: Iterable[Path]) -> None:
    """ConfigError where there is something: it may have been corrected by hand."""
    there = [place for place in places if place.exists()]
    if there:
        more = f" (and {len(there) - 1} more)" if len(there) > 1 else ""
        raise ConfigError(
            f"{there[0]} is there already{more} and may hold corrections; choose another --out, "
            "or move it away"
        )


def print_events(found: "Iterable[Detections]") -> None:
    """File by file as it is known: indented on a terminal, else a line an event with tabs."""
    console = stdout() if sys.stdout.isatty() else None
    for each in found:
        lines = _for_eyes(each, console.width) if console else _with_tabs(each)
        for line in lines:
            sys.stdout.write(line + "\n")
        sys.stdout.flush()


def _with_tabs(found: "Detections") -> Iterator[str]:
    name = printable(found.path)
    if found.error is not None:
        yield f"{name}\terror\t{_reason(found)}"
    elif not found.events:
        yield f"{name}\tno event"
    for event in found.events:
        times = f"{event.onset_s:.3f}\t{event.offset_s:.3f}"
        yield f"{name}\t{times}\t{printable(event.label)}\t{100 * (event.score or 0):.1f} %"


def _for_eyes(found: "Detections", width: int) -> Iterator[str]:
    import textwrap

    from earmark.evaluation.pictures.detections import clock

    if found.error is not None:
        text = f"error: {_reason(found)}"
    else:
        number = len(found.events)
        events = f"{number or 'no'} event{'s' * (number > 1)}"
        text = f"{events} in {clock(found.duration_s or 0)}"
    name, room = printable(found.path), max(width - len(text) - 2, width // 2)
    if len(name) > room:
        name = "…" + name[1 - room :]  # the end of a path tells more
    if len(name) + len(text) + 2 <= width:
        yield f"{name}  {text}"
    else:
        yield name
        yield from textwrap.wrap(text, width, initial_indent="  ", subsequent_indent="  ")
    if not found.events:
        return
    times = [(clock(event.onset_s), clock(event.offset_s)) for event in found.events]
    wide = max(len(time) for pair in times for time in pair)
    labels = [printable(event.label) for event in found.events]
    label_wide = min(max(map(len, labels)), LONGEST_LABEL)
    for event, (onset, offset), label in zip(found.events, times, labels, strict=True):
        if len(label) > label_wide:
            label = label[: label_wide - 1] + "…"
        score = f"{100 * (event.score or 0):5.1f} %"
        yield f"  {onset:>{wide}} to {offset:>{wide}}  {label:{label_wide}}  {score}"


def _reason(found: "Detections") -> str:
    """The error without the file's name, which stands before it."""
    return printable(found.error or "").removeprefix(f"{printable(found.path)}: ")


def write_table(found: "Iterable[Detections]", file: IO[str]) -> None:
    """Rows of a label table, file by file as it is known; one without events has a row as well."""
    from earmark.datasets.strong.formats.format import microseconds

    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(COLUMNS)
    for each in found:
        if each.error is not None:
            remark(printable(each.error), "yellow")
        elif not each.events:
            writer.writerow([each.path, "", "", "", ""])
        for event in each.events:
            times = [microseconds(event.onset_s), microseconds(event.offset_s)]
            writer.writerow([each.path, *times, event.label, event.score])
        file.flush()
