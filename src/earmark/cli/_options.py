"""Options that several verbs have, in the same words."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer


class Precision(StrEnum):
    """Arithmetic of the training."""

    auto = "auto"
    float32 = "float32"
    bfloat16 = "bfloat16"


class Balance(StrEnum):
    """What is done about classes of very different sizes."""

    none = "none"
    loss = "loss"
    sampling = "sampling"
    auto = "auto"


Data = Annotated[
    Path,
    typer.Argument(
        metavar="DIR",
        help="Folder with a folder of sounds for each label, or a CSV / Parquet table; "
        "also features of earmark extract.",
    ),
]
Recipe = Annotated[str, typer.Option(help="How the network is fed and trained.")]
Frontend = Annotated[str | None, typer.Option(help="Features; the recipe's own if not given.")]
Epochs = Annotated[int | None, typer.Option(help="Passes over the training clips.")]
BatchSize = Annotated[int | None, typer.Option(help="Windows a step.")]
LearningRate = Annotated[
    str | None,
    typer.Option(
        metavar="NUMBER|auto",
        help="Largest learning rate; auto: found by a range test, as modern recipes do.",
    ),
]


class Schedule(StrEnum):
    """How the learning rate goes over a training."""

    one_cycle = "one_cycle"
    cosine = "cosine"
    constant = "constant"
    triangular = "triangular"
    triangular2 = "triangular2"
    exp_range = "exp_range"
    schedule_free = "schedule_free"


ScheduleOption = Annotated[
    Schedule | None,
    typer.Option(
        "--schedule",
        metavar="NAME",
        help="How the learning rate goes: " + ", ".join(Schedule) + ".",
    ),
]
Window = Annotated[
    float | None, typer.Option(metavar="SECONDS", help="Length the network sees at once.")
]
Rate = Annotated[int | None, typer.Option(metavar="HERTZ", help="Sample rate to work at.")]
Augment = Annotated[
    list[str] | None,
    typer.Option(
        metavar="NAME=STRENGTH",
        help="Change one augmentation, such as mixup=0; may be given again.",
    ),
]
Background = Annotated[
    Path | None,
    typer.Option(
        metavar="DIR", help="Recordings that are mixed beneath copies of the training clips."
    ),
]
BalanceOption = Annotated[
    Balance | None,
    typer.Option(
        "--balance",
        help="Rare classes count more in the loss, or are drawn more often; auto: in the loss "
        "where sizes differ over three times.",
    ),
]
Overlap = Annotated[
    float | None,
    typer.Option(
        metavar="SHARE", help="Of each window with the next where clips are answered; 0: none."
    ),
]
Seed = Annotated[int, typer.Option(help="Seed of split, weights and order.")]
Folds = Annotated[
    str | None,
    typer.Option(
        metavar="[N]",
        help="Cross-validate: in the official folds (or 5), or in N grouped ones.",
    ),
]
Groups = Annotated[
    str | None,
    typer.Option(
        metavar="HOW",
        help="What must not be parted: column:NAME of a table, parent (the folder of a clip), "
        "tag:artist, tag:album, none, or a pattern on the path whose (group) is it.",
    ),
]
Together = Annotated[
    str | None,
    typer.Option(
        metavar="HOW",
        help="What belongs together: column:NAME of a table, parent, none, or a pattern on the "
        "path whose (group) is it.",
    ),
]
SavedModel = Annotated[Path, typer.Argument(metavar="MODEL", help="Folder of a saved model.")]
Asked = Annotated[Path, typer.Argument(metavar="DIR", help="Folder or table of labelled sounds.")]
Test = Annotated[float, typer.Option(help="Share of clips held out for the score.")]
Validation = Annotated[
    float, typer.Option(help="Share of the others that stops training and calibrates.")
]
AllowLeak = Annotated[
    bool,
    typer.Option(
        "--allow-leak",
        help="Train even where test clips have copies in training; the score card says so.",
    ),
]
Out = Annotated[
    Path | None, typer.Option(help="Folder of the run; by default a new one under runs.")
]
Resume = Annotated[bool, typer.Option("--resume", help="Go on with the run in --out.")]
PrecisionOption = Annotated[
    Precision, typer.Option("--precision", help="auto: bfloat16 where the processor has it.")
]
Histograms = Annotated[
    bool,
    typer.Option(
        "--histograms",
        help="Log weights, gradients and activations of every epoch for TensorBoard.",
    ),
]
Workers = Annotated[
    int | None, typer.Option(help="Processes that extract features; all cores by default.")
]


def rate_of(text: str | None) -> Any:
    """The value of --learning-rate: a number, "auto", or None."""
    from earmark.errors import ConfigError

    if text is None or text == "auto":
        return text
    try:
        return float(text)
    except ValueError:
        raise ConfigError(
            f"--learning-rate takes a number such as 0.003, or auto; got '{text}'"
        ) from None


def augment_of(texts: list[str] | None) -> dict[str, float]:
    """NAME=STRENGTH texts as a mapping."""
    from earmark.errors import ConfigError

    strengths = {}
    for text in texts or []:
        name, _, strength = text.partition("=")
        try:
            strengths[name.strip()] = float(strength)
        except ValueError:
            raise ConfigError(
                f"--augment takes NAME=STRENGTH, such as mixup=0; got '{text}'"
            ) from None
    return strengths


def scenes_of(texts: list[str] | None) -> Any:
    """NAME=VALUE texts as the settings of scenes; a pair has a comma."""
    from earmark.datasets.soundscape import SceneSettings
    from earmark.errors import ConfigError

    values: dict[str, Any] = {}
    for text in texts or []:
        name, _, value = text.partition("=")
        try:
            numbers = [float(part) for part in value.split(",")]
        except ValueError:
            numbers = []
        if value.strip().lower() in ("true", "false"):
            values[name.strip()] = value.strip().lower() == "true"
        elif len(numbers) in (1, 2):
            values[name.strip()] = numbers[0] if len(numbers) == 1 else numbers
        else:
            raise ConfigError(
                "--scene takes NAME=VALUE, such as duration_s=20, snr_db=5,30 or overlap=false; "
                f"got '{text}'"
            )
    return SceneSettings.from_dict(values)


def only_of_detectors(**given: Any) -> None:
    """Refuse options that a classifier has no use for."""
    from earmark.errors import ConfigError

    for name, value in given.items():
        if value:
            raise ConfigError(f"--{name} goes with --task detect")


def names_of(text: str | None) -> list[str] | None:
    """Names with commas between them; None where there is no text."""
    return None if text is None else [name.strip() for name in text.split(",") if name.strip()]


def folds_of(text: str | None) -> int | str | None:
    """The value of --folds: a number, "auto" where it was given bare, or None."""
    from earmark.errors import ConfigError

    if text is None or text == "auto":
        return text
    if not text.isdigit():
        raise ConfigError(f"--folds takes a whole number of at least 2, or nothing; got '{text}'")
    return int(text)


def check_resume(resume: bool, out: Path | None) -> None:
    """--resume needs to know with what."""
    from earmark.errors import ConfigError

    if resume and out is None:
        raise ConfigError("--resume goes on with the run in --out: name its folder")
