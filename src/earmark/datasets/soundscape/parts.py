"""The sounds and the backgrounds of train, validation and test scenes: no two parts share one."""

import hashlib
from collections.abc import Mapping, Sequence

import numpy as np

from earmark.datasets.backgrounds import Backgrounds
from earmark.datasets.clip import Problem
from earmark.datasets.dataset import Dataset
from earmark.datasets.soundscape.bank import Filled, SoundBank
from earmark.datasets.split import PARTS, Split
from earmark.datasets.words import count, examples
from earmark.errors import DatasetError


def bank_parts(
    dataset: Dataset, filled: Filled, split: Split
) -> tuple[dict[str, SoundBank], tuple[Problem, ...]]:
    """The bank of each part of a split, and what was left out.

    Whole groups are in one part, as the split has them. A sound whose file has the same content as
    one of an earlier part is left out. DatasetError: training or test has no sound.
    """
    banks: dict[str, SoundBank] = {}
    problems: list[Problem] = []
    seen: dict[str, str] = {}
    for part in PARTS:
        indices = getattr(split, part)
        names = [dataset.clips[index].name for index in indices]
        names = [name for name in names if name in filled.digests]
        fresh = []
        for name in names:
            digest = filled.digests[name]
            if digest in seen:
                detail = f"{name}: the same sound as {seen[digest]}, so it is in no {part} scene"
                problems.append(Problem("copy in another part", name, detail))
            else:
                fresh.append(name)
        seen.update({filled.digests[name]: f"{name} ({part})" for name in fresh})
        bank = filled.bank.only(fresh)
        if bank.by_label:
            banks[part] = bank
            lacking = [label for label in filled.bank.classes if label not in bank.by_label]
            if lacking:
                detail = f"{examples(lacking, 5)}: no sound in the {part} part, so in no such scene"
                problems.append(Problem("class not in a part", "", detail))
        elif part != "validation":
            raise DatasetError(
                f"no sound is left for {part} scenes ({split.description}): add recordings, or "
                "make scenes without a split"
            )
        elif len(indices):
            detail = "no sound is left for validation scenes: there are none"
            problems.append(Problem("part without sounds", "", detail))
    return banks, tuple(problems)


def deal_backgrounds(
    backgrounds: Backgrounds, sizes: Mapping[str, int], seed: int
) -> tuple[dict[str, Backgrounds], tuple[Problem, ...]]:
    """Recordings of its own for each part, by the parts' sizes; at least one each.

    Where there are fewer recordings than parts all share them, which is told.
    """
    paths = backgrounds.paths
    if len(paths) < len(sizes):
        detail = (
            f"{count(len(paths), 'recording')} of background for {len(sizes)} parts: they share "
            "them, so a detector may know the test's backgrounds"
        )
        return dict.fromkeys(sizes, backgrounds), (Problem("shared backgrounds", "", detail),)
    order = np.random.default_rng([seed, 1]).permutation(len(paths))
    given = _shares(len(paths), list(sizes.values()))
    edges = np.cumsum([0, *given])
    dealt = {}
    for at, part in enumerate(sizes):
        chosen = sorted(paths[int(number)] for number in order[edges[at] : edges[at + 1]])
        digest = hashlib.blake2b(f"{backgrounds.digest}/{at}/{seed}".encode(), digest_size=8)
        dealt[part] = Backgrounds(tuple(chosen), digest.hexdigest(), backgrounds.folder)
    return dealt, ()


def _shares(total: int, sizes: Sequence[int]) -> list[int]:
    """`total` things dealt by size, one at least to each; the first gets what is left.

    >>> _shares(10, [7, 1, 2]), _shares(3, [98, 1, 1])
    ([7, 1, 2], [1, 1, 1])
    """
    rest = [max(1, round(total * size / sum(sizes))) for size in sizes[1:]]
    while sum(rest) > total - 1:
        rest[rest.index(max(rest))] -= 1
    return [total - sum(rest), *rest]


def deal_scenes(total: int, sizes: Mapping[str, int]) -> dict[str, int]:
    """How many of `total` scenes each part has: by its sounds, at least one.

    >>> deal_scenes(200, {"train": 288, "validation": 32, "test": 80})
    {'train': 144, 'validation': 16, 'test': 40}
    """
    if total < len(sizes):
        raise DatasetError(
            f"{count(total, 'scene')} cannot be dealt to {len(sizes)} parts "
            f"({', '.join(sizes)}): ask for more"
        )
    return dict(zip(sizes, _shares(total, list(sizes.values())), strict=True))
