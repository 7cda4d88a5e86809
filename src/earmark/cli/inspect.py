"""`earmark inspect`: what is wrong with a folder of sounds, before anything is trained."""

from pathlib import Path
from typing import Annotated

import typer

from earmark.cli import _options as opt
from earmark.cli._console import CardFormat, print_json, remark, stdout


def inspect(
    data: Annotated[
        Path,
        typer.Argument(
            metavar="DIR",
            help="Folder with a folder of sounds for each label, or a CSV / Parquet table.",
        ),
    ],
    groups: opt.Groups = None,
    out: Annotated[
        Path | None,
        typer.Option(help="Folder for audit.json, report.md and clips.csv, which train takes."),
    ] = None,
    workers: Annotated[int | None, typer.Option(help="Processes; all cores by default.")] = None,
    format: Annotated[CardFormat, typer.Option(help="What is printed on stdout.")] = (  # noqa: A002
        CardFormat.table
    ),
) -> None:
    """Find copies, wrong labels and damage before training.

    One sound under two labels, copies of one sound (exact, or near: re-encoded, cut, louder),
    sounds that are broken, silent or clipped, what belongs together, and how much of it a random
    split would leak into the test part. Nothing is changed.

    \b
    Examples:
      earmark inspect sounds
      earmark inspect sounds --out audit
      earmark inspect sounds --format json
    """
    from earmark.api import as_dataset
    from earmark.cli._progress import Bars
    from earmark.datasets.audit.audit import audit_dataset
    from earmark.datasets.audit.files import open_out, write_audit
    from earmark.datasets.audit.render import audit_table

    dataset = as_dataset(data, groups)
    if out is not None:
        open_out(out)
    with Bars("sounds") as bars, Bars("comparing") as comparing:
        audit = audit_dataset(
            dataset, workers=workers, progress=bars.extracting, comparing=comparing.extracting
        )
    lost = [] if out is None else write_audit(audit, out)
    if lost:
        remark(f"Not in clips.csv, as their names are no text: {', '.join(lost)}", "yellow")
    if format is CardFormat.json:
        print_json(audit.to_dict())
        return
    console = stdout()
    console.print(audit_table(audit, data, out))
    if out is not None:
        console.print(f"Written: audit.json, clips.csv and report.md in {out}", soft_wrap=True)
