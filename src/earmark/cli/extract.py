"""`earmark extract`: features of all sounds of a folder."""

from pathlib import Path
from typing import Annotated

import typer

from earmark.cli._console import CardFormat, print_json, print_problems, stderr, stdout


def extract(
    data: Annotated[Path, typer.Argument(metavar="DIR", help="Folder or table of sounds.")],
    frontend: Annotated[str, typer.Option(help="Features: log_mel, mfcc, ...")] = "log_mel",
    rate: Annotated[
        int | None,
        typer.Option(
            min=1000,
            max=192_000,
            metavar="HERTZ",
            help="Sample rate; by default what suits the clips.",
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(help="Folder for one .npy file (frames, bins) a clip; else only the cache."),
    ] = None,
    workers: Annotated[int | None, typer.Option(help="Processes; all cores by default.")] = None,
    format: Annotated[CardFormat, typer.Option(help="What is printed on stdout.")] = (  # noqa: A002
        CardFormat.table
    ),
) -> None:
    """Compute the features of a folder of sounds.

    They go into the cache that training reads. Stopped at any moment, it goes on where it was.

    \b
    Examples:
      earmark extract sounds
      earmark extract sounds --frontend mfcc --out features
    """
    from earmark.api import as_dataset
    from earmark.cli._progress import Bars
    from earmark.datasets.extraction import extract_dataset

    dataset = as_dataset(data)
    with Bars() as bars:
        report = extract_dataset(
            dataset, frontend, rate, out=out, workers=workers, progress=bars.extracting
        )
    if report.problems:
        stderr().print("Left out or doubtful:", style="yellow")
        print_problems(report.problems)
    if format is CardFormat.json:
        print_json(report.to_dict())
        return
    console = stdout()
    console.print(
        f"{report.clips} clips, {duration(report.audio_s)} of sound: "
        f"{report.computed} computed, {report.clips - report.computed} found in the cache"
    )
    console.print(
        f"{report.frontend['name']} at {report.frontend['rate_hz']} Hz, "
        f"{report.frames} frames x {report.frontend['bins']} bins"
    )
    console.print(f"Cache: {report.cache}", soft_wrap=True)
    if out is not None:
        console.print(f"Features: {out}", soft_wrap=True)


def duration(seconds: float) -> str:
    """Seconds, minutes or hours, whichever reads best.

    >>> duration(14.4), duration(600), duration(9000)
    ('14.4 s', '10.0 min', '2.5 h')
    """
    for size, unit in ((3600, "h"), (60, "min")):
        if seconds >= 2 * size:
            return f"{seconds / size:.1f} {unit}"
    return f"{seconds:.1f} s"
