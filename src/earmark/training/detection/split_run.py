"""One split of a detector: train, choose how scores become events, score, save."""

import dataclasses
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from earmark.audio import load_audio
from earmark.datasets.split import PARTS
from earmark.evaluation.events import EventScorecard
from earmark.evaluation.events.baselines import most_frequent
from earmark.evaluation.events.decoding import Settings, choose
from earmark.evaluation.events.decoding.settings import Threshold
from earmark.models.detector import create_detector
from earmark.models.graph import FeatureClassifier
from earmark.saved import Detection
from earmark.training.detection.cut import as_cut
from earmark.training.detection.described import (
    dataset_name,
    describe,
    learned_counts,
    sources_of,
)
from earmark.training.detection.examination import SceneExamination
from earmark.training.detection.held_out import bank_of, test_banks, test_part, validation_part
from earmark.training.detection.lessons import Material, SceneLessons
from earmark.training.detection.model_card import model_card
from earmark.training.detection.options import DetectOptions
from earmark.training.detection.parts import Parts
from earmark.training.detection.prepare import Ready
from earmark.training.detection.recording import Recording
from earmark.training.detection.scenes import draw
from earmark.training.detection.scoring import SETTINGS, Scored, score, write_card
from earmark.training.detection.tracks import tracks_of
from earmark.training.export import Trained, export
from earmark.training.fitting import fit_in
from earmark.training.loop import CHECKPOINT, LoopSettings, processor_has_bfloat16
from earmark.training.prepare import moments
from earmark.training.run_folder import (
    ANSWERS,
    MODEL,
    read_arrays,
    write_arrays,
    write_json,
)
from earmark.training.watcher import Watcher

FOR_MOMENTS = 128  # windows whose bins give the mean and deviation of all
FIGURE = "frame F1"  # told while it runs, see `skill`
LOOP_EPOCHS, BATCH = 40, 16  # where the recipe has none


@dataclass(frozen=True)
class SplitResult:
    """What one split gave."""

    scored: Scored
    card: EventScorecard
    model: Path
    seconds: float
    interrupted: bool


def run_split(
    ready: Ready,
    parts: Parts,
    options: DetectOptions,
    out: Path,
    watcher: Watcher,
    leak: dict[str, Any] | None = None,
) -> SplitResult:
    """Train on one split, score its test part, save the model."""
    hop_s = ready.cut.per_score * ready.frontend.hop / ready.frontend.rate_hz
    tested, told = test_part(ready, parts, options)
    split = describe(parts, ready, options, told) | ({"leak": leak} if leak else {})
    model_path = out / MODEL
    frequent = most_frequent(learned_counts(ready, parts))
    if (out / ANSWERS).exists() and (model_path / "config.json").exists():
        settings = Settings.from_dict(json.loads((out / SETTINGS).read_text(encoding="utf-8")))
        scored = Scored(tuple(tested), read_arrays(out / ANSWERS), settings, hop_s, frequent)
        seconds = json.loads((out / "timing.json").read_text())["train_s"]
        watcher.message(f"{parts.name}: done already")
        card = score(scored, ready.classes, split)
        return SplitResult(scored, card, model_path, seconds, interrupted=False)
    lessons, examination, classifier, settings_of_loop, watched = begin(ready, parts, options)
    recipe = dataclasses.replace(ready.recipe, epochs=settings_of_loop.epochs)
    fitted, found = fit_in(
        out,
        classifier,
        lessons,
        examination,
        recipe,
        settings_of_loop,
        parts.name,
        watcher,
        figure=FIGURE,
    )
    network = fitted.classifier
    told_end = "Stopping: what was learned so far" if fitted.interrupted else "what was learned"
    watcher.message(f"{parts.name}: {told_end} is scored and saved")
    temperature = examination.fit_temperature(network) if examination else 1.0
    chosen = Settings({label: Threshold() for label in ready.classes})
    if watched:
        tracks = tracks_of(network, watched, ready.cut, temperature)
        truth = {recording.name: recording.events for recording in watched}
        chosen = choose(tracks, truth, hop_s, ready.classes)
    tracks = tracks_of(network, tested, ready.cut, temperature)
    scored = Scored(tuple(tested), tracks, chosen, hop_s, frequent)
    card = score(scored, ready.classes, split)
    learned = sources_of(ready, parts)
    trained = Trained(
        model=options.train.model,
        recipe=options.train.recipe,
        classifier=network,
        frontend=ready.frontend,
        cut=as_cut(ready.cut, ready.frontend),
        classes=ready.classes,
        activation="sigmoid",
        aggregate="mean",
        threshold=None,
        temperature=temperature,
        calibrated_on=len(examination) if examination else 0,
        provenance={
            "dataset": dataset_name(ready),
            "clips": {part: len(learned[part]) for part in PARTS},
            "split": split,
            "recipe": recipe.to_dict(),
            "scenes": options.scenes.to_dict() if ready.bank is not None else None,
            "scenes_per_epoch": lessons.material.scenes,
            "learning_rate": found.rate,
            "train_counts": learned_counts(ready, parts),
            "epochs": fitted.epoch,
            "batch_size": settings_of_loop.batch_size,
            "precision": "bfloat16" if settings_of_loop.bfloat16 else "float32",
            "torch": torch.__version__,
        },
        scorecard=card.to_dict(),
        card="",
        baselines={},
        clips=[(digest, part) for part in PARTS for digest in learned[part]],
        detection=Detection(frames_per_score=ready.cut.per_score, settings=chosen.to_dict()),
    )
    trained = dataclasses.replace(trained, card=model_card(trained, card, options.train.seed))
    export(trained, _example(ready, parts, options), model_path)
    write_card(out, scored, card)
    write_json(out / "timing.json", {"train_s": fitted.seconds})
    if not fitted.interrupted:
        write_arrays(out / ANSWERS, tracks)
        (out / CHECKPOINT).unlink(missing_ok=True)
    return SplitResult(scored, card, model_path, fitted.seconds, fitted.interrupted)


