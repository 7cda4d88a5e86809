"""Where a detector's training begins: a network with its first weights, and what it learns from."""

from dataclasses import dataclass

import torch

from earmark.models.detector import create_detector
from earmark.models.graph import FeatureClassifier
from earmark.training.detection.examination import SceneExamination
from earmark.training.detection.held_out import bank_of, validation_part
from earmark.training.detection.lessons import Material, SceneLessons
from earmark.training.detection.options import DetectOptions
from earmark.training.detection.parts import Parts
from earmark.training.detection.prepare import Ready
from earmark.training.detection.recording import Recording
from earmark.training.loop import LoopSettings, processor_has_bfloat16
from earmark.training.prepare import moments

FOR_MOMENTS = 128  # windows whose bins give the mean and deviation of all
LOOP_EPOCHS, BATCH = 40, 16  # where the recipe has none


@dataclass(frozen=True)
class Begun:
    """All that the loop is given."""

    classifier: FeatureClassifier
    lessons: SceneLessons
    examination: SceneExamination | None
    """None: there is no validation part."""
    watched: list[Recording]
    """The recordings of the examination, whole."""
    settings: LoopSettings


def begin(ready: Ready, parts: Parts, options: DetectOptions) -> Begun:
    """Network, lessons and validation part of a split; the same for the same seed."""
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
    return Begun(classifier, lessons, examination, watched, settings)
