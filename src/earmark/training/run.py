"""From a dataset to a run folder: features, splits, one training a split, one score card."""

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from safetensors import SafetensorError

import earmark
from earmark.datasets import Dataset, Split
from earmark.datasets.random_split import random_twins, require_groups
from earmark.errors import ConfigError
from earmark.evaluation.cards import main_figure, pool_cards, scored_count
from earmark.evaluation.terminal import percent
from earmark.features import FRONTENDS
from earmark.models import Recipe
from earmark.models.network import find_recipe
from earmark.training.as_used import decided, recipes_as_used
from earmark.training.card_baselines import with_baseline_leak, with_cues
from earmark.training.copies import Guarded, empty_folder_goes, guard, keep_audit, pooled
from earmark.training.from_features import with_features_of
from earmark.training.label_errors import tell_label_errors
from earmark.training.leak import is_measured, with_leak
from earmark.training.options import TrainOptions
from earmark.training.prepare import Prepared, prepare
from earmark.training.run_folder import RUN, keep_split, open_run, split_folder, write_json
from earmark.training.run_settings import run_settings
from earmark.training.split_run import Result, run_split, write_card
from earmark.training.splits import make_splits
from earmark.training.task import task_of
from earmark.training.tensorboard import TensorBoard
from earmark.training.variants import with_variants
from earmark.training.watcher import Watcher


def run_training(
    dataset: Dataset,
    options: TrainOptions,
    out: Path,
    watcher: Watcher | None = None,
    guarded: Guarded | None = None,
) -> Result:
    """Train on a dataset and write everything about it to the folder `out`.

    `guarded` is what `guard` made of the dataset, where it was done for several trainings at once.
    """
    watcher = TensorBoard(watcher or Watcher())
    recipe = checked_recipe(dataset, options)
    settings = _settings(dataset, options, recipe)
    open_run(out, settings, resume=options.resume)
    with empty_folder_goes(out):
        guarded = guarded or guard(dataset, options, recipe, watcher)
    try:
        return _run_all(guarded, settings, recipe, options, out, watcher)
    except (OSError, SafetensorError) as error:
        raise cannot_write(out, error) from error


def checked_recipe(dataset: Dataset, options: TrainOptions) -> Recipe:
    """The recipe as `options` and the dataset have it.

    What cannot work is told here, before hours of extraction and before a folder is made.
    """
    recipe = options.overrides.apply(find_recipe(options.model, options.recipe))
    recipe = with_features_of(recipe, dataset, options.overrides)
    task_of(dataset, options.aggregate)
    if dataset.multilabel:
        recipe = dataclasses.replace(recipe, loss="binary")
    recipe = with_variants(recipe, dataset, options.background)
    FRONTENDS[recipe.frontend]
    dataset.check_trainable()
    splits = make_splits(dataset, options, recipe)
    if options.leak:
        require_groups(dataset)
        random_twins(dataset, splits, seed=options.seed)
    return recipe


def cannot_write(out: Path, error: Exception) -> ConfigError:
    """Most often a full disk; everything that a run needs is written whole or not at all."""
    why = getattr(error, "strerror", None) or str(error)
    return ConfigError(
        f"cannot write the run {out}: {why}. What is finished is kept: make room, then go on by "
        f"the same command with --out {out} --resume"
    )


def _run_all(
    guarded: Guarded,
    settings: dict[str, Any],
    recipe: Recipe,
    options: TrainOptions,
    out: Path,
    watcher: Watcher,
) -> Result:
    """Features, then all trainings, then what random splits would claim, where that is asked."""
    keep_audit(guarded, out)
    prepared = prepare(guarded.dataset, recipe, options, watcher)
    prepared = with_cues(prepared, options, watcher)
    dataset = prepared.dataset
    splits = make_splits(dataset, options, recipe)
    used = recipes_as_used(prepared, splits, options, watcher)
    _write_run(out, dataset, settings, options.command, prepared, splits, used)
    leaks = [guarded.leak(dataset, split) for split in splits]
    result = _train_all(prepared, splits, used, leaks, options, out, watcher)
    if not result.interrupted and (options.leak or is_measured(out, len(splits))):
        result = with_leak(result, prepared, options, out, watcher)
    return result


def _train_all(
    prepared: Prepared,
    splits: Sequence[Split],
    used: Sequence[Recipe],
    leaks: Sequence[dict[str, Any] | None],
    options: TrainOptions,
    out: Path,
    watcher: Watcher,
) -> Result:
    """One training a split, then all of them as one score card."""
    dataset, results = prepared.dataset, []
    for split, recipe_used, leak in zip(splits, used, leaks, strict=True):
        place = split_folder(out, split.name, len(splits))
        keep_split(place, dataset, split, prepared.store.digests)
        results.append(
            run_split(
                dataclasses.replace(prepared, recipe=recipe_used),
                split,
                options,
                place,
                watcher,
                leak,
            )
        )
        if results[-1].interrupted:
            break
        if len(splits) > 1:
            figure, band = main_figure(results[-1].card)
            scored = scored_count(results[-1].card)
            watcher.message(f"{split.name}: {figure} {percent(band)} on {scored}")
    if len(splits) == 1:
        return results[0]
    names = [split.name for split in splits[: len(results)]]
    cards = dict(zip(names, [result.card for result in results], strict=True))
    description = {
        "kind": "folds",
        "description": splits[0].description.split("; train/validation/test")[0],
        "seed": options.seed,
        "folds": names,
    }
    if leak := pooled(leaks[: len(results)]):
        description["leak"] = leak
    card = pool_cards(cards, description) if len(cards) > 1 else results[0].card
    if len(cards) == len(splits):
        card = with_baseline_leak(card, prepared, splits, options)
    write_card(out, card, title=f"{len(cards)} folds pooled")
    if not results[-1].interrupted:
        tell_label_errors(out, watcher)
    return Result(
        out=out,
        card=card,
        models=tuple(path for result in results for path in result.models),
        dataset=dataset,
        splits=tuple(splits[: len(results)]),
        seconds=sum(result.seconds for result in results),
        interrupted=results[-1].interrupted,
    )


def _settings(dataset: Dataset, options: TrainOptions, recipe: Recipe) -> dict[str, Any]:
    """What must be the same when a run goes on."""
    more = {"aggregate": options.aggregate} if dataset.multilabel else {}
    return run_settings(dataset.root, dataset.group_source, options, recipe, **more)


def _write_run(
    out: Path,
    dataset: Dataset,
    settings: dict[str, Any],
    command: str,
    prepared: Prepared,
    splits: Sequence[Split],
    used: Sequence[Recipe],
) -> None:
    write_json(
        out / RUN,
        {
            "earmark": earmark.__version__,
            "command": command,
            "settings": settings,
            "clips": len(dataset),
            "classes": dataset.class_counts,
            "frontend": prepared.frontend.settings(),
            "window_s": prepared.cut.frames / prepared.frontend.frames_per_s,
            "splits": [
                {
                    "name": split.name,
                    "description": split.description,
                    "recipe": decided(prepared.recipe, recipe),
                }
                for split, recipe in zip(splits, used, strict=True)
            ],
            "problems": [dataclasses.asdict(problem) for problem in dataset.problems],
        },
    )
