"""From a dataset to a run folder: features, splits, one training a split, the score card."""

import dataclasses
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError

import earmark
from earmark.audio import load_audio
from earmark.datasets import Dataset, Problem, Split, folds, holdout
from earmark.datasets.extraction import dataset_features
from earmark.datasets.words import examples
from earmark.errors import ConfigError
from earmark.evaluation import calibration
from earmark.evaluation.aggregate import clip_probabilities
from earmark.evaluation.pictures import plot_confusion, plot_curves
from earmark.evaluation.predictions import prediction_rows, write_predictions
from earmark.evaluation.render import counted, percent
from earmark.evaluation.scorecard import Scorecard, pool, score
from earmark.features import FRONTENDS, Frontend
from earmark.features.extract import FeatureStore
from earmark.models import Recipe, create_model
from earmark.models.graph import FeatureClassifier, relative_level
from earmark.models.network import find_recipe
from earmark.training import model_card
from earmark.training.export import Trained, export
from earmark.training.loop import (
    Fit,
    LoopSettings,
    fit,
    predict_logits,
    processor_has_bfloat16,
)
from earmark.training.options import TrainOptions
from earmark.training.plan import choose_batch_size, choose_cut, choose_epochs, choose_frontend
from earmark.training.run_folder import (
    ANSWERS,
    RUN,
    keep_split,
    open_run,
    read_arrays,
    write_arrays,
    write_history,
    write_json,
)
from earmark.training.tensorboard import TensorBoard
from earmark.training.watcher import Watcher
from earmark.training.windows import AugmentedWindows, Cut, Windows

MODEL = "model"  # the saved model's folder inside a run
MOST_TOLD = 5  # unreadable clips told one by one


@dataclass(frozen=True)
class Prepared:
    """A dataset with its features, and how they are cut."""

    dataset: Dataset
    store: FeatureStore
    frontend: Frontend
    cut: Cut
    recipe: Recipe


@dataclass(frozen=True)
class Result:
    """What a training gave."""

    out: Path
    card: Scorecard
    models: tuple[Path, ...]
    """The saved model, or one of each fold."""
    problems: tuple[Problem, ...]
    seconds: float
    interrupted: bool


def run_training(
    dataset: Dataset, options: TrainOptions, out: Path, watcher: Watcher | None = None
) -> Result:
    """Train on a dataset and write everything about it to the folder `out`."""
    watcher = TensorBoard(watcher or Watcher())
    recipe = options.overrides.apply(find_recipe(options.model, options.recipe))
    # What cannot work is told before hours of extraction, and before a folder is made.
    FRONTENDS[recipe.frontend]
    dataset.check_trainable()
    _splits(dataset, options)
    open_run(out, _settings(dataset, options, recipe), resume=options.resume)
    try:
        return _run_all(dataset, recipe, options, out, watcher)
    except (OSError, SafetensorError) as error:
        raise _cannot_write(out, error) from error


def _cannot_write(out: Path, error: Exception) -> ConfigError:
    """Most often a full disk; everything that a run needs is written whole or not at all."""
    why = getattr(error, "strerror", None) or str(error)
    return ConfigError(
        f"cannot write the run {out}: {why}. What is finished is kept: make room, then go on by "
        f"the same command with --out {out} --resume"
    )


def _run_all(
    dataset: Dataset, recipe: Recipe, options: TrainOptions, out: Path, watcher: Watcher
) -> Result:
    """Features, then one training a split, then all of them as one score card."""
    prepared = prepare(dataset, recipe, options, watcher)
    dataset = prepared.dataset
    splits = _splits(dataset, options)
    _write_run(out, dataset, options, prepared, splits)
    results = []
    for split in splits:
        place = out if len(splits) == 1 else out / split.name.split(" (")[0].replace(" ", "-")
        place.mkdir(exist_ok=True)
        keep_split(place, dataset, split, prepared.store.digests)
        results.append(_run_split(prepared, split, options, place, watcher))
        if results[-1].interrupted:
            break
        if len(splits) > 1:
            clip = results[-1].card.clip
            accuracy = percent(clip.intervals["accuracy"])
            watcher.message(f"{split.name}: accuracy {accuracy} on {counted(clip.count, 'clip')}")
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
    card = pool(cards, description) if len(cards) > 1 else results[0].card
    _write_card(out, card, title=f"{len(cards)} folds pooled")
    return Result(
        out=out,
        card=card,
        models=tuple(path for result in results for path in result.models),
        problems=dataset.problems,
        seconds=sum(result.seconds for result in results),
        interrupted=results[-1].interrupted,
    )


