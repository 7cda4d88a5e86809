"""The official folds or parts of a published set, where the clips name them."""

from dataclasses import dataclass

import numpy as np

from earmark.datasets.allot import Ints
from earmark.datasets.dataset import Dataset
from earmark.datasets.words import count, examples, natural_key

ROLES = {
    "test": ("test", "testing", "eval", "evaluation"),
    "validation": ("validation", "valid", "val", "dev", "development"),
    "train": ("train", "training"),
}


@dataclass(frozen=True)
class Official:
    """Clips by official fold, in natural order, or by part if the folds are named train, test."""

    source: str
    folds: dict[str, Ints]
    """Index of the clips of each fold; empty if these are parts."""
    parts: dict[str, Ints]
    """Index of the clips of 'train', 'test', maybe 'validation'; empty if these are folds."""


def official_of(dataset: Dataset) -> tuple[Official | None, str]:
    """The official folds, and a note if there are some that cannot be used.

    Folds that part a group are not used: the promise that none is parted comes first.
    """
    if dataset.fold_source is None:
        return None, ""
    by_fold: dict[str, list[int]] = {}
    folds_of: dict[str, set[str]] = {}
    for index, (clip, group) in enumerate(zip(dataset.clips, dataset.groups, strict=True)):
        if clip.fold is None:
            return None, "some clips have no fold, so the official folds are not used"
        by_fold.setdefault(clip.fold, []).append(index)
        folds_of.setdefault(str(group), set()).add(clip.fold)
    if len(by_fold) < 2:
        return None, "only one official fold is here, so it is not used"
    parted = sorted(group for group, folds in folds_of.items() if len(folds) > 1)
    if parted:
        return None, (
            f"the official folds ({dataset.fold_source}) part {count(len(parted), 'group')} "
            f"({examples(parted)}) and are not used"
        )
    ordered = sorted(by_fold, key=natural_key)
    folds = {name: np.array(by_fold[name], dtype=np.int64) for name in ordered}
    parts = _parts(folds)
    return Official(dataset.fold_source, {} if parts else folds, parts), ""


def _parts(folds: dict[str, Ints]) -> dict[str, Ints]:
    """Folds named train and test are parts, not to be taken in turn."""
    role_of = {word: role for role, words in ROLES.items() for word in words}
    roles = [role_of.get(name.casefold()) for name in folds]
    if None in roles or len(set(roles)) < len(roles) or "train" not in roles:
        return {}
    parts = {str(role): clips for role, clips in zip(roles, folds.values(), strict=True)}
    if "test" not in parts:  # train and validation: what is held out is the test part
        parts["test"] = parts.pop("validation")
    return parts
