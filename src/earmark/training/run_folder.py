"""The files of a run: written whole or not at all, read back when a run goes on."""

import csv
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from earmark.datasets import Dataset, Split
from earmark.datasets.split import PARTS
from earmark.errors import ConfigError
from earmark.files import write_whole

MODEL = "model"  # the saved model's folder inside a run
RUN = "run.json"
SPLIT = "split.csv"
HISTORY = "history.csv"
ANSWERS = "answers.npz"


def write_json(path: Path, values: Any) -> None:
    """Write JSON that appears whole or not at all."""
    write_whole(path, json.dumps(values, indent=2, ensure_ascii=False, allow_nan=False) + "\n")


def open_run(out: Path, wanted: Mapping[str, Any], *, resume: bool, file: str = RUN) -> None:
    """Make the run's folder, or make sure that the run in it is the one that is gone on with.

    `file` has the settings that must be the same.
    """
    path = out / file
    if path.exists():
        if not resume:
            raise ConfigError(
                f"{out} holds a training already: go on with it by --resume, "
                "or choose another folder by --out"
            )
        try:
            there = json.loads(path.read_text(encoding="utf-8"))["settings"]
        except (ValueError, KeyError, TypeError) as error:
            raise ConfigError(f"{path}: not readable: {error}; choose another --out") from error
        differing = differences(there, wanted)
        if differing:
            raise ConfigError(
                f"{out} was trained with other settings ({'; '.join(differing)}): "
                "give the same ones, or choose another folder by --out"
            )
        return
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise ConfigError(f"{out} exists and is no training run: choose another folder by --out")
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"cannot make {out}: {error.strerror}; choose another --out") from error


def differences(there: Mapping[str, Any], wanted: Mapping[str, Any]) -> list[str]:
    """What differs, one text a value; of nested values only those that do.

    >>> differences({"seed": 0, "recipe": {"epochs": 2}}, {"seed": 0, "recipe": {"epochs": 3}})
    ['epochs was 2, now 3']
    """
    texts = []
    for name in sorted(set(there) | set(wanted)):
        old, new = there.get(name), wanted.get(name)
        if isinstance(old, Mapping) and isinstance(new, Mapping):
            texts += differences(old, new)
        elif old != new:
            texts.append(f"{name} was {old!r}, now {new!r}")
    return texts


def differing(there: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, Any]:
    """The values of `now` that are others than `there`, nested as they are.

    >>> differing({"seed": 0, "recipe": {"epochs": 2}}, {"seed": 0, "recipe": {"epochs": 3}})
    {'recipe': {'epochs': 3}}
    """
    found: dict[str, Any] = {}
    for name, value in now.items():
        old = there.get(name)
        if isinstance(old, Mapping) and isinstance(value, Mapping):
            if inner := differing(old, value):
                found[name] = inner
        elif old != value:
            found[name] = value
    return found


def next_free(base: Path, name: str) -> Path:
    """`base/name`, or with the first number that is not taken; an empty folder is free."""
    candidate, number = base / name, 2
    while candidate.exists() and (not candidate.is_dir() or any(candidate.iterdir())):
        candidate, number = base / f"{name}-{number}", number + 1
    return candidate


def split_folder(out: Path, name: str, splits: int) -> Path:
    """Where a split of a run is kept: of several, each in a folder of its own, made here."""
    place = out if splits == 1 else out / name.split(" (")[0].replace(" ", "-")
    place.mkdir(exist_ok=True)
    return place


def split_rows(dataset: Dataset, split: Split, digests: Sequence[str | None]) -> list[list[str]]:
    """(name, label, group, part, digest of the content) of every clip."""
    part_of = {int(index): part for part in PARTS for index in getattr(split, part)}
    return [
        [clip.name, clip.label, str(group), part_of[index], digests[index] or ""]
        for index, (clip, group) in enumerate(zip(dataset.clips, dataset.groups, strict=True))
    ]


def keep_split(out: Path, dataset: Dataset, split: Split, digests: Sequence[str | None]) -> None:
    """Write the split; where one is there already it must be the same, of the same sounds."""
    keep_rows(out, split_rows(dataset, split, digests))


def keep_rows(out: Path, rows: Sequence[Sequence[str]]) -> None:
    """The same of rows (name, label, group, part, digest)."""
    path = out / SPLIT
    rows = [["name", "label", "group", "part", "digest"], *map(list, rows)]
    if path.exists():
        with path.open(encoding="utf-8", newline="") as file:
            there = list(csv.reader(file))
        if there != rows:
            raise ConfigError(
                f"{path}: the clips are not those this training began with; "
                "start anew in another folder by --out"
            )
        return
    temporary = path.with_name(path.name + ".part")
    with temporary.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(rows)
    temporary.replace(path)


def write_history(out: Path, history: Sequence[Mapping[str, float]]) -> None:
    """The epochs as `history.csv`."""
    columns = list(dict.fromkeys(name for row in history for name in row))
    lines = [",".join(columns)]
    lines += [
        ",".join(format(row.get(name, float("nan")), ".6g") for name in columns) for row in history
    ]
    write_whole(out / HISTORY, "\n".join(lines) + "\n")


def read_history(out: Path) -> list[dict[str, float]]:
    """What `write_history` wrote; a figure that an epoch has not is NaN."""
    with (out / HISTORY).open(encoding="ascii", newline="") as file:
        return [{name: float(value) for name, value in row.items()} for row in csv.DictReader(file)]


def write_arrays(path: Path, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Arrays in one npz file, which appears whole or not at all."""
    temporary = path.with_name("part." + path.name)  # numpy wants the suffix
    np.savez(temporary, **dict(arrays))  # type: ignore[arg-type]
    temporary.replace(path)


def read_arrays(path: Path) -> dict[str, NDArray[Any]]:
    """What `write_arrays` wrote."""
    with np.load(path, allow_pickle=False) as file:
        return {name: file[name] for name in file.files}
