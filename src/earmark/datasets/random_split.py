"""Splits as most people make them: of the same sizes, at random, groups ignored.

Nothing is trained on them to be used; they show what such a split would have claimed.
"""

from collections.abc import Sequence
from dataclasses import replace

from earmark.datasets.dataset import Dataset
from earmark.datasets.grouping import UNGROUPED
from earmark.datasets.split import Split, folds, holdout
from earmark.errors import ConfigError


def has_groups(dataset: Dataset) -> bool:
    """Whether any two clips belong together."""
    return dataset.group_source not in (None, UNGROUPED) and len(set(dataset.groups)) < len(dataset)


def require_groups(dataset: Dataset) -> None:
    """ConfigError where groups are unknown, so that there is no leak to be measured."""
    if not has_groups(dataset):
        raise ConfigError(
            f"a leak is what a split gains by parting groups, and no clips of '{dataset.root}' are "
            "known to belong together: say how by --groups (a column, parent, or a pattern)"
        )


def random_twins(dataset: Dataset, splits: Sequence[Split], *, seed: int = 0) -> list[Split]:
    """A random split for each of `splits`, stratified by label: as many, as large.

    One split is of the sizes of its twin; several are folds, so that each clip is tested once.
    Raises DatasetError: a class would be missing from a training part.
    """
    loose = replace(
        dataset,
        clips=tuple(replace(clip, group=clip.name, fold=None) for clip in dataset.clips),
        group_source=UNGROUPED,
        fold_source=None,
    )
    rest = sum(len(split.train) + len(split.validation) for split in splits)
    validation = sum(len(split.validation) for split in splits) / rest
    if len(splits) == 1:
        share = len(splits[0].test) / len(dataset)
        found = [holdout(loose, seed=seed, test=share, validation=validation)]
    else:
        found = folds(loose, len(splits), seed=seed, validation=validation)
    return [
        replace(twin, name="random split" if len(found) == 1 else f"random {twin.name}")
        for twin in found
    ]
