"""`earmark report`: a run or a comparison as one page."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from earmark.cli._console import need, printable, stdout


class ReportFormat(StrEnum):
    """What is written."""

    html = "html"
    md = "md"
    json = "json"


def report(
    run: Annotated[
        Path, typer.Argument(metavar="RUN", help="Folder of a training or of a comparison.")
    ],
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="The file; by default report.html in the run folder."),
    ] = None,
    format: Annotated[  # noqa: A002
        ReportFormat,
        typer.Option(help="One page, Markdown, or every figure as JSON."),
    ] = ReportFormat.html,
    no_sounds: Annotated[
        bool,
        typer.Option("--no-sounds", help="Without players and spectrograms: small and at once."),
    ] = False,
    data: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Where the sounds are now, if they were moved."),
    ] = None,
) -> None:
    """Write the report of a training or a comparison.

    One page with the data, the split, the score card beside its baselines, the curves, and the
    worst mistakes to be heard and seen. It needs no network, and train and compare write it too.

    \b
    Examples:
      earmark report runs/sounds-resnet
      earmark report runs/sounds-resnet --out "for the team.html" --no-sounds
      earmark report runs/sounds-compare --format md --out comparison.md
    """
    if format is ReportFormat.html:
        need("jinja2", "report")
    from earmark.api import report as write

    place = write(run, out, format=format.value, sounds=not no_sounds, data=data)
    stdout().print(f"Report: {printable(str(place))}", soft_wrap=True)
