"""Part a dataset into train, validation and test: no group in two of them, every class in each.

The steps: the test part is an official fold, one of k grouped folds, or a share of the clips; the
validation part is then taken from what is left, in the same way. Both deal whole groups, stratified
by label, in an order drawn from the seed and the groups' names alone (see allot.py, take.py).
"""

from dataclasses import dataclass

import numpy as np

from earmark.datasets.allot import Ints, Pool, allot
from earmark.datasets.dataset import Dataset
from earmark.datasets.grouping import UNGROUPED
from earmark.datasets.official import official_of
from earmark.datasets.take import ATTEMPTS, take
from earmark.datasets.words import count, examples, natural_key
from earmark.errors import ConfigError, DatasetError

DEFAULT_FOLDS = 5
PARTS = ("train", "validation", "test")


@dataclass(frozen=True)
class Split:
    """Three parts of a dataset, as sorted indices into `dataset.clips`; together they are all."""

    train: Ints
    validation: Ints
    test: Ints
    name: str
    """'holdout', 'fold 3', or 'fold 3 (lucas)'."""
    description: str
    """How it was made, for people: groups and their source, seed, sizes, classes left out."""


def holdout(
    dataset: Dataset, *, seed: int = 0, test: float = 0.2, validation: float = 0.1
) -> Split:
    """One split: `test` is the wanted share of all clips, `validation` of those that are left.

    Official folds come first: the last one is the test part; parts named train and test are taken
    as they are. Raises ConfigError: a share outside its range; DatasetError: no such split.
    """
    if not 0 < test < 1:
        raise ConfigError(f"test must be a share between 0 and 1, such as 0.2; got {test}")
    _check_validation(validation)
    official, note = official_of(dataset)
    if official and official.parts:
        chosen, how = official.parts["test"], f"official parts ({official.source})"
        given = official.parts.get("validation")
        return _split(dataset, chosen, given, seed, validation, "holdout", how, note)
    if official:
        name, chosen = list(official.folds.items())[-1]
        how = (
            f"official fold '{name}', the last of {len(official.folds)}, is the test part "
            f"({official.source})"
        )
        return _split(dataset, chosen, None, seed, validation, "holdout", how, note)
    pool = _pool(dataset)
    mask = take(pool, test, f"{seed}/test")
    if not mask.any():
        raise DatasetError(
            f"no test part can be held out of {count(len(pool.names), 'group')} without taking a "
            f"class out of training{_why(dataset, pool)}"
        )
    chosen = np.flatnonzero(mask).astype(np.int64)
    return _split(dataset, chosen, None, seed, validation, "holdout", _grouped(dataset, pool), note)


def folds(
    dataset: Dataset, count: int | None = None, *, seed: int = 0, validation: float = 0.1
) -> list[Split]:
    """Splits in which each clip is in the test part once.

    count None: the official folds if there are any (parts named train and test are one split), else
    5, or as many as there are groups. A number: so many grouped folds; the official ones if they
    are as many; each group alone if the groups are as many.

    Raises ConfigError: fewer than 2 folds, or more than groups; DatasetError: a class is missing
    from the training part of a fold.
    """
    _check_validation(validation)
    official, note = official_of(dataset)
    if official and official.parts and count is None:
        return [holdout(dataset, seed=seed, validation=validation)]
    pool = _pool(dataset)
    if official and official.folds and count in (None, len(official.folds)):
        tests = [(name, chosen) for name, chosen in official.folds.items()]
        how = f"official folds, {len(tests)} of them ({official.source})"
    else:
        tests, how = _grouped_folds(dataset, pool, count, seed)
        if official:
            note = f"not the official folds ({official.source}), as {len(tests)} were asked for"
    splits = []
    for number, (named, chosen) in enumerate(tests, start=1):
        name = f"fold {number}" + (f" ({named})" if named not in ("", str(number)) else "")
        splits.append(_split(dataset, chosen, None, seed, validation, name, how, note))
    return splits


