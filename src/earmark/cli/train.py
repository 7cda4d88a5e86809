"""`earmark train`: a folder of labelled sounds in, a model and its score card out."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from earmark.cli import _options as opt
from earmark.cli._command import typed
from earmark.cli._console import CardFormat, need


class TaskName(StrEnum):
    """What is learned."""

    classify = "classify"
    detect = "detect"


class Aggregate(StrEnum):
    """How windows become a clip's scores."""

    mean = "mean"
    sum = "sum"


def train(
    context: typer.Context,
    data: opt.Data,
    model: Annotated[
        str | None,
        typer.Option(
            help="Network; see: earmark models.", show_default="resnet; crnn where it detects"
        ),
    ] = None,
    task: Annotated[
        TaskName, typer.Option(help="What a recording is, or also when each sound is heard.")
    ] = TaskName.classify,
    labels: Annotated[
        Path | None,
        typer.Option(help="detect: label files of the recordings; else those beside them."),
    ] = None,
    recordings: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", help="detect: recordings with labels, beside the isolated clips of DIR."
        ),
    ] = None,
    corrections: Annotated[
        Path | None,
        typer.Option(help="detect: label files that were corrected, to learn from as well."),
    ] = None,
    scene: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=VALUE",
            help="detect: change how scenes are mixed, such as snr_db=5,30; may be given again.",
        ),
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
    """Train a classifier, or a detector of sounds within sounds.

    It is scored on sounds that training has not heard, and saved with its score card. A detector
    learns from isolated clips, which are mixed into scenes, or from recordings with strong labels.

    \b
    Examples:
      earmark train sounds
      earmark train sounds --folds --model simple
      earmark train speech --folds 6 --groups '_([a-z]+)_'
      earmark train sounds --task detect --model yoho
    """
    need("torch", "train")
    import dataclasses

    from earmark.api import as_dataset, new_run, new_run_of, run, run_detect
    from earmark.cli._report import (
        begin,
        begin_detection,
        report_detection,
        report_training,
        stopped,
    )
    from earmark.models.network import find_recipe
    from earmark.training.detection.options import DEFAULT, DetectOptions
    from earmark.training.detection.sources import open_sources
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
    if task is TaskName.detect:
        chosen = DetectOptions(
            train=options if model else dataclasses.replace(options, model=DEFAULT),
            labels=labels,
            recordings=recordings,
            corrections=corrections,
            scenes=opt.scenes_of(scene),
        )
        sources = open_sources(data, chosen, groups)
        place = out or new_run_of(sources.root, chosen.train.model)
        try:
            with begin_detection(sources) as watcher:
                found = run_detect(sources, place, chosen, watcher=watcher)
        except KeyboardInterrupt:
            stopped(place)
        report_detection(found, as_json=format is CardFormat.json)
        return
    opt.only_of_detectors(
        labels=labels, recordings=recordings, corrections=corrections, scene=scene
    )
    find_recipe(options.model, options.recipe)  # a wrong name is told before any file is read
    dataset = as_dataset(data, groups)
    place = out or new_run(dataset, options.model)
    try:
        with begin(dataset) as watcher:
            result = run(dataset, place, options, watcher=watcher)
    except KeyboardInterrupt:
        stopped(place)
    report_training(result, as_json=format is CardFormat.json)
