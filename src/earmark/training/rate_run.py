"""The range test by itself: what a training would find, without the training."""

import dataclasses
from pathlib import Path

from earmark.datasets import Dataset
from earmark.errors import ConfigError
from earmark.training.as_used import recipes_as_used
from earmark.training.beginning import begin
from earmark.training.copies import guard
from earmark.training.find_rate import FoundRate, find_rate, write_rate
from earmark.training.interrupt import deferred_interrupt
from earmark.training.options import TrainOptions
from earmark.training.prepare import prepare
from earmark.training.run import checked_recipe
from earmark.training.splits import make_splits
from earmark.training.watcher import Watcher
from earmark.training.windows import Windows


def run_range_test(
    dataset: Dataset, options: TrainOptions, out: Path | None, watcher: Watcher | None = None
) -> FoundRate:
    """Find the rate on the training part of the first split; write it to `out` unless None."""
    watcher = watcher or Watcher()
    recipe = checked_recipe(dataset, options)
    if out is not None:
        _make(out)
    # nothing is scored here, so that a leak is no reason to stop
    dataset = guard(dataset, dataclasses.replace(options, allow_leak=True), recipe, watcher).dataset
    usual = recipe.rate
    recipe = dataclasses.replace(recipe, learning_rate="auto", usual_rate=usual)
    prepared = prepare(dataset, recipe, options, watcher)
    dataset = prepared.dataset
    split = make_splits(dataset, options, recipe)[0]
    used = recipes_as_used(prepared, [split], options, watcher)[0]
    prepared = dataclasses.replace(prepared, recipe=used)
    cut = dataclasses.replace(prepared.cut, step=None)
    training = Windows(prepared.store, split.train, dataset.targets[split.train], cut)
    classifier, augmented, settings = begin(prepared, training, options, watcher)
    with deferred_interrupt() as check:
        found = find_rate(classifier, augmented, recipe, settings, watcher, check, always=True)
    if out is not None:
        write_rate(out, found)
    return found


def _make(out: Path) -> None:
    """A folder that holds nothing yet."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        empty = not any(out.iterdir())
    except OSError as error:
        raise ConfigError(f"cannot make {out}: {error.strerror}; choose another --out") from error
    if not empty:
        raise ConfigError(f"{out} exists and is not empty: choose another folder by --out")
