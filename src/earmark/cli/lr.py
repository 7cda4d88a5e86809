"""`earmark lr`: which learning rate suits a network and a folder of sounds."""

from pathlib import Path
from typing import Annotated

import typer

from earmark.cli import _options as opt
from earmark.cli._console import CardFormat, need


def lr(
    data: opt.Data,
    model: Annotated[str, typer.Option(help="Network; see: earmark models.")] = "resnet",
    recipe: opt.Recipe = "modern",
    frontend: opt.Frontend = None,
    epochs: opt.Epochs = None,
    batch_size: opt.BatchSize = None,
    window: opt.Window = None,
    rate: opt.Rate = None,
    augment: opt.Augment = None,
    seed: opt.Seed = 0,
    groups: opt.Groups = None,
    test: opt.Test = 0.2,
    validation: opt.Validation = 0.1,
    out: Annotated[
        Path | None,
        typer.Option(help="Folder of the picture and its numbers; a new one under runs."),
    ] = None,
    precision: opt.PrecisionOption = opt.Precision.auto,
    workers: opt.Workers = None,
    format: Annotated[CardFormat, typer.Option(help="What is printed on stdout.")] = (  # noqa: A002
        CardFormat.table
    ),
) -> None:
    """Find the learning rate that suits a network and sounds.

    The range test that train begins with, by itself: the rate rises step by step while the network
    learns, and what the loss does tells which rates are too low, right and too high.

    \b
    Examples:
      earmark lr sounds
      earmark lr sounds --model googlenet --out rates
    """
    need("torch", "lr")
    from earmark.api import as_dataset, new_run, run_rate
    from earmark.cli._report import begin, report_rate
    from earmark.training.options import TrainOptions
    from earmark.training.plan import Overrides

    options = TrainOptions(
        model=model,
        recipe=recipe,
        overrides=Overrides(
            frontend=frontend,
            epochs=epochs,
            batch_size=batch_size,
            window_s=window,
            rate_hz=rate,
            augment=opt.augment_of(augment),
        ),
        seed=seed,
        test=test,
        validation=validation,
        precision=precision.value,
        workers=workers,
    )
    dataset = as_dataset(data, groups)
    place = out or new_run(dataset, f"{model}-rate")
    with begin(dataset) as watcher:
        found = run_rate(dataset, place, options, watcher=watcher)
    report_rate(found, place, as_json=format is CardFormat.json)