def _grouped_folds(
    dataset: Dataset, pool: Pool, wanted: int | None, seed: int
) -> tuple[list[tuple[str, Ints]], str]:
    """The test part of each of `wanted` folds, with the group's name where each is one group."""
    groups = len(pool.names)
    if wanted is None:
        wanted = min(DEFAULT_FOLDS, groups)
    if wanted < 2:
        raise ConfigError(
            f"folds must be 2 or more, and at most the number of groups; got {wanted} with "
            f"{count(groups, 'group')}"
        )
    if wanted > groups:
        raise ConfigError(
            f"{wanted} folds were asked for, but there are only {count(groups, 'group')} "
            f"({_source(dataset)}), which are not parted: ask for 2 to {groups}"
        )
    if wanted == groups and dataset.group_source is not None:
        order = sorted(range(groups), key=lambda g: natural_key(str(pool.names[g])))
        alone = [(str(pool.names[g]), np.flatnonzero(pool.group_of == g)) for g in order]
        return alone, f"each group left out once ({groups} groups, {_source(dataset)})"
    best, best_score = None, (np.inf, np.inf)
    for attempt in range(ATTEMPTS):
        parts = allot(pool, [1 / wanted] * wanted, f"{seed}/folds/{attempt}")
        held = pool.groups_with(parts, wanted)  # (folds, classes)
        lost = int(((held == held.sum(axis=0)) & (held > 0)).sum())
        sizes = np.bincount(parts, weights=pool.sizes, minlength=wanted)
        score = (float(lost), float(sizes.max() - sizes.min()))
        if score < best_score:
            best, best_score = parts, score
        if lost == 0 and score[1] <= pool.class_count:
            break
    assert best is not None
    clip_parts = best[pool.group_of]
    tests = [("", np.flatnonzero(clip_parts == part)) for part in range(wanted)]
    return tests, f"{wanted} folds, {_grouped(dataset, pool)}"


def _split(
    dataset: Dataset,
    test: Ints,
    given_validation: Ints | None,
    seed: int,
    validation: float,
    name: str,
    how: str,
    note: str,
) -> Split:
    """Take the validation part from what is not test, check the classes, and describe."""
    targets = dataset.targets
    rest = np.setdiff1d(np.arange(len(targets), dtype=np.int64), test)
    notes = [note] if note else []
    if given_validation is not None:
        chosen = given_validation
        how += ", with its own validation part"
    elif validation > 0:
        chosen = rest[take(Pool(targets[rest], dataset.groups[rest]), validation, f"{seed}/{name}")]
        if not len(chosen):
            notes.append("no validation part: it would take a class out of training")
    else:
        chosen = rest[:0]
    train = np.setdiff1d(rest, chosen)
    _check_train(dataset, train, name)
    for part, clips in (("validation", chosen), ("test", test)):
        here = _classes_of(dataset, clips)
        lacking = [label for label in dataset.classes if label not in here]
        if len(clips) and lacking:
            notes.append(f"not in {part}: {examples(lacking)}")
    sizes = [len(train), len(chosen), len(test)]
    shares = "/".join(str(round(100 * size / len(targets))) for size in sizes)
    amounts = f"train/validation/test {'/'.join(map(str, sizes))} clips ({shares} %)"
    description = "; ".join([how, f"seed {seed}", amounts, *notes])
    return Split(train, chosen.astype(np.int64), np.sort(test).astype(np.int64), name, description)


def _classes_of(dataset: Dataset, chosen: Ints) -> set[str]:
    return {label for i in chosen for label in dataset.clips[i].tags}


def _check_train(dataset: Dataset, train: Ints, name: str) -> None:
    here = _classes_of(dataset, train)
    lost = [label for label in dataset.classes if label not in here]
    if lost:
        raise DatasetError(
            f"{name}: {count(len(lost), 'class')} would be missing from training: "
            f"{examples(lost, 5)}; all its clips are held out together ({_source(dataset)}). Add "
            "recordings of it, remove the class, or ask for another split"
        )


def _check_validation(validation: float) -> None:
    if not 0 <= validation < 1:
        raise ConfigError(
            f"validation must be a share from 0 to below 1, such as 0.1; got {validation}"
        )


def _pool(dataset: Dataset) -> Pool:
    if len(dataset) < 2:
        raise DatasetError(f"a split needs at least 2 clips; '{dataset.root}' has {len(dataset)}")
    return Pool(dataset.targets, dataset.groups)


def _source(dataset: Dataset) -> str:
    return dataset.group_source or "no groups given: every file is its own"


def _grouped(dataset: Dataset, pool: Pool) -> str:
    if dataset.group_source is None:
        return "no groups known, every file is its own; stratified by label"
    if dataset.group_source == UNGROUPED:
        return "not grouped, as asked (groups='none'); stratified by label"
    return f"{count(len(pool.names), 'group')} kept whole ({_source(dataset)}); stratified by label"


def _why(dataset: Dataset, pool: Pool) -> str:
    """The classes that are in one group only."""
    groups = pool.groups_with(np.zeros(len(pool.names), dtype=np.int64), 1)[0]
    alone = [label for label, n in zip(dataset.classes, groups, strict=True) if n == 1]
    return f": {examples(alone, 5)} in one group only ({_source(dataset)})" if alone else ""
