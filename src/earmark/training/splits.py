"""The splits of a training."""

from earmark.datasets import Dataset, Split, folds, holdout
from earmark.models import Recipe
from earmark.training.options import TrainOptions


def make_splits(dataset: Dataset, options: TrainOptions, recipe: Recipe) -> list[Split]:
    """The splits that `options` ask for."""
    validation = 0.0 if recipe.validate_on == "test" else options.validation
    if options.folds is None:
        return [holdout(dataset, seed=options.seed, test=options.test, validation=validation)]
    count = None if options.folds == "auto" else options.folds
    return folds(dataset, count, seed=options.seed, validation=validation)
