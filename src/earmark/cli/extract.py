"""`earmark extract`: features of all sounds of a folder."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from earmark.cli._console import (
    CardFormat,
    print_json,
    print_problems,
    remark,
    stderr,
    stdout,
)

if TYPE_CHECKING:
    from earmark.datasets import Dataset


def extract(
    data: Annotated[
        Path,
        typer.Argument(
            metavar="DIR",
            help="Folder or table of sounds; of features, to write them in another format.",
        ),
    ],
    frontend: Annotated[
        str | None, typer.Option(help="Features: log_mel (the default), mfcc, ...")
    ] = None,
    rate: Annotated[
        int | None,
        typer.Option(
            min=1000,
            max=192_000,
            metavar="HERTZ",
            help="Sample rate; by default what suits the clips.",
        ),
    ] = None,
    groups: Annotated[
        str | None,
        typer.Option(
            metavar="HOW",
            help="What belongs together, for JSON and Parquet: as of earmark train.",
        ),
    ] = None,
    format: Annotated[  # noqa: A002
        str | None,
        typer.Option(
            metavar="NAME",
            help="What is written: npy or json (a file a clip), csv or parquet (one file). By "
            "default what --out ends in; with neither, only the cache is filled.",
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(help="Folder or file to write; by default DIR-features, here."),
    ] = None,
    workers: Annotated[int | None, typer.Option(help="Processes; all cores by default.")] = None,
    report: Annotated[CardFormat, typer.Option(help="What is printed on stdout.")] = (
        CardFormat.table
    ),
) -> None:
    """Compute the features of a folder of sounds.

    They go into the cache that training reads, and into files if asked for. JSON, CSV and Parquet
    can be trained on in place of the sounds. Stopped at any moment, it goes on where it was.

    \b
    Examples:
      earmark extract sounds
      earmark extract sounds --frontend mfcc --format csv
      earmark extract sounds --out features.parquet
    """
    from earmark.api import as_dataset
    from earmark.cli._progress import Bars
    from earmark.datasets.extraction import extract_dataset

    dataset = as_dataset(data, groups)
    title = data.resolve().stem if data.is_file() else data.resolve().name
    with Bars() as bars, Bars("written") as writing:
        done = extract_dataset(
            dataset,
            frontend,
            rate,
            out=out,
            format=format,
            title=title.removesuffix("-features"),
            workers=workers,
            progress=bars.extracting,
            writing=writing.extracting,
        )
    if done.problems:
        stderr().print("Left out or doubtful:", style="yellow")
        print_problems(done.problems)
    _tell_lost(dataset, done.format)
    if report is CardFormat.json:
        print_json(done.to_dict())
        return
    console = stdout()
    what = "read from features" if dataset.features is not None else "found in the cache"
    console.print(
        f"{done.clips} clips, {duration(done.audio_s)} of sound: "
        f"{done.computed} computed, {done.clips - done.computed} {what}"
    )
    console.print(
        f"{done.frontend['name']} at {done.frontend['rate_hz']} Hz, "
        f"{done.frames} frames x {done.frontend['bins']} bins"
    )
    if dataset.features is None:
        console.print(f"Cache: {done.cache}", soft_wrap=True)
    if done.out is not None:
        console.print(f"Features: {done.out}", soft_wrap=True)


def _tell_lost(dataset: "Dataset", written: str | None) -> None:
    """Say so where groups or folds are known that the file has no room for."""
    from earmark.datasets.feature_files import FORMATS

    if written is None or FORMATS[written].keeps_groups:
        return
    lost = [
        f"{name} ({source})"
        for name, source in (("groups", dataset.group_source), ("folds", dataset.fold_source))
        if source
    ]
    if lost:
        remark(
            f"Not in the {written}: the clips' {' and '.join(lost)}. Parquet and JSON keep them; "
            "without them a split may part what belongs together.",
            "yellow",
        )


def duration(seconds: float) -> str:
    """Seconds, minutes or hours, whichever reads best.

    >>> duration(14.4), duration(600), duration(9000)
    ('14.4 s', '10.0 min', '2.5 h')
    """
    for size, unit in ((3600, "h"), (60, "min")):
        if seconds >= 2 * size:
            return f"{seconds / size:.1f} {unit}"
    return f"{seconds:.1f} s"
