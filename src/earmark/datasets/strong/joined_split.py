"""A split made before corrections came, for the recordings with those that are new."""

from collections.abc import Collection, Mapping
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from earmark.datasets.dataset import Dataset
from earmark.datasets.split import Split
from earmark.datasets.words import count
from earmark.errors import DatasetError


def joined_split(
    whole: Dataset,
    split: Split,
    added: Collection[str],
    copy_of: Mapping[str, str] | None = None,
) -> Split:
    """The split of `whole`, where `split` parts it without the clips named `added`.

    These are learned from, so that the same recordings are tested before and after: but one whose
    group, or a copy of which, is in the test or the validation part goes there.

    Args:
        copy_of: for names of clips that have copies the name of their set.
    Raises:
        DatasetError: `split` is not of `whole` without `added`.
    """
    groups, copies = whole.groups, copy_of or {}
    new = np.array([clip.name in set(added) for clip in whole.clips], dtype=bool)
    before = np.flatnonzero(~new)
    parts = {"train": split.train, "validation": split.validation, "test": split.test}
    if sum(map(len, parts.values())) != len(before):
        raise DatasetError(
            f"the split is of {sum(map(len, parts.values()))} clips; without those added there "
            f"are {len(before)}"
        )
    taken = {name: before[part].tolist() for name, part in parts.items()}
    held: dict[str, str] = {}
    for part in ("validation", "test"):  # test goes before validation
        for index in taken[part]:
            held |= dict.fromkeys(_marks(whole, groups, copies, index), part)
    for index in np.flatnonzero(new).tolist():
        found = {held[mark] for mark in _marks(whole, groups, copies, index) if mark in held}
        part = "test" if "test" in found else "validation" if found else "train"
        taken[part].append(index)
    moved = {part: len(taken[part]) - len(parts[part]) for part in taken}
    note = ", ".join(f"{number} in {part}" for part, number in moved.items() if number)
    description = split.description
    if note:
        description += f"; {count(int(new.sum()), 'new corrected recording')}: {note}"
    train, validation, test = (np.array(sorted(taken[part]), np.int64) for part in parts)
    return replace(split, train=train, validation=validation, test=test, description=description)


def _marks(
    whole: Dataset, groups: npt.NDArray[np.str_], copies: Mapping[str, str], index: int
) -> list[str]:
    """What a clip must not share with another part: its group, its set of copies."""
    name = whole.clips[index].name
    return [f"group {groups[index]}", *([f"copies {copies[name]}"] if name in copies else [])]
