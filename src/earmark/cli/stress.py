"""`earmark stress`: where a saved model breaks."""

from pathlib import Path
from typing import Annotated

import typer

from earmark.cli import _options as opt
from earmark.cli._console import CardFormat, print_json, print_problems, remark, stderr, stdout


def stress(
    model: opt.SavedModel,
    data: opt.Asked,
    only: Annotated[
        str | None,
        typer.Option(
            metavar="NAMES", help="Degradations to try, such as gain,noise,mp3; all by default."
        ),
    ] = None,
    clips: Annotated[
        int, typer.Option(help="Clips that are drawn at most, each class in its share.")
    ] = 100,
    seed: Annotated[int, typer.Option(help="Seed of the draw and of the noise.")] = 0,
    groups: opt.Together = None,
    include_training: Annotated[
        bool,
        typer.Option("--include-training", help="Ask also about what was trained on: not honest."),
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Folder of stress.json, stress.csv and stress.png; the model's run by default.",
        ),
    ] = None,
    workers: Annotated[int | None, typer.Option(help="Processes; all cores by default.")] = None,
    format: Annotated[CardFormat, typer.Option(help="What is printed on stdout.")] = (  # noqa: A002
        CardFormat.table
    ),
) -> None:
    """Find where a saved model breaks: noise, codecs, gain, rooms.

    The same clips, none of them heard in training, are disturbed more and more: gain, noise,
    codecs, cut bands, rooms, tempo, pitch, length. What the model still gets right is told for
    every level, with its interval.

    \b
    Examples:
      earmark stress runs/sounds-resnet/model sounds
      earmark stress runs/sounds-resnet/model new-sounds --only noise,codec
    """
    from earmark.api import as_dataset
    from earmark.cli._progress import Bars
    from earmark.inference.model import load
    from earmark.inference.stress.run import stress as find_out
    from earmark.inference.stress.table import stress_table
    from earmark.inference.stress.way import chosen_ways
    from earmark.inference.stress.write import make_folder, usual_place, write_report

    names = opt.names_of(only)
    chosen_ways(names)
    loaded = load(model)
    dataset = as_dataset(data, groups)
    place = out or usual_place(model, dataset.root.resolve().name)
    make_folder(place)
    with Bars("clips") as bars:
        report = find_out(
            loaded,
            dataset,
            only=names,
            clips=clips,
            seed=seed,
            include_training=include_training,
            workers=workers,
            progress=bars.extracting,
        )
    lacking = write_report(report, place)
    if report.problems:
        stderr().print("Left out or doubtful:", style="yellow")
        print_problems(report.problems)
    if lacking:
        remark(lacking, "yellow")
    if format is CardFormat.json:
        print_json(report.to_dict() | {"out": str(place)})
    else:
        console = stdout()
        console.print(stress_table(report))
        console.print()
        console.print(f"Folder: {place}", soft_wrap=True)
    if report.interrupted:
        remark("Stopped: what was asked before that is reported.", "yellow")
        raise typer.Exit(130)
