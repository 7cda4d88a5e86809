"""One training in a folder: its learning rate, then the loop; it goes on with what is there."""

import dataclasses
from pathlib import Path

from earmark.evaluation.pictures import plot_curves
from earmark.models.graph import FeatureClassifier
from earmark.models.recipe import Recipe
from earmark.training.batches import epoch_batches
from earmark.training.find_rate import FoundRate, find_rate, read_rate, write_rate
from earmark.training.interrupt import deferred_interrupt
from earmark.training.lessons import Examination, Lessons
from earmark.training.loop import Fit, LoopSettings, fit
from earmark.training.run_folder import write_history
from earmark.training.watcher import Watcher


def fit_in(
    out: Path,
    classifier: FeatureClassifier,
    lessons: Lessons,
    validation: Examination | None,
    recipe: Recipe,
    settings: LoopSettings,
    name: str,
    watcher: Watcher,
    found: FoundRate | None = None,
    *,
    shortened: bool = False,
    figure: str = "accuracy",
) -> tuple[Fit, FoundRate]:
    """Train `classifier`; `found` is the learning rate of a training before, taken again.

    A `shortened` training has half the epochs. `figure` is what accuracy is called, for people.
    """
    steps = len(epoch_batches(lessons, settings.seed, 0, settings.batch_size))
    with deferred_interrupt() as check:
        found = found or read_rate(out)
        if found is None:
            found = find_rate(classifier, lessons, recipe, settings, watcher, check)
            write_rate(out, found)
            if found.how != "given":
                watcher.message(f"{name}: {found.line}")
        recipe = dataclasses.replace(recipe, learning_rate=found.rate)
        if shortened:
            settings = dataclasses.replace(settings, epochs=-(-settings.epochs // 2))
        watcher.figure(figure)
        watcher.run(name, out, settings.epochs, steps)
        try:
            fitted = fit(classifier, lessons, validation, recipe, settings, out, watcher, check)
        finally:
            watcher.end_run()
    write_rate(out, found, fitted.halvings, gave_up=fitted.gave_up)
    fitted = dataclasses.replace(fitted, seconds=fitted.seconds + found.seconds)
    write_history(out, fitted.history)
    plot_curves(fitted.history, out / "curves.png", kept_epoch=fitted.epoch, called=figure)
    return fitted, found
