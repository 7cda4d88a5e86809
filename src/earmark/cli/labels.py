"""`earmark labels`: which labels of a run look wrong."""

from pathlib import Path
from typing import Annotated

import typer

from earmark.cli._console import CardFormat, print_json, printable, stdout

MOST = 30  # rows on the terminal; all are in the file


def labels(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="Folder of a training run.")],
    format: Annotated[CardFormat, typer.Option(help="What is printed on stdout.")] = (  # noqa: A002
        CardFormat.table
    ),
) -> None:
    """List the clips of a run whose labels look wrong, worst first.

    Each clip was answered by a network that had not heard it, so a run with --folds knows of all
    clips, any other of its test part alone. The list is also written to label_errors.csv in the
    run. Listen before you change a label: what is only hard is listed too.

    \b
    Examples:
      earmark labels runs/sounds-resnet
      earmark labels runs/sounds-resnet --format json
    """
    from earmark.training.label_errors import find_label_errors

    found = find_label_errors(run)
    path = found.write()
    if format is CardFormat.json:
        print_json(found.to_dict())
        return
    console = stdout()
    if found.doubted:
        from rich.table import Table

        table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
        table.add_column("Clip", overflow="fold")
        table.add_column("Label", overflow="fold")
        table.add_column("Sounds like", overflow="fold")
        table.add_column("Its label's\nprobability", justify="right")
        for clip in found.doubted[:MOST]:
            texts = (clip.name, clip.label, clip.suggested or "none of them")
            table.add_row(*map(printable, texts), f"{100 * clip.quality:.1f} %")
        console.print(table)
        if len(found.doubted) > MOST:
            console.print(f"... and {len(found.doubted) - MOST} more")
        console.print()
    line = found.line[0].upper() + found.line[1:]
    console.print(f"{line}.", soft_wrap=not console.is_terminal)
    console.print(f"{'All of them' if found.doubted else 'Written'}: {path}", soft_wrap=True)
