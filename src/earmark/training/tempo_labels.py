"""Whether labels follow the tempo, as those of dances do: then another speed is another label."""

import dataclasses
from typing import Any

import numpy as np
from numpy.typing import NDArray

from earmark.datasets import Dataset
from earmark.datasets.tempo import dataset_tempi, worth_a_tempo
from earmark.evaluation.baselines import nearest_neighbours
from earmark.models.recipe import Recipe
from earmark.parallel import Progress
from earmark.training.options import TrainOptions

TEMPO_CHANGES = ("stretch", "tempo", "speed")
NEIGHBOURS = 5
PARTS = 5
CLEARLY = 3.0  # standard errors of the majority's share; groups make clips less than independent


def changes_tempo(recipe: Recipe, asked: frozenset[str]) -> bool:
    """Whether the recipe makes sounds faster or slower without being asked by name."""
    return any(getattr(recipe.augmentation, name) for name in TEMPO_CHANGES if name not in asked)


def without_tempo_changes(recipe: Recipe, asked: frozenset[str]) -> Recipe:
    """The recipe without them, but for those that were asked for by name."""
    off: dict[str, Any] = {name: 0.0 for name in TEMPO_CHANGES if name not in asked}
    return dataclasses.replace(recipe, augmentation=dataclasses.replace(recipe.augmentation, **off))


def labels_follow_tempo(
    dataset: Dataset,
    train: NDArray[np.int64],
    options: TrainOptions,
    progress: Progress | None = None,
) -> bool:
    """Whether tempo alone tells the training clips apart clearly better than the majority does.

    Only those clips are heard, and only where they are long enough to have a tempo; tempi are kept
    in the cache. Without sounds, or with several labels a clip, it is False.
    """
    if dataset.features is not None or dataset.multilabel:
        return False
    learned = dataset.subset([int(index) for index in train])
    if not worth_a_tempo(learned):
        return False
    tempi = dataset_tempi(
        learned, cache_dir=options.cache_dir, workers=options.workers, progress=progress
    )
    return tempo_tells(np.log2(tempi), dataset.targets[train], dataset.groups[train])


def tempo_tells(
    log_tempi: NDArray[np.float64], targets: NDArray[np.int64], groups: NDArray[Any]
) -> bool:
    """Whether 5-NN on tempo (clips,) clearly beats the majority, five parts of groups in turn.

    >>> tempi, labels = np.repeat([6.5, 7.0, 7.5], 20), np.repeat([0, 1, 2], 20)
    >>> tempo_tells(tempi, labels, np.arange(60)), tempo_tells(tempi, np.arange(60) % 3, labels)
    (True, False)
    """
    _, group = np.unique(groups, return_inverse=True)
    part = np.random.default_rng(0).permutation(group.max() + 1)[group] % PARTS
    hits = 0
    for number in range(PARTS):
        held = part == number
        if held.any() and not held.all():
            answers = nearest_neighbours(
                log_tempi[~held], targets[~held], log_tempi[held], NEIGHBOURS
            )
            hits += int((answers == targets[held]).sum())
    share = np.bincount(targets).max() / len(targets)
    margin = CLEARLY * np.sqrt(share * (1 - share) / len(targets))
    return bool(hits / len(targets) > share + margin)