def begin(
    ready: Ready, parts: Parts, options: DetectOptions
) -> tuple[SceneLessons, SceneExamination | None, FeatureClassifier, LoopSettings, list[Recording]]:
    """All that the loop is given, and the recordings that validate; the same for the same seed."""
    train, recipe, kind = options.train, ready.recipe, ready.kind
    bank = bank_of(ready, parts, "train")
    weak = [ready.weak[name] for name in parts.clips_of("train", ready.clips) if name in ready.weak]
    material = Material(
        classes=ready.classes,
        frontend=ready.frontend,
        bank=bank,
        settings=options.scenes,
        scenes=0 if bank is None else options.scenes_of(len(bank)),
        recordings=ready.recorded(parts.recordings_of("train")) if ready.recordings else (),
        weak=weak,
        backgrounds=ready.backgrounds,
    )
    bfloat16 = train.precision == "bfloat16" or (
        train.precision == "auto" and kind.half_precision and processor_has_bfloat16()
    )
    settings = LoopSettings(
        recipe.epochs or LOOP_EPOCHS,
        recipe.batch_size or BATCH,
        train.seed,
        bfloat16,
        train.checkpoint_every_s,
        train.histograms,
    )
    torch.manual_seed(train.seed)  # the weights' first values
    network = create_detector(
        train.model,
        len(ready.classes),
        train.recipe,
        frames=ready.cut.frames,
        bins=ready.frontend.bins,
    )
    lessons = SceneLessons(network, material, ready.cut, recipe.augmentation, train.seed)
    range_db = recipe.range_db if ready.frontend.decibels else None
    # the windows of an epoch that training never comes to
    seen = [
        lessons.item(settings.epochs, index)[0] for index in range(min(FOR_MOMENTS, len(lessons)))
    ]
    mean, deviation = moments(seen, range_db)
    classifier = FeatureClassifier(network, mean, deviation, range_db)
    watched = validation_part(ready, parts, options)
    examination = None
    if watched:
        examination = SceneExamination(
            network, watched, ready.classes, ready.frontend, ready.cut, bfloat16=bfloat16
        )
    return lessons, examination, classifier, settings, watched


def _example(ready: Ready, parts: Parts, options: DetectOptions) -> NDArray[np.float32]:
    """Sound for the golden values: a test scene, or the begin of a test recording."""
    rate_hz = ready.frontend.rate_hz
    if ready.recordings is not None and len(parts.recordings_of("test")):
        path = ready.recordings.paths[int(parts.recordings_of("test")[0])]
        wanted_s = 2 * ready.frontend.window_samples(ready.cut.frames) / rate_hz
        return load_audio(path, rate_hz, offset_s=wanted_s)[0]
    bank = test_banks(ready, parts)[0][0]
    scene = draw(bank, options.scenes, "test", options.train.seed, 0, ready.backgrounds)
    return scene.samples
