"""`earmark detect`: which sounds are heard from when to when."""

import json
import sys
from collections.abc import Iterable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from earmark.cli._console import need, print_json, printable, remark
from earmark.cli._hearing import HearingBar
from earmark.cli._options import SavedModel

if TYPE_CHECKING:
    from earmark.inference.detect import Detections


class Format(StrEnum):
    """How events are given."""

    table = "table"
    csv = "csv"
    audacity = "audacity"
    raven = "raven"
    json = "json"


def detect(
    model: SavedModel,
    files: Annotated[
        list[Path], typer.Argument(metavar="FILES", help="Sounds, or folders of them.")
    ],
    format: Annotated[  # noqa: A002
        Format, typer.Option(help="For people, a label table, label files, or JSON.")
    ] = Format.table,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="PLACE",
            help="File for csv and json; folder for audacity and raven, a file each recording.",
        ),
    ] = None,
    pictures: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Draw each recording with its events, into this folder."),
    ] = None,
    threshold: Annotated[
        float | None,
        typer.Option(metavar="SHARE", help="Score of an event, in place of what was chosen."),
    ] = None,
    step: Annotated[
        float | None,
        typer.Option(metavar="SECONDS", help="Of a classifier: how far its window slides."),
    ] = None,
) -> None:
    """Find sounds within recordings of any length.

    A model that was not trained to detect slides its window over the sound: that is crude.
    What is there is never overwritten, for label files may hold corrections.

    A file that cannot be read is told and does not stop the others; the exit status is 1 if no
    file could be read at all, or if something could not be written.

    \b
    Examples:
      earmark detect runs/scenes/model hour.flac --pictures pictures
      earmark detect runs/scenes/model recordings --format csv --out events.csv
      earmark detect runs/scenes/model recordings --format audacity --out tracks
    """
    if pictures is not None:
        need("matplotlib", "detect --pictures")
    from earmark.cli._detected import names_in, print_events, write_table
    from earmark.inference.detect.settings import with_threshold
    from earmark.inference.model import load

    loaded = load(model)
    settings = None if threshold is None else with_threshold(loaded.settings, threshold)
    names = names_in(files)
    _check_places(format, out, list(names.values()))
    if loaded.config.task == "classify":
        remark("This model classifies; its window slides over the sound, so events are crude.")
    bar = HearingBar()
    every = loaded.detect(list(names), step_s=step, settings=settings, progress=bar.heard)
    counted = _Counted(every, names, pictures, bar)
    if format is Format.csv and out is None:
        write_table(counted, sys.stdout)
    elif format is Format.csv and out is not None:
        with out.open("w", encoding="utf-8", errors="backslashreplace", newline="") as file:
            write_table(counted, file)
    elif format is Format.json:
        values = [found.to_dict() for found in counted]
        if out is None:
            print_json(values)
        else:
            text = json.dumps(values, indent=2, allow_nan=False)
            out.write_text(text + "\n", encoding="utf-8")
    elif format is Format.table:
        print_events(counted)
    else:
        counted.write_labels(format.value, out)
    if counted.failed:
        total = counted.failed + counted.read
        remark(f"{counted.failed} of {total} files could not be read", "yellow")
    if not counted.read or counted.unwritten:
        raise typer.Exit(1)


def _check_places(format: Format, out: Path | None, names: list[str]) -> None:  # noqa: A002
    """ConfigError at once, rather than after an hour of listening."""
    from earmark.cli._detected import refuse_existing
    from earmark.datasets.strong.formats.format import LABEL_FORMATS
    from earmark.errors import ConfigError

    if format is Format.table:
        if out is not None:
            raise ConfigError("--out goes with --format csv, json, audacity or raven")
        return
    if format in (Format.csv, Format.json):
        if out is not None:
            refuse_existing([out])
            _make(out.parent)
        return
    if out is None:
        if len(names) != 1:
            raise ConfigError(
                f"--format {format} gives a file for each of {len(names)} recordings: name a "
                "folder for them with --out"
            )
        return
    ending = LABEL_FORMATS[format.value].suffixes[0]
    if len(names) == 1 and out.name.lower().endswith(ending) and not out.is_dir():
        refuse_existing([out])
        _make(out.parent)
        return
    refuse_existing(out / (name + ending) for name in names)
    _make(out)


def _make(folder: Path) -> None:
    from earmark.errors import ConfigError

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = error.strerror or error
        raise ConfigError(f"{folder}: no folder can be made there ({reason})") from error


class _Counted:
    """Detections as they come, counted; of each recording its picture is drawn."""

    def __init__(
        self,
        found: "Iterator[Detections]",
        names: dict[Path, str],
        pictures: Path | None,
        bar: HearingBar,
    ) -> None:
        self.found, self.names, self.pictures, self.bar = found, names, pictures, bar
        self.read = self.failed = self.unwritten = 0

    def __iter__(self) -> "Iterator[Detections]":
        for path, name in self.names.items():
            with self.bar.of(name):
                each = next(self.found)
            self.failed += each.error is not None
            self.read += each.error is None
            yield each  # told before it is drawn
            if self.pictures is not None and each.error is None:
                self._draw(path, each, self.pictures)

    def _draw(self, path: Path, each: "Detections", folder: Path) -> None:
        from earmark.errors import EarmarkError
        from earmark.evaluation.pictures import plot_detections

        try:
            plot_detections(path, each.events, folder / f"{self.names[path]}.png")
        except EarmarkError as error:
            self._tell(error)

    def _tell(self, error: Exception) -> None:
        self.unwritten += 1
        remark(printable(str(error)), "yellow")

    def write_labels(self, kind: str, out: Path | None) -> None:
        """A label file for each recording as it is known; of one recording on stdout."""
        from earmark.datasets.strong import Annotations, write_annotations
        from earmark.datasets.strong.formats.format import LABEL_FORMATS
        from earmark.errors import EarmarkError

        names: Iterable[str] = self.names.values()
        for name, each in zip(names, self, strict=True):
            if each.error is not None:
                remark(printable(each.error), "yellow")
                continue
            known = Annotations({name: each.events})
            try:
                if out is None:
                    sys.stdout.write(LABEL_FORMATS[kind]().text(known))
                else:
                    write_annotations(known, out, kind)
            except EarmarkError as error:
                self._tell(error)
