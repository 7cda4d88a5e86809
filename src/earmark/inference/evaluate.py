"""Score a saved model on labelled clips, leaving out what it has learned from."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from earmark.datasets import Clip, Dataset, Problem
from earmark.datasets.words import without_path
from earmark.errors import DatasetError, EarmarkError
from earmark.evaluation.calibration import SMALLEST, softmax
from earmark.evaluation.cards import Card
from earmark.evaluation.multilabel import score as score_labels
from earmark.evaluation.multilabel.decide import USUAL
from earmark.evaluation.scorecard import score
from earmark.inference.against import clip_means, common_classes, compared, model_names
from earmark.inference.baselines import baseline_answers
from earmark.inference.evaluation import Evaluation
from earmark.inference.model import Array, Model
from earmark.inference.unseen import LEARNED_FROM, unseen_clips
from earmark.parallel import Progress


def evaluate(
    model: Model,
    dataset: Dataset,
    *,
    include_training: bool = False,
    against: Sequence[Model] = (),
    progress: Progress | None = None,
) -> Evaluation:
    """Score `model` on the clips of `dataset` that it was neither trained nor calibrated on.

    Clips are known again by their content, whatever their names. Unreadable clips and labels that
    the model does not know are reported, not scored. Models `against` which it is compared answer
    the same clips: only those that none of them has learned from, of classes that all know.

    DatasetError where nothing is left, or where one of model and dataset has several labels a clip
    and the other has not; ConfigError where models cannot be compared.
    """
    models = [model, *against]
    names = model_names(models)
    classes = common_classes(models)
    unseen = unseen_clips(
        models, classes, dataset, include_training=include_training, what="evaluate"
    )
    known, seen, problems = unseen.clips, unseen.learned, list(unseen.problems)
    groups = dict(zip((clip.name for clip in dataset.clips), dataset.groups, strict=True))
    scored: list[Clip] = []
    windows: list[list[Array]] = [[] for _ in models]
    familiarity: list[Array] = []
    for done, clip in enumerate(known, start=1):
        try:
            answered = [m.clip_windows(clip.path, clip.onset_s, clip.offset_s) for m in models]
            for own, (rows, _) in zip(windows, answered, strict=True):
                own.append(rows)
            familiarity.append(answered[0][1])
            scored.append(clip)
        except EarmarkError as error:
            problems.append(Problem("unreadable", clip.name, without_path(str(error), clip.path)))
        if progress is not None:
            progress(done, len(known))
    if not scored:
        why = "; ".join(f"{problem.kind}: {problem.detail}" for problem in problems[-3:])
        raise DatasetError(f"{dataset.root}: no clip is left to score. {why}")
    split = {
        "kind": "everything" if include_training else "unseen",
        "name": dataset.root.resolve().name,
        "description": (
            f"all {len(scored)} clips, those the model was trained on among them"
            if include_training
            else f"{len(scored)} clips the model has not seen, {seen} seen ones left out"
        ),
    }
    of = np.array([groups[clip.name] for clip in scored])
    baselines, problem = baseline_answers(model, dataset, scored)
    if problem is not None:
        problems.append(problem)
    if model.multilabel:
        card = _labels_card(model, scored, windows[0], of, split, baselines)
    else:
        card = _card(model, scored, windows[0], familiarity, of, split, baselines)
    paired = compared(models, names, scored, windows, of, card) if against else ()
    return Evaluation(card, tuple(clip.name for clip in scored), tuple(problems), paired)


def _card(
    model: Model,
    scored: Sequence[Clip],
    windows: Sequence[Array],
    familiarity: Sequence[Array],
    clip_groups: NDArray[np.str_],
    split: Mapping[str, Any],
    baselines: Mapping[str, Any],
) -> Card:
    """The card of clips with one label each."""
    classes = model.config.classes
    targets = np.array([classes.index(clip.label) for clip in scored], np.int64)
    counts = [len(rows) for rows in windows]
    return score(
        targets,
        clip_means(windows),
        clip_groups,
        classes,
        window_targets=np.repeat(targets, counts),
        window_probabilities=np.concatenate(windows),
        window_groups=np.repeat(clip_groups, counts),
        train_targets=_train_targets(model, targets),
        split=split,
        baselines=baselines,
        uncalibrated=clip_means([_uncalibrated(model, rows) for rows in windows]),
        familiar=(
            None
            if model.config.unknown is None
            else np.array([not model.is_foreign(rows) for rows in familiarity])
        ),
    )


def _uncalibrated(model: Model, windows: Array) -> Array:
    """What the probabilities (windows, classes) were before calibration: at temperature 1."""
    scores = np.log(np.maximum(windows.astype(np.float64), SMALLEST))
    return softmax(scores * model.config.calibration.temperature).astype(np.float32)


def _labels_card(
    model: Model,
    scored: Sequence[Clip],
    windows: Sequence[Array],
    clip_groups: NDArray[np.str_],
    split: Mapping[str, Any],
    baselines: Mapping[str, Any],
) -> Card:
    """The card of clips that may have several labels."""
    config = model.config
    targets = np.array([[label in clip.tags for label in config.classes] for clip in scored])
    counts = [len(rows) for rows in windows]
    given = config.provenance.get("train_counts", {})
    train_counts = np.array([given.get(label, 0) for label in config.classes])
    parts = config.provenance.get("clips", {})
    learned = LEARNED_FROM if config.provenance.get("refit") else ("train",)
    train_clips = sum(parts.get(part, 0) for part in learned)
    if not train_counts.any() or train_clips < train_counts.max():
        train_counts, train_clips = targets.sum(axis=0), len(targets)
    own = {} if config.threshold is None else {str(config.aggregate): config.threshold}
    return score_labels(
        targets,
        clip_means(windows),
        clip_groups,
        config.classes,
        thresholds={**USUAL, **config.provenance.get("thresholds", {}), **own},
        aggregate=config.aggregate,
        window_targets=np.repeat(targets, counts, axis=0),
        window_scores=np.concatenate(windows),
        window_groups=np.repeat(clip_groups, counts),
        train_counts=train_counts,
        train_clips=train_clips,
        split=split,
        baselines=baselines,
    )


def _train_targets(model: Model, fallback: NDArray[np.int64]) -> NDArray[np.int64]:
    """Labels of the training part, as the majority baseline wants them."""
    counts = model.config.provenance.get("train_counts", {})
    numbers = [counts.get(label, 0) for label in model.config.classes]
    targets = np.repeat(np.arange(len(numbers)), numbers)
    return targets if len(targets) else fallback
