"""`earmark compare`: several networks under one split, and one table."""

from typing import Annotated, Any

import typer

from earmark.cli import _options as opt
from earmark.cli._command import typed
from earmark.cli._console import CardFormat, need


def compare(
    context: typer.Context,
    data: opt.Data,
    models: Annotated[
        str | None,
        typer.Option(
            metavar="A,B,...",
            help="Networks, or NAME:RECIPE; all that have the recipe if not given.",
        ),
    ] = None,
    recipe: opt.Recipe = "modern",
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
    out: opt.Out = None,
    resume: opt.Resume = False,
    precision: opt.PrecisionOption = opt.Precision.auto,
    histograms: opt.Histograms = False,
    workers: opt.Workers = None,
    format: Annotated[CardFormat, typer.Option(help="What is printed on stdout.")] = (  # noqa: A002
        CardFormat.table
    ),
) -> None:
    """Train several networks under one split and compare them.

    One table tells what each scored and what it costs, which differences are more than chance, and
    what a trivial baseline scores on the same clips.

    \b
    Examples:
      earmark compare sounds --models simple,resnet
      earmark compare dances --models simple,alexnet,vgg,googlenet --recipe seed
      earmark compare sounds --models simple:seed,simple:modern --folds
    """
    need("torch", "compare")
    from earmark.api import as_dataset, new_run, run_compare
    from earmark.cli._report import begin, report_comparison, stopped
    from earmark.training.options import TrainOptions
    from earmark.training.plan import Overrides

    opt.check_resume(resume, out)
    fold_count: Any = opt.folds_of(folds)
    options = TrainOptions(
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
        precision=precision.value,
        histograms=histograms,
        command=typed(context),
        resume=resume,
        background=background,
        workers=workers,
    )
    names = None if models is None else [name for name in models.split(",") if name.strip()]
    dataset = as_dataset(data, groups)
    place = out or new_run(dataset, "compare")
    try:
        with begin(dataset) as watcher:
            compared = run_compare(dataset, names, place, options, watcher=watcher)
    except KeyboardInterrupt:
        stopped(place)
    report_comparison(compared, as_json=format is CardFormat.json)
