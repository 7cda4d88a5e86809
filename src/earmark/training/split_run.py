"""One split: train, score its test part, save the model and everything about it."""

import dataclasses
import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from earmark.audio import load_audio
from earmark.datasets import Dataset, Split
from earmark.datasets.split import PARTS
from earmark.evaluation.cards import ClipCard
from earmark.evaluation.multilabel.scorecard import MultilabelScorecard
from earmark.evaluation.pictures import plot_confusion, plot_reliability
from earmark.evaluation.scorecard import Scorecard
from earmark.training.beginning import begin
from earmark.training.card_baselines import answers_of, learn, with_baseline_leak
from earmark.training.export import Trained, export
from earmark.training.familiar import familiarity_of, fit_familiarity
from earmark.training.find_rate import FoundRate
from earmark.training.fitting import fit_in
from earmark.training.from_features import example_noise
from earmark.training.judging import predict_logits
from earmark.training.loop import CHECKPOINT, Fit, LoopSettings
from earmark.training.model_card import model_card
from earmark.training.options import TrainOptions
from earmark.training.prepare import Prepared
from earmark.training.run_folder import (
    ANSWERS,
    MODEL,
    read_arrays,
    write_arrays,
    write_json,
)
from earmark.training.splits import both_parts, trains_again
from earmark.training.task import task_of
from earmark.training.watcher import Watcher
from earmark.training.windows import Cut, Windows

REFIT = "refit"  # the folder of the second training, where there is one


@dataclass(frozen=True)
class Result:
    """What a training gave."""

    out: Path
    card: ClipCard
    models: tuple[Path, ...]
    """The saved model, or one of each fold."""
    dataset: Dataset
    """The clips that could be read."""
    splits: tuple[Split, ...]
    """What was trained and scored on, one a model."""
    seconds: float
    interrupted: bool


def run_split(
    prepared: Prepared,
    split: Split,
    options: TrainOptions,
    out: Path,
    watcher: Watcher,
    leak: dict[str, Any] | None = None,
) -> Result:
    """Train on one split, score its test part, save the model.

    `leak` is what the score card says of test clips with copies in training.
    """
    dataset, recipe = prepared.dataset, prepared.recipe
    task = task_of(dataset, options.aggregate)
    description = describe(split, options) | ({"leak": leak} if leak else {})
    model_path = out / MODEL
    if (out / ANSWERS).exists() and (model_path / "config.json").exists():
        card = task.card(read_arrays(out / ANSWERS), dataset.classes, description)
        card = _with_leak(card, prepared, split, options)
        seconds = json.loads((out / "timing.json").read_text())["train_s"]
        watcher.message(f"{split.name}: done already")
        return Result(out, card, (model_path,), dataset, (split,), seconds, interrupted=False)

    one_by_one = dataclasses.replace(prepared.cut, step=None)

    def windows(part: NDArray[np.int64], cut: Cut = one_by_one) -> Windows:
        return Windows(prepared.store, part, dataset.targets[part], cut)

    training = windows(split.train)
    validation = windows(split.validation) if len(split.validation) else None
    watched = windows(split.test) if recipe.validate_on == "test" else validation
    learned, refit = both_parts(split), trains_again(split, recipe)
    name = f"{split.name}, to calibrate" if refit else split.name
    fitted, settings, found = fit_part(
        prepared, training, watched, name, options, out, watcher, shortened=refit
    )
    decided, held_out = task.undecided(), None
    if validation is not None:
        validation = windows(split.validation, prepared.cut)  # as clips will be answered
        logits = predict_logits(fitted.classifier, validation)
        decided = task.decide(logits, validation)
        held_out = task.held_out(logits, decided, validation, dataset)
    first = fitted.classifier
    refit = refit and not fitted.interrupted
    if refit:
        (out / REFIT).mkdir(exist_ok=True)
        watcher.message(
            f"{split.name}: validation has calibrated; training on its clips too, "
            f"{100 * len(split.validation) / len(learned):.0f} % of all"
        )
        name = f"{split.name}, all"
        again, _, _ = fit_part(
            prepared, windows(learned), None, name, options, out / REFIT, watcher, found.again()
        )
        if again.interrupted:
            fitted = dataclasses.replace(fitted, interrupted=True)
        else:
            fitted = dataclasses.replace(again, seconds=fitted.seconds + again.seconds)
    if fitted.interrupted:
        watcher.message("Stopping: what was learned so far is scored and saved (a few seconds)")
    else:
        watcher.message(
            f"{split.name}: the weights of epoch {fitted.epoch} of {len(fitted.history)} are "
            "kept; scoring and saving them"
        )

    learned_from = learned if refit else split.train
    familiar = fit_familiarity(
        fitted.classifier,
        windows(learned_from, prepared.cut),
        first,
        windows(split.train, prepared.cut),
        validation,
        dataset.groups,
        prepared.frontend,
        np.random.default_rng([options.seed, len(learned_from)]),
    )
    test = windows(split.test, prepared.cut)
    logits = predict_logits(fitted.classifier, test)
    answers = task.answers(logits, decided, test, dataset, learned_from)
    of_windows = familiarity_of(fitted.classifier, familiar.familiarity, test)
    answers |= task.familiar(of_windows, test)
    baselines = learn(prepared.cues, dataset, learned_from, seed=options.seed)
    answers |= answers_of(baselines, prepared.cues, split.test)
    card = task.card(answers, dataset.classes, description)
    card = _with_leak(card, prepared, split, options)
    trained = Trained(
        model=options.model,
        recipe=options.recipe,
        classifier=fitted.classifier,
        frontend=prepared.frontend,
        cut=prepared.cut,
        classes=dataset.classes,
        activation=task.activation,
        aggregate=task.aggregate,
        threshold=task.threshold(decided),
        temperature=decided.temperature,
        calibrated_on=0 if validation is None else len(validation),
        provenance={
            "dataset": dataset.root.resolve().name,
            "clips": {part: len(getattr(split, part)) for part in PARTS},
            "split": description,
            "recipe": recipe.to_dict(),
            "learning_rate": found.rate,
            "train_counts": dataset.subset(learned_from).class_counts,
            "refit": refit,
            "epochs": fitted.epoch,
            "batch_size": settings.batch_size,
            "precision": "bfloat16" if settings.bfloat16 else "float32",
            "torch": torch.__version__,
            **({} if decided.thresholds is None else {"thresholds": dict(decided.thresholds)}),
        },
        scorecard=card.to_dict(),
        card="",
        baselines={} if baselines is None else baselines.to_arrays(),
        clips=[
            (prepared.store.digests[int(index)] or "", part)
            for part in PARTS
            for index in getattr(split, part)
        ],
        familiar=familiar,
        held_out=held_out,
    )
    trained = dataclasses.replace(trained, card=model_card(trained, card, options.seed))
    export(trained, _example(prepared, split, options.seed), model_path)
    write_card(out, card, title=split.name)
    names = [dataset.clips[int(index)].name for index in split.test]
    task.write_predictions(names, answers, dataset.classes, out / "predictions.csv")
    write_json(out / "timing.json", {"train_s": fitted.seconds})
    if not fitted.interrupted:
        write_arrays(out / ANSWERS, answers)
        for place in (out, out / REFIT):
            (place / CHECKPOINT).unlink(missing_ok=True)
    return Result(out, card, (model_path,), dataset, (split,), fitted.seconds, fitted.interrupted)


