"""`earmark evaluate`: score a saved model on labelled sounds it has not learned from."""

from pathlib import Path
from typing import Annotated

import typer

from earmark.cli import _options as opt
from earmark.cli._console import CardFormat, print_json, print_problems, stderr, stdout


def evaluate(
    model: opt.SavedModel,
    data: opt.Asked,
    labels: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Of a detector: the events, where their files are not in DIR; or a folder.",
        ),
    ] = None,
    groups: opt.Together = None,
    include_training: Annotated[
        bool,
        typer.Option("--include-training", help="Score also what was trained on: not honest."),
    ] = False,
    against: Annotated[
        list[Path] | None,
        typer.Option(
            "--against",
            metavar="MODEL",
            help="Compare with this model on the same clips, unseen by all; may be given again.",
        ),
    ] = None,
    format: Annotated[CardFormat, typer.Option(help="What is printed on stdout.")] = (  # noqa: A002
        CardFormat.table
    ),
) -> None:
    """Score a saved model on sounds it has not learned from.

    Every figure has its interval and baseline beside it. Clips the model was trained on are
    known again by their content and left out. Two models are compared clip by clip. A detector
    wants recordings and label files that tell what is heard when.

    \b
    Examples:
      earmark evaluate runs/sounds-resnet/model new-sounds
      earmark evaluate runs/sounds-resnet/model new-sounds --format json
      earmark evaluate runs/a/model new-sounds --against runs/b/model
      earmark evaluate runs/yard-crnn/model new-recordings --labels events.csv
    """
    from earmark.cli._progress import Bars
    from earmark.evaluation.cards import card_table
    from earmark.evaluation.paired_render import paired_table
    from earmark.inference.evaluate_any import evaluate_any
    from earmark.inference.model import load

    loaded = load(model)
    with Bars("recordings" if loaded.config.task == "detect" else "clips") as bars:
        evaluation = evaluate_any(
            loaded,
            data,
            labels=labels,
            groups=groups,
            include_training=include_training,
            against=against or [],
            progress=bars.extracting,
        )
    console = stderr()
    if evaluation.problems:
        console.print("Left out or doubtful:", style="yellow")
        print_problems(evaluation.problems)
    if format is CardFormat.json:
        document = evaluation.card.to_dict()
        if evaluation.paired:
            document["paired"] = [test.to_dict() for test in evaluation.paired]
        print_json(document)
        return
    stdout().print(card_table(evaluation.card))
    if evaluation.paired:
        stdout().print()
        stdout().print(paired_table(evaluation.paired))
