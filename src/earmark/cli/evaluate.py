"""`earmark evaluate`: score a saved model on labelled sounds it has not learned from."""

from pathlib import Path
from typing import Annotated

import typer

from earmark.cli import _options as opt
from earmark.cli._console import CardFormat, print_json, print_problems, stderr, stdout


def evaluate(
    model: opt.SavedModel,
    data: opt.Asked,
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
    known again by their content and left out. Two models are compared clip by clip.

    \b
    Examples:
      earmark evaluate runs/sounds-resnet/model new-sounds
      earmark evaluate runs/sounds-resnet/model new-sounds --format json
      earmark evaluate runs/a/model new-sounds --against runs/b/model
    """
    from earmark.api import as_dataset
    from earmark.cli._progress import Bars
    from earmark.evaluation.cards import card_table
    from earmark.evaluation.paired_render import paired_table
    from earmark.inference.evaluate import evaluate as score_model
    from earmark.inference.model import load

    dataset = as_dataset(data, groups)
    loaded = load(model)
    with Bars("clips") as bars:
        evaluation = score_model(
            loaded,
            dataset,
            include_training=include_training,
            against=[load(other) for other in against or []],
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
