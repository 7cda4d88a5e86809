"""`earmark tune`: the settings that suit a folder, found without its test clips."""

import shlex
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from earmark.cli import _options as opt
from earmark.cli._console import CardFormat, need, print_json, stdout

if TYPE_CHECKING:
    from earmark.training.tuning.nested import Nested
    from earmark.training.tuning.outcome import Tuned


def tune(
    data: opt.Data,
    models: Annotated[
        str, typer.Option(metavar="A,B,...", help="Networks to try, or NAME:RECIPE.")
    ] = "resnet,simple",
    recipe: opt.Recipe = "modern",
    trials: Annotated[
        int, typer.Option(help="Settings to try, over all who share the study.")
    ] = 30,
    minutes: Annotated[float | None, typer.Option(help="After so long no trial is begun.")] = None,
    inner_folds: Annotated[
        int, typer.Option(help="Folds of what is not test, that each trial is scored on.")
    ] = 3,
    search: Annotated[
        str | None,
        typer.Option(
            metavar="A,B,...",
            help="Settings to search: model, frontend, bins, hop, frame, window, weight_decay, "
            "label_smoothing, ema, learning_rate, or an augmentation; all but learning_rate if "
            "not given.",
        ),
    ] = None,
    frontends: Annotated[
        str | None,
        typer.Option(
            metavar="A,B,...",
            help="Features to try; the recipe's own, log_mel and mfcc if not given.",
        ),
    ] = None,
    epochs: opt.Epochs = None,
    batch_size: opt.BatchSize = None,
    learning_rate: opt.LearningRate = None,
    window: opt.Window = None,
    rate: opt.Rate = None,
    augment: opt.Augment = None,
    seed: opt.Seed = 0,
    folds: opt.Folds = None,
    groups: opt.Groups = None,
    test: opt.Test = 0.2,
    validation: opt.Validation = 0.1,
    allow_leak: opt.AllowLeak = False,
    out: opt.Out = None,
    resume: opt.Resume = False,
    storage: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            help="Database of a study that several machines share; a file in --out if not given.",
        ),
    ] = None,
    study: Annotated[
        str | None,
        typer.Option(help="Name of the study there; that of the folder of sounds if not given."),
    ] = None,
    precision: opt.PrecisionOption = opt.Precision.auto,
    workers: opt.Workers = None,
    format: Annotated[CardFormat, typer.Option(help="What is printed on stdout.")] = (  # noqa: A002
        CardFormat.table
    ),
) -> None:
    """Search for the settings that suit a folder of sounds.

    The test part is set aside first, and chooses nothing: settings are tried on folds of the rest.
    The best are trained once more and scored on the test part, once. What an option fixes is not
    searched. Ctrl-C keeps the trials that are finished.

    --folds: nested cross-validation, for a score on every clip. Each fold is the test part of a
    search of its own, and a last one on all clips gives the recipe: N + 1 searches.

    \b
    Examples:
      earmark tune sounds --trials 50
      earmark tune sounds --models resnet --search bins,hop,mixup --minutes 60
      earmark tune sounds --folds 5 --trials 20
      earmark tune sounds --storage postgresql://me@host/studies --out runs/b
    """
    need("torch", "tune")
    need("optuna", "tune")
    from earmark.api import as_dataset, new_run, run_tune
    from earmark.cli._report import begin, stopped
    from earmark.training.options import TrainOptions
    from earmark.training.plan import Overrides
    from earmark.training.tuning.options import TuneOptions

    opt.check_resume(resume, out)
    fold_count: Any = opt.folds_of(folds)
    options = TuneOptions(
        train=TrainOptions(
            recipe=recipe,
            overrides=Overrides(
                epochs=epochs,
                batch_size=batch_size,
                learning_rate=opt.rate_of(learning_rate),
                window_s=window,
                rate_hz=rate,
                augment=opt.augment_of(augment) or None,
            ),
            seed=seed,
            folds=fold_count,
            test=test,
            validation=validation,
            allow_leak=allow_leak,
            precision=precision.value,
            resume=resume,
            workers=workers,
        ),
        models=tuple(_names(models) or ()),
        frontends=_names(frontends),
        search=_names(search),
        trials=trials,
        minutes=minutes,
        inner_folds=inner_folds,
        storage=storage,
        study=study,
    )
    dataset = as_dataset(data, groups)
    place = out or new_run(dataset, "tune")
    try:
        with begin(dataset) as watcher:
            watcher.terse = True  # a line a trial is enough
            found = run_tune(dataset, place, options, watcher=watcher)
    except KeyboardInterrupt:
        stopped(place)
    _report(found, as_json=format is CardFormat.json)
    if found.interrupted:
        stopped(place)


def _names(text: str | None) -> tuple[str, ...] | None:
    """A,B,... as names."""
    if text is None:
        return None
    return tuple(name.strip() for name in text.split(",") if name.strip())


def _report(found: "Tuned | Nested", *, as_json: bool) -> None:
    """What was found, where it is, and what to do next."""
    if as_json:
        print_json(found.to_dict() | {"out": str(found.out)})
        return
    from earmark.evaluation.cards import card_table

    console = stdout()
    for line in found.lines():
        console.print(line)
    console.print()
    if found.scorecard is not None:
        console.print(card_table(found.scorecard))
        console.print()
    lines: Mapping[str, str] = {"Report": str(found.out / "report.md")}
    recipe = shlex.quote(str(found.out / "recipe.json"))
    again = f"earmark train OTHER_SOUNDS --recipe {recipe}"
    if found.model is not None:
        lines = {**lines, "Model": str(found.model), "Next": again}
    elif (found.out / "recipe.json").exists() and found.scorecard is not None:
        lines = {**lines, "Next": again}
    for name, text in lines.items():
        console.print(f"{name + ':':8}{text}", soft_wrap=True)