def fit_part(
    prepared: Prepared,
    training: Windows,
    validation: Windows | None,
    name: str,
    options: TrainOptions,
    out: Path,
    watcher: Watcher,
    found: FoundRate | None = None,
    *,
    shortened: bool = False,
) -> tuple[Fit, LoopSettings, FoundRate]:
    """Train on windows in the folder `out`, going on from what is there.

    `found` is the learning rate of a training before this one, which is taken again; a `shortened`
    training has half the epochs.
    """
    classifier, augmented, settings = begin(prepared, training, options, watcher)
    recipe = prepared.recipe
    fitted, found = fit_in(
        out,
        classifier,
        augmented,
        validation,
        recipe,
        settings,
        name,
        watcher,
        found,
        shortened=shortened,
    )
    return fitted, settings, found


def write_card(out: Path, card: ClipCard, title: str) -> None:
    write_json(out / "scorecard.json", card.to_dict())
    if isinstance(card, Scorecard):  # several labels are not confused one for another
        matrix, path = card.clip.matrix, out / "confusion.png"
        plot_confusion(matrix, card.classes, path, title=f"Clips, {title}")
    bins, names = card.clip.reliability, {}
    if isinstance(card, MultilabelScorecard):
        bins = card.by_aggregate["mean"].reliability  # normalised sums are no probabilities
        names = {"confidence": "Score of a label", "right": "Share of clips that have it"}
    plot_reliability(bins, out / "reliability.png", title=f"Calibration, {title}", **names)


def _with_leak(card: ClipCard, prepared: Prepared, split: Split, options: TrainOptions) -> ClipCard:
    """One split tells what a random one would claim of the baseline; of folds the pooled card."""
    if split.name != "holdout":
        return card
    return with_baseline_leak(card, prepared, [split], options)


def describe(split: Split, options: TrainOptions) -> dict[str, Any]:
    return {
        "kind": "holdout" if split.name == "holdout" else split.name.split(" ")[0],
        "name": split.name,
        "description": "; ".join(filter(None, (split.description, options.note))),
        "seed": options.seed,
        "clips": {part: len(getattr(split, part)) for part in PARTS},
    }


def _example(prepared: Prepared, split: Split, seed: int) -> NDArray[np.float32]:
    """Real sound for the golden values: two windows of a clip that was held out.

    Where the features were read and there is no sound, noise stands for it.
    """
    clip, frontend = prepared.dataset.clips[int(split.test[0])], prepared.frontend
    if prepared.dataset.features is not None:
        return example_noise(frontend, prepared.cut.frames, seed)
    wanted_s = 2 * frontend.window_samples(prepared.cut.frames) / frontend.rate_hz
    offset_s = min(clip.onset_s + wanted_s, math.inf if clip.offset_s is None else clip.offset_s)
    samples, _ = load_audio(clip.path, frontend.rate_hz, onset_s=clip.onset_s, offset_s=offset_s)
    return samples