def prepare(dataset: Dataset, recipe: Recipe, options: TrainOptions, watcher: Watcher) -> Prepared:
    """Features of all clips, from the cache where they are there; clips that fail are reported."""
    frontend = choose_frontend(recipe, dataset.clips, options.overrides.rate_hz)
    kept, store = dataset_features(
        dataset,
        frontend,
        cache_dir=options.cache_dir,
        workers=options.workers,
        progress=watcher.extracting,
    )
    failed = kept.problems[len(dataset.problems) :]
    if failed:
        watcher.message(f"{len(failed)} of {len(dataset)} clips cannot be read and are left out:")
        for problem in failed[:MOST_TOLD]:
            watcher.message(f"  {problem.detail}")
        if len(failed) > MOST_TOLD:
            watcher.message(f"  ... and {len(failed) - MOST_TOLD} more, all of them in {RUN}")
        lost = sorted(set(dataset.classes) - set(kept.classes))
        if lost:
            watcher.message(f"without a readable clip, so no class of the model: {examples(lost)}")
        kept.check_trainable()
    frames = np.array([len(store[index]) for index in range(len(store))], np.int64)
    return Prepared(kept, store, frontend, choose_cut(recipe, frontend, frames), recipe)


def _splits(dataset: Dataset, options: TrainOptions) -> list[Split]:
    if options.folds is None:
        return [
            holdout(dataset, seed=options.seed, test=options.test, validation=options.validation)
        ]
    count = None if options.folds == "auto" else options.folds
    return folds(dataset, count, seed=options.seed, validation=options.validation)


def _run_split(
    prepared: Prepared, split: Split, options: TrainOptions, out: Path, watcher: Watcher
) -> Result:
    """Train on one split, score its test part, save the model."""
    dataset, recipe = prepared.dataset, prepared.recipe
    description = _describe(split, options)
    model_path = out / MODEL
    if (out / ANSWERS).exists() and (model_path / "config.json").exists():
        card = _card_from(read_arrays(out / ANSWERS), dataset.classes, description)
        seconds = json.loads((out / "timing.json").read_text())["train_s"]
        watcher.message(f"{split.name}: done already")
        return Result(out, card, (model_path,), dataset.problems, seconds, interrupted=False)

    def windows(part: NDArray[np.int64]) -> Windows:
        return Windows(prepared.store, part, dataset.targets[part], prepared.cut)

    training = windows(split.train)
    validation = windows(split.validation) if len(split.validation) else None
    fitted, settings = _fit(prepared, training, validation, split, options, out, watcher)
    if fitted.interrupted:
        watcher.message("Stopping: what was learned so far is scored and saved (a few seconds)")
    else:
        watcher.message(
            f"{split.name}: the weights of epoch {fitted.epoch} of {len(fitted.history)} are "
            "kept; scoring and saving them"
        )

    temperature = 1.0
    if validation is not None:
        logits = predict_logits(fitted.classifier, validation)
        temperature = calibration.fit_temperature(logits, validation.targets)
    test = windows(split.test)
    probabilities = calibration.softmax(predict_logits(fitted.classifier, test), temperature)
    answers = {
        "targets": test.clip_targets,
        "probabilities": clip_probabilities(probabilities, test.clip_of, len(test.clips)),
        "groups": dataset.groups[split.test],
        "window_targets": test.targets,
        "window_probabilities": probabilities,
        "window_groups": dataset.groups[split.test][test.clip_of],
        "train_targets": dataset.targets[split.train],
    }
    card = _card_from(answers, dataset.classes, description)
    trained = Trained(
        model=options.model,
        recipe=options.recipe,
        classifier=fitted.classifier,
        frontend=prepared.frontend,
        cut=prepared.cut,
        classes=dataset.classes,
        temperature=temperature,
        calibrated_on=0 if validation is None else len(validation),
        provenance={
            "dataset": dataset.root.name,
            "clips": {part: len(getattr(split, part)) for part in ("train", "validation", "test")},
            "split": description,
            "recipe": recipe.to_dict(),
            "train_counts": dataset.subset(split.train).class_counts,
            "epochs": fitted.epoch,
            "batch_size": settings.batch_size,
            "precision": "bfloat16" if settings.bfloat16 else "float32",
            "torch": torch.__version__,
        },
        scorecard=card.to_dict(),
        card="",
        clips=[
            (prepared.store.digests[int(index)] or "", part)
            for part in ("train", "validation", "test")
            for index in getattr(split, part)
        ],
    )
    trained = dataclasses.replace(trained, card=_model_card(trained, card, options))
    export(trained, _example(prepared, split), model_path)
    _write_card(out, card, title=split.name)
    names = [dataset.clips[int(index)].name for index in split.test]
    rows = prediction_rows(
        names, answers["targets"], answers["probabilities"], answers["groups"], dataset.classes
    )
    write_predictions(rows, out / "predictions.csv")
    write_json(out / "timing.json", {"train_s": fitted.seconds})
    if not fitted.interrupted:
        write_arrays(out / ANSWERS, answers)
        (out / "checkpoint.safetensors").unlink(missing_ok=True)
    return Result(out, card, (model_path,), dataset.problems, fitted.seconds, fitted.interrupted)


