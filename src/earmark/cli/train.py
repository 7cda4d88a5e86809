"""`earmark train`: a folder of labelled sounds in, a model and its score card out."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal

import typer

from earmark.cli._console import CardFormat, need


class Precision(StrEnum):
    """Arithmetic of the training."""

    auto = "auto"
    float32 = "float32"
    bfloat16 = "bfloat16"


class Aggregate(StrEnum):
    """How windows become a clip's scores."""

    mean = "mean"
    sum = "sum"


def train(
    data: Annotated[
        Path,
        typer.Argument(
            metavar="DIR",
            help="Folder with a folder of sounds for each label, or a CSV / Parquet table.",
        ),
    ],
    model: Annotated[str, typer.Option(help="Network; see: earmark models.")] = "resnet",
    recipe: Annotated[str, typer.Option(help="How the network is fed and trained.")] = "modern",
    frontend: Annotated[
        str | None, typer.Option(help="Features; the recipe's own if not given.")
    ] = None,
    epochs: Annotated[int | None, typer.Option(help="Passes over the training clips.")] = None,
    batch_size: Annotated[int | None, typer.Option(help="Windows a step.")] = None,
    learning_rate: Annotated[float | None, typer.Option(help="Largest learning rate.")] = None,
    window: Annotated[
        float | None, typer.Option(metavar="SECONDS", help="Length the network sees at once.")
    ] = None,
    rate: Annotated[
        int | None, typer.Option(metavar="HERTZ", help="Sample rate to work at.")
    ] = None,
    augment: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME=STRENGTH",
            help="Change one augmentation, such as mixup=0; may be given again.",
        ),
    ] = None,
    seed: Annotated[int, typer.Option(help="Seed of split, weights and order.")] = 0,
    folds: Annotated[
        str | None,
        typer.Option(
            metavar="[N]",
            help="Cross-validate: in the official folds (or 5), or in N grouped ones.",
        ),
    ] = None,
    groups: Annotated[
        str | None,
        typer.Option(
            metavar="HOW",
            help="What must not be parted: column:NAME of a table, parent (the folder of a clip), "
            "none, or a pattern on the path whose (group) is it.",
        ),
    ] = None,
    test: Annotated[float, typer.Option(help="Share of clips held out for the score.")] = 0.2,
    validation: Annotated[
        float, typer.Option(help="Share of the others that stops training and calibrates.")
    ] = 0.1,
    aggregate: Annotated[
        Aggregate,
        typer.Option(help="Where clips have several labels: how windows are put together."),
    ] = Aggregate.mean,
    out: Annotated[
        Path | None, typer.Option(help="Folder of the run; by default a new one under runs.")
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the run in --out.")] = False,
    precision: Annotated[
        Precision, typer.Option(help="auto: bfloat16 where the processor has it.")
    ] = Precision.auto,
    workers: Annotated[
        int | None, typer.Option(help="Processes that extract features; all cores by default.")
    ] = None,
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
    from earmark.errors import ConfigError
    from earmark.training.options import TrainOptions
    from earmark.training.plan import Overrides

    if resume and out is None:
        raise ConfigError("--resume goes on with the run in --out: name its folder")
    options = TrainOptions(
        model=model,
        recipe=recipe,
        overrides=Overrides(
            frontend, epochs, batch_size, learning_rate, window, rate, _augment(augment or [])
        ),
        seed=seed,
        folds=_folds(folds),
        test=test,
        validation=validation,
        aggregate=aggregate.value,
        precision=precision.value,
        resume=resume,
        workers=workers,
    )
    dataset = as_dataset(data, groups)
    place = out or new_run(dataset, model)
    try:
        with begin(dataset) as watcher:
            result = run(dataset, place, options, watcher=watcher)
    except KeyboardInterrupt:
        stopped(place)
    report_training(result, as_json=format is CardFormat.json)


def _augment(texts: list[str]) -> dict[str, float]:
    from earmark.errors import ConfigError

    strengths = {}
    for text in texts:
        name, _, strength = text.partition("=")
        try:
            strengths[name.strip()] = float(strength)
        except ValueError:
            raise ConfigError(
                f"--augment takes NAME=STRENGTH, such as mixup=0; got '{text}'"
            ) from None
    return strengths


def _folds(text: str | None) -> int | Literal["auto"] | None:
    from earmark.errors import ConfigError

    if text is None:
        return None
    if text == "auto":
        return "auto"
    if not text.isdigit():
        raise ConfigError(f"--folds takes a whole number of at least 2, or nothing; got '{text}'")
    return int(text)
