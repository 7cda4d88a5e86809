"""From a dataset of isolated sounds to a folder of scenes."""

from dataclasses import replace
from pathlib import Path

from earmark.datasets.backgrounds import Backgrounds, find_backgrounds
from earmark.datasets.clip import Problem
from earmark.datasets.dataset import Dataset
from earmark.datasets.rates import usual_rate_hz
from earmark.datasets.soundscape.bank import SoundBank, fill_bank
from earmark.datasets.soundscape.folder import check_place
from earmark.datasets.soundscape.parts import bank_parts, deal_backgrounds
from earmark.datasets.soundscape.settings import SceneSettings
from earmark.datasets.soundscape.write import Written, check_writing, write_scenes
from earmark.datasets.split import holdout
from earmark.errors import ConfigError
from earmark.parallel import Progress


def make_soundscapes(
    dataset: Dataset,
    out: Path,
    count: int,
    settings: SceneSettings | None = None,
    *,
    background: Path | None = None,
    split: bool = False,
    test: float | None = None,
    validation: float | None = None,
    seed: int = 0,
    rate_hz: int | None = None,
    format: str = "wav",  # noqa: A002
    labels: str = "table",
    workers: int | None = None,
    cache_dir: Path | None = None,
    reading: Progress | None = None,
    progress: Progress | None = None,
) -> Written:
    """Write scenes mixed from a dataset, see `write_scenes`.

    With `split` they are parted into train, validation and test, whose scenes share no clip, no
    group and, where there are enough, no background: official folds first, else `test` of the
    clips (0.2 if None) and `validation` of the others (0.1). `rate_hz` None is what suits the
    clips. The problems of the result begin with the dataset's own.

    Raises DatasetError, ConfigError, MissingExtraError.
    """
    for name, share in (("test", test), ("validation", validation)):
        if share is not None and not split:
            raise ConfigError(f"{name} is a share of a split, and none was asked for: add --split")
    if rate_hz is not None and not 1000 <= rate_hz <= 192_000:
        raise ConfigError(f"rate_hz must be from 1000 to 192000, got {rate_hz}")
    dataset.require_sounds("mixing scenes")
    settings = settings or SceneSettings()
    check_writing(dataset.classes, [count], settings, seed, format, labels)
    check_place(out)
    parted = None
    if split:
        shares = (0.2 if test is None else test, 0.1 if validation is None else validation)
        parted = holdout(dataset, seed=seed, test=shares[0], validation=shares[1])
    told: list[Problem] = list(dataset.problems)

    def tell(text: str) -> None:
        told.append(Problem("background", "", text))

    beneath = None if background is None else find_backgrounds(background, tell)
    filled = fill_bank(
        dataset,
        rate_hz or usual_rate_hz(dataset.clips),
        cache_dir=cache_dir,
        workers=workers,
        progress=reading,
    )
    told += filled.problems
    banks: SoundBank | dict[str, SoundBank] = filled.bank
    backgrounds: Backgrounds | dict[str, Backgrounds] | None = beneath
    if parted is not None:
        banks, problems = bank_parts(dataset, filled, parted)
        told += problems
        if beneath is not None:
            sizes = {part: len(bank) for part, bank in banks.items()}
            backgrounds, problems = deal_backgrounds(beneath, sizes, seed)
            told += problems
    group_of = dict(
        zip((clip.name for clip in dataset.clips), dataset.groups.tolist(), strict=True)
    )
    written = write_scenes(
        banks,
        out,
        count,
        settings,
        seed=seed,
        backgrounds=backgrounds,
        format=format,
        labels=labels,
        about={
            "dataset": dataset.root.resolve().name,
            "split": None if parted is None else parted.description,
            "groups": dataset.group_source,
            "group_of": {name: group_of[name] for name in sorted(filled.digests)},
        },
        workers=workers,
        progress=progress,
    )
    split_told = None if parted is None else parted.description
    return replace(written, problems=(*told, *written.problems), split=split_told)
