"""`earmark thresholds`: from which probability on each class is to be believed."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from earmark.cli._console import CardFormat, print_json, stdout

if TYPE_CHECKING:
    from collections.abc import Sequence

    from earmark.evaluation.thresholds import Threshold


def thresholds(
    model: Annotated[Path, typer.Argument(metavar="MODEL", help="Folder of a saved model.")],
    precision: Annotated[
        float | None,
        typer.Option(metavar="SHARE", help="Wanted share of right ones among the answers."),
    ] = None,
    recall: Annotated[
        float | None,
        typer.Option(metavar="SHARE", help="Wanted share of the class that is found."),
    ] = None,
    format: Annotated[CardFormat, typer.Option(help="What is printed on stdout.")] = (  # noqa: A002
        CardFormat.table
    ),
) -> None:
    """Thresholds for a wanted precision or recall of each class.

    Measured on the validation clips of the training, with the interval of what is reached.

    \b
    Examples:
      earmark thresholds runs/sounds-resnet/model --precision 0.95
      earmark thresholds runs/sounds-resnet/model --recall 0.9 --format json
    """
    from earmark.errors import ConfigError
    from earmark.inference.model import load

    if (precision is None) == (recall is None):
        raise ConfigError("give one of --precision and --recall, for example --precision 0.95")
    rows = load(model).thresholds(precision=precision, recall=recall)
    if format is CardFormat.json:
        print_json([row.to_dict() for row in rows])
        return
    _table(rows, f"precision {precision:g}" if precision is not None else f"recall {recall:g}")


def _table(rows: "Sequence[Threshold]", wanted: str) -> None:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    from earmark.evaluation.terminal import percent

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="dim")
    table.add_column("Class", no_wrap=True, overflow="ellipsis", max_width=22)
    for heading in ("Clips", "From", "Precision, %", "Recall, %"):
        table.add_column(heading, justify="right", no_wrap=True)
    for row in rows:
        if row.threshold is None:
            cells = ["–", "not reached", ""]
        else:
            bands = [row.precision, row.recall]
            told = ["" if band is None else percent(band).replace(" %", "") for band in bands]
            cells = [f"{100 * row.threshold:.1f} %" + ("" if row.shown else " ?"), *told]
        table.add_row(Text(row.label), str(row.clips), *map(Text, cells))
    console = stdout()
    console.print(table)
    if not all(row.shown for row in rows):
        console.print(
            f"? {wanted} was reached, but with so few clips it may be less: see the interval.",
            style="dim",
        )
