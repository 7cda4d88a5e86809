"""The splits of a training."""

import numpy as np
from numpy.typing import NDArray

from earmark.datasets import Dataset, Split, folds, holdout
from earmark.errors import ConfigError
from earmark.models import Recipe
from earmark.training.options import TrainOptions


def make_splits(dataset: Dataset, options: TrainOptions, recipe: Recipe) -> list[Split]:
    """The splits that `options` ask for."""
    validation = 0.0 if recipe.validate_on == "test" else options.validation
    if options.folds is None:
        return [holdout(dataset, seed=options.seed, test=options.test, validation=validation)]
    count = None if options.folds == "auto" else options.folds
    found = folds(dataset, count, seed=options.seed, validation=validation)
    if options.only_fold is None:
        return found
    if options.only_fold > len(found):
        raise ConfigError(f"only_fold must be from 1 to {len(found)}, got {options.only_fold}")
    return [found[options.only_fold - 1]]


def both_parts(split: Split) -> NDArray[np.int64]:
    """The clips of the training and the validation part, rising."""
    return np.sort(np.concatenate([split.train, split.validation]))


def trains_again(split: Split, recipe: Recipe) -> bool:
    """Whether a second training learns from the validation clips too: they are too many to lose."""
    return len(split.validation) > recipe.refit_above * len(both_parts(split))


def learned_clips(split: Split, recipe: Recipe) -> NDArray[np.int64]:
    """What the saved network learns from."""
    return both_parts(split) if trains_again(split, recipe) else split.train
