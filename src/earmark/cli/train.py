"""`earmark train`: a folder of labelled sounds in, a model and its score card out."""

from enum import StrEnum
from typing import Annotated, Any

import typer

from earmark.cli import _options as opt
from earmark.cli._command import typed
from earmark.cli._console import CardFormat, need


class Aggregate(StrEnum):
    """How windows become a clip's scores."""

    mean = "mean"
    sum = "sum"


def train(
    context: typer.Context,
    data: opt.Data,
    model: Annotated[
        str | None, typer.Option(help="Network; see: earmark models.", show_default="resnet")
    ] = None,
    recipe: Annotated[
        str,
        typer.Option(help="How the network is fed and trained, or a recipe.json of earmark tune."),
    ] = "modern",
    frontend: opt.Frontend = None,
    epochs: opt.Epochs = None,
    batch_size: opt.BatchSize = None,
    learning_rate: opt.LearningRate = None,
    schedule: opt.ScheduleOption = None,
    window: opt.Window = None,
    rate: opt.Rate = None,
    augment: opt.Augment = None,
    background: opt.Background = None,
    balance: opt.BalanceOption = None,
    overlap: opt.Overlap = None,
    seed: opt.Seed = 0,
    folds: opt.Folds = None,
    groups: opt.Groups = None,
    test: opt.Test = 0.2,
    validation: opt.Validation = 0.1,
    allow_leak: opt.AllowLeak = False,
    leak: Annotated[
        bool,
        typer.Option("--leak", help="Train again on a random split: what would it claim?"),
    ] = False,
    aggregate: Annotated[
        Aggregate,
        typer.Option(help="Where clips have several labels: how windows are put together."),
    ] = Aggregate.mean,
    out: opt.Out = None,
    resume: opt.Resume = False,
    precision: opt.PrecisionOption = opt.Precision.auto,
    histograms: opt.Histograms = False,
    workers: opt.Workers = None,
    format: Annotated[CardFormat, typer.Option(help="What is printed on stdout.")] = (  # noqa: A002
        CardFormat.table
    ),
) -> None:
    """Train a classifier on a folder of labelled sounds.

    It is scored on clips that training has not heard, and saved with its score card.

    \b
    Examples:
      earmark train sounds
      earmark train sounds --folds --model simple
      earmark train speech --folds 6 --groups '_([a-z]+)_'
    """
    need("torch", "train")
    from earmark.api import as_dataset, new_run, run
    from earmark.cli._report import begin, report_training, stopped
    from earmark.training.options import TrainOptions
    from earmark.training.plan import Overrides
    from earmark.training.recipe_file import with_recipe_file

    opt.check_resume(resume, out)
    fold_count: Any = opt.folds_of(folds)
    options = TrainOptions(
        model=model or TrainOptions.model,
        recipe=recipe,
        overrides=Overrides(
            frontend=frontend,
            epochs=epochs,
            batch_size=batch_size,
            learning_rate=opt.rate_of(learning_rate),
            window_s=window,
            rate_hz=rate,
            augment=opt.augment_of(augment),
            schedule=None if schedule is None else schedule.value,
            balance=None if balance is None else balance.value,
            overlap=overlap,
        ),
        seed=seed,
        folds=fold_count,
        test=test,
        validation=validation,
        allow_leak=allow_leak,
        aggregate=aggregate.value,
        precision=precision.value,
        histograms=histograms,
        command=typed(context),
        resume=resume,
        leak=leak,
        background=background,
        workers=workers,
    )
    options = with_recipe_file(options, model=model)
    dataset = as_dataset(data, groups)
    place = out or new_run(dataset, options.model)
    try:
        with begin(dataset) as watcher:
            result = run(dataset, place, options, watcher=watcher)
    except KeyboardInterrupt:
        stopped(place)
    report_training(result, as_json=format is CardFormat.json)
