"""The recipe as one split uses it: what its training clips decide, and the words for it."""

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from earmark.datasets import Split
from earmark.datasets.backgrounds import find_backgrounds
from earmark.models.recipe import Recipe
from earmark.training.balance import choose_balance, class_counts
from earmark.training.options import TrainOptions
from earmark.training.plan import by_size
from earmark.training.prepare import Prepared
from earmark.training.run_folder import differing
from earmark.training.tempo_labels import changes_tempo, labels_follow_tempo, without_tempo_changes
from earmark.training.watcher import Watcher
from earmark.training.windows import Windows


def recipes_as_used(
    prepared: Prepared, splits: Sequence[Split], options: TrainOptions, watcher: Watcher
) -> list[Recipe]:
    """The recipe of each split; what was asked for by name stays as it was asked for."""
    asked = frozenset(options.overrides.augment or {})
    recipes, told = [], set()
    if options.background is not None and prepared.recipe.augmentation.background:
        find_backgrounds(Path(options.background), watcher.message)  # says what is left out
    for split in splits:
        recipe, notes = _as_used(prepared, split, asked, options, watcher)
        recipes.append(recipe)
        for note in notes:
            if note not in told:
                watcher.message(note)
                told.add(note)
    return recipes


def _as_used(
    prepared: Prepared,
    split: Split,
    asked: frozenset[str],
    options: TrainOptions,
    watcher: Watcher,
) -> tuple[Recipe, list[str]]:
    recipe, dataset, notes = prepared.recipe, prepared.dataset, []
    targets, classes = dataset.targets[split.train], len(dataset.classes)
    counts = class_counts(targets, classes)
    balance = choose_balance(recipe.balance, targets, classes)
    if recipe.balance == "auto" and balance == "loss":
        notes.append(
            "some classes have over three times the clips of others: the rare ones count more in "
            "the loss (--balance none turns that off)"
        )
    recipe = dataclasses.replace(recipe, balance=balance)
    cut = dataclasses.replace(prepared.cut, step=None)
    windows = len(Windows(prepared.store, split.train, targets, cut))
    recipe = by_size(recipe, windows, counts, asked)
    if changes_tempo(recipe, asked) and labels_follow_tempo(
        dataset, split.train, options, watcher.extracting
    ):
        recipe = without_tempo_changes(recipe, asked)
        notes.append(
            "tempo alone tells these classes apart better than chance: no sound is made faster or "
            "slower (--augment stretch=... goes before this)"
        )
    return recipe, notes


def decided(asked: Recipe, used: Recipe) -> dict[str, Any]:
    """The settings that the clips decided, by name."""
    return differing(asked.to_dict(), used.to_dict())
