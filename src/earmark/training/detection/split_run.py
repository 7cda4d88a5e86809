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
from earmark.models.graph import FeatureClassifier
from earmark.saved import Detection
from earmark.training.detection.beginning import Begun, begin
from earmark.training.detection.cut import as_cut
from earmark.training.detection.described import (
    dataset_name,
    describe,
    learned_counts,
    sources_of,
)
from earmark.training.detection.held_out import test_banks, test_part
from earmark.training.detection.model_card import model_card
from earmark.training.detection.options import DetectOptions
from earmark.training.detection.parts import Parts
from earmark.training.detection.prepare import Ready
from earmark.training.detection.scenes import draw
from earmark.training.detection.scoring import SETTINGS, Scored, score, write_card
from earmark.training.detection.tracks import tracks_of
from earmark.training.export import Trained, export
from earmark.training.fitting import fit_in
from earmark.training.loop import CHECKPOINT
from earmark.training.run_folder import (
    ANSWERS,
    MODEL,
    read_arrays,
    write_arrays,
    write_json,
)
from earmark.training.watcher import Watcher

FIGURE = "frame F1"  # told while it runs, see `skill`


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
    begun = begin(ready, parts, options)
    recipe = dataclasses.replace(ready.recipe, epochs=begun.settings.epochs)
    fitted, found = fit_in(
        out,
        begun.classifier,
        begun.lessons,
        begun.examination,
        recipe,
        begun.settings,
        parts.name,
        watcher,
        figure=FIGURE,
    )
    told_end = "Stopping: what was learned so far" if fitted.interrupted else "what was learned"
    watcher.message(f"{parts.name}: {told_end} is scored and saved")
    temperature, settings = _decided(ready, begun, fitted.classifier, hop_s, watcher)
    tracks = tracks_of(fitted.classifier, tested, ready.cut, temperature)
    scored = Scored(tuple(tested), tracks, settings, hop_s, frequent)
    card = score(scored, ready.classes, split)
    trained = Trained(
        model=options.train.model,
        recipe=options.train.recipe,
        classifier=fitted.classifier,
        frontend=ready.frontend,
        cut=as_cut(ready.cut, ready.frontend),
        classes=ready.classes,
        activation="sigmoid",
        aggregate="mean",
        threshold=None,
        temperature=temperature,
        calibrated_on=0 if begun.examination is None else len(begun.examination),
        provenance=_provenance(ready, parts, options, begun, split)
        | {"recipe": recipe.to_dict(), "learning_rate": found.rate, "epochs": fitted.epoch},
        scorecard=card.to_dict(),
        card="",
        baselines={},
        clips=[(d, part) for part, known in sources_of(ready, parts).items() for d in known],
        detection=Detection(frames_per_score=ready.cut.per_score, settings=settings.to_dict()),
    )
    trained = dataclasses.replace(trained, card=model_card(trained, card, options.train.seed))
    export(trained, _example(ready, parts, options), model_path)
    write_card(out, scored, card)
    write_json(out / "timing.json", {"train_s": fitted.seconds})
    if not fitted.interrupted:
        write_arrays(out / ANSWERS, tracks)
        (out / CHECKPOINT).unlink(missing_ok=True)
    return SplitResult(scored, card, model_path, fitted.seconds, fitted.interrupted)


def _decided(
    ready: Ready, begun: Begun, network: FeatureClassifier, hop_s: float, watcher: Watcher
) -> tuple[float, Settings]:
    """What validation decides: the temperature of the scores, and how they become events."""
    if begun.examination is None:
        watcher.message(
            "no validation part: scores are not calibrated, and an event is where they reach "
            f"{Threshold().high:g}"
        )
        return 1.0, Settings({label: Threshold() for label in ready.classes})
    temperature = begun.examination.fit_temperature(network)
    tracks = tracks_of(network, begun.watched, ready.cut, temperature)
    truth = {recording.name: recording.events for recording in begun.watched}
    return temperature, choose(tracks, truth, hop_s, ready.classes)


def _provenance(
    ready: Ready, parts: Parts, options: DetectOptions, begun: Begun, split: dict[str, Any]
) -> dict[str, Any]:
    """Where a model comes from; of places only the name of the data's folder."""
    learned = sources_of(ready, parts)
    return {
        "dataset": dataset_name(ready),
        "clips": {part: len(learned[part]) for part in PARTS},
        "split": split,
        "scenes": options.scenes.to_dict() if ready.bank is not None else None,
        "scenes_per_epoch": begun.lessons.material.scenes,
        "train_counts": learned_counts(ready, parts),
        "batch_size": begun.settings.batch_size,
        "precision": "bfloat16" if begun.settings.bfloat16 else "float32",
        "torch": torch.__version__,
    }


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