def _fit(
    prepared: Prepared,
    training: Windows,
    validation: Windows | None,
    split: Split,
    options: TrainOptions,
    out: Path,
    watcher: Watcher,
) -> tuple[Fit, LoopSettings]:
    recipe, classes = prepared.recipe, len(prepared.dataset.classes)
    epochs = recipe.epochs or choose_epochs(len(training))
    batch_size = recipe.batch_size or choose_batch_size(len(training))
    bfloat16 = options.precision == "bfloat16" or (
        options.precision == "auto" and recipe.name != "seed" and processor_has_bfloat16()
    )
    settings = LoopSettings(epochs, batch_size, options.seed, bfloat16, options.checkpoint_every_s)
    bins = prepared.frontend.bins
    range_db = recipe.range_db if prepared.frontend.decibels else None
    mean, deviation = np.zeros(bins, np.float32), np.ones(bins, np.float32)
    if recipe.standardise:
        mean, deviation = moments(training, range_db)
    torch.manual_seed(options.seed)  # the weights' first values
    network = create_model(
        options.model, classes, options.recipe, frames=prepared.cut.frames, bins=bins
    )
    classifier = FeatureClassifier(network, mean, deviation, range_db)
    augmented = AugmentedWindows(training, classes, recipe.augmentation, options.seed)
    steps = -(-len(training.epoch_order(options.seed, 0)) // batch_size)
    watcher.run(split.name, out, epochs, steps)
    try:
        fitted = fit(classifier, augmented, validation, recipe, settings, out, watcher)
    finally:
        watcher.end_run()
    write_history(out, fitted.history)
    plot_curves(fitted.history, out / "curves.png")
    return fitted, settings


def moments(
    windows: Windows, range_db: float | None
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Mean and deviation (bins,) of each bin over windows; a bin that never changes gets 1."""
    count, total, squares = 0, 0.0, 0.0
    for index in range(len(windows)):
        features = torch.from_numpy(windows[index])
        if range_db is not None:
            features = relative_level(features[None], range_db)[0]
        rows = features.numpy().astype(np.float64)
        count += len(rows)
        total = total + rows.sum(axis=0)
        squares = squares + np.square(rows).sum(axis=0)
    mean = np.asarray(total / count)
    variance = np.maximum(squares / count - mean**2, 0)
    deviation = np.where(variance > 1e-8, np.sqrt(variance), 1.0)
    return mean.astype(np.float32), deviation.astype(np.float32)


def _card_from(
    answers: dict[str, NDArray[Any]], classes: tuple[str, ...], split: dict[str, Any]
) -> Scorecard:
    return score(classes=classes, split=split, **answers)  # type: ignore[arg-type]


def _write_card(out: Path, card: Scorecard, title: str) -> None:
    write_json(out / "scorecard.json", card.to_dict())
    plot_confusion(card.clip.matrix, card.classes, out / "confusion.png", title=f"Clips, {title}")


def _describe(split: Split, options: TrainOptions) -> dict[str, Any]:
    return {
        "kind": "holdout" if split.name == "holdout" else "fold",
        "name": split.name,
        "description": split.description,
        "seed": options.seed,
        "clips": {part: len(getattr(split, part)) for part in ("train", "validation", "test")},
    }


def _example(prepared: Prepared, split: Split) -> NDArray[np.float32]:
    """Real sound for the golden values: two windows of a clip that was held out."""
    clip, frontend = prepared.dataset.clips[int(split.test[0])], prepared.frontend
    wanted_s = 2 * frontend.window_samples(prepared.cut.frames) / frontend.rate_hz
    offset_s = min(clip.onset_s + wanted_s, math.inf if clip.offset_s is None else clip.offset_s)
    samples, _ = load_audio(clip.path, frontend.rate_hz, onset_s=clip.onset_s, offset_s=offset_s)
    return samples


def _model_card(trained: Trained, card: Scorecard, options: TrainOptions) -> str:
    calibrated = (
        f"Probabilities are calibrated on {trained.calibrated_on} validation windows "
        f"(temperature {trained.temperature:.2f})."
        if trained.calibrated_on
        else "Probabilities are not calibrated."
    )
    frontend = trained.frontend
    return model_card.TEMPLATE.format(
        title=f"{trained.provenance['dataset']}: {trained.model}",
        version=earmark.__version__,
        count=len(trained.classes),
        classes=", ".join(trained.classes),
        score=model_card.score_table(card),
        split=card.split["description"],
        calibration=calibrated,
        folder=MODEL,
        samples=frontend.window_samples(trained.cut.frames),
        rate_hz=frontend.rate_hz,
        model=trained.model,
        recipe=trained.recipe,
        parameters=sum(weight.numel() for weight in trained.classifier.network.parameters()),
        frontend=frontend.name,
        window_s=trained.cut.frames / frontend.frames_per_s,
        train=trained.provenance["clips"]["train"],
        dataset=trained.provenance["dataset"],
        seed=options.seed,
    )


def _settings(dataset: Dataset, options: TrainOptions, recipe: Recipe) -> dict[str, Any]:
    """What must be the same when a run goes on."""
    settings = {
        "dataset": str(dataset.root.resolve()),
        "groups": dataset.group_source,
        "model": options.model,
        "recipe": recipe.to_dict(),
        "rate_hz": options.overrides.rate_hz,
        "seed": options.seed,
        "folds": options.folds,
        "test": options.test,
        "validation": options.validation,
        "precision": options.precision,
    }
    plain: dict[str, Any] = json.loads(json.dumps(settings))  # as it will be read back
    return plain


def _write_run(
    out: Path, dataset: Dataset, options: TrainOptions, prepared: Prepared, splits: Sequence[Split]
) -> None:
    write_json(
        out / RUN,
        {
            "earmark": earmark.__version__,
            "settings": _settings(dataset, options, prepared.recipe),
            "clips": len(dataset),
            "classes": dataset.class_counts,
            "frontend": prepared.frontend.settings(),
            "window_s": prepared.cut.frames / prepared.frontend.frames_per_s,
            "splits": [{"name": split.name, "description": split.description} for split in splits],
            "problems": [dataclasses.asdict(problem) for problem in dataset.problems],
        },
    )
