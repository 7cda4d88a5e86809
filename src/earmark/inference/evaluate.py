"""Score a saved model on labelled clips, leaving out what it has learned from."""

import csv
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from earmark.datasets import Clip, Dataset, Problem
from earmark.errors import DatasetError, EarmarkError
from earmark.evaluation.cards import Card
from earmark.evaluation.multilabel import score as score_labels
from earmark.evaluation.multilabel.decide import USUAL
from earmark.evaluation.paired import PairedTest
from earmark.evaluation.scorecard import score
from earmark.features.cache import FROM_FEATURES, content_digest, features_digest
from earmark.features.extract import Part, extract_part
from earmark.features.frontend import Frontend, frontend_from_settings
from earmark.inference.against import clip_means, common_classes, compared, model_names
from earmark.inference.baselines import baseline_answers
from earmark.inference.model import Array, Model
from earmark.parallel import Progress
from earmark.saved import CLIPS, check_file

LEARNED_FROM = ("train", "validation")
LEARNED_FEATURES = (
    "the model was trained on features that did not say of which sounds: a clip it learned from is "
    "known again only if its features are equal to the last digit; see that none is among these"
)


@dataclass(frozen=True)
class Evaluation:
    """A score card, and the clips that are not in it."""

    card: Card
    names: tuple[str, ...]
    """The clips that were scored, in the order of the card's arrays."""
    problems: tuple[Problem, ...]
    paired: tuple[PairedTest, ...] = ()
    """The model and those it was compared with, every pair of them on these clips."""


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
    dataset.require_sounds("evaluate")
    _same_kind(model, dataset)
    models = [model, *against]
    names = model_names(models)
    classes = common_classes(models)
    of_each = [set() if include_training else _learned(each) for each in models]
    learned = {digest for own in of_each for digest in own}
    problems = list(dataset.problems)
    of_features = [
        frontend_from_settings(each.config.frontend)
        for each, own in zip(models, of_each, strict=True)
        if any(digest.startswith(FROM_FEATURES) for digest in own)
    ]
    if of_features:
        problems.append(Problem("trained on features", "", LEARNED_FEATURES))
    known, seen = [], 0
    unknown: Counter[str] = Counter()
    for clip in dataset.clips:
        strange = [label for label in clip.tags if label not in classes]
        unknown.update(strange)
        if len(strange) == len(clip.tags):
            continue
        if learned and _digests(clip, of_features) & learned:
            seen += 1
        else:
            known.append(clip)
    for label, count in unknown.items():
        who = (
            "the model does not know; it knows" if not against else "not all models know; they know"
        )
        detail = f"{count} clips of a class {who} {', '.join(classes)}"
        if model.multilabel:
            detail += ". The label is passed over, and a clip without any other is left out"
        problems.append(Problem("unknown label", label, detail))
    if seen:
        who = "the model was" if not against else "one of the models was"
        detail = f"{seen} clips {who} trained or calibrated on are left out of the score"
        problems.append(Problem("trained on", "", detail))
    groups = dict(zip((clip.name for clip in dataset.clips), dataset.groups, strict=True))
    scored: list[Clip] = []
    windows: list[list[Array]] = [[] for _ in models]
    for done, clip in enumerate(known, start=1):
        try:
            answered = [
                m.clip_windows_proba(clip.path, clip.onset_s, clip.offset_s) for m in models
            ]
            for own, rows in zip(windows, answered, strict=True):
                own.append(rows)
            scored.append(clip)
        except EarmarkError as error:
            problems.append(Problem("unreadable", clip.name, str(error)))
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
    card_of = _labels_card if model.multilabel else _card
    card = card_of(model, scored, windows[0], of, split, baselines)
    paired = compared(models, names, scored, windows, of, card) if against else ()
    return Evaluation(card, tuple(clip.name for clip in scored), tuple(problems), paired)


def _same_kind(model: Model, dataset: Dataset) -> None:
    if dataset.multilabel and not model.multilabel:
        raise DatasetError(
            f"{dataset.root}: its clips may have several labels, but the model {model.directory} "
            "answers one each: train one on such a table, or give a table with a column 'label'"
        )
    if model.multilabel and not dataset.multilabel:
        raise DatasetError(
            f"{dataset.root}: its clips have one label each, but the model {model.directory} "
            "answers several: give a table whose column 'labels' tells everything that is heard "
            "in a clip, with ';' between several"
        )


def _card(
    model: Model,
    scored: Sequence[Clip],
    windows: Sequence[Array],
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
    )


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


def _digests(clip: Clip, of_features: Sequence[Frontend]) -> set[str]:
    """What a clip can be known by: its content, and the features that some models learned from."""
    try:
        digests = {content_digest(clip.path, clip.onset_s, clip.offset_s)}
        part = Part(clip.path, clip.onset_s, clip.offset_s)
        for frontend in of_features:
            digests.add(features_digest(extract_part(part, frontend)))
    except (OSError, EarmarkError):
        return set()  # reading it will say what is wrong
    return digests


def _learned(model: Model) -> set[str]:
    path: Path = check_file(model.directory, model.config, CLIPS)
    with path.open(encoding="ascii", newline="") as file:
        return {row["digest"] for row in csv.DictReader(file) if row["part"] in LEARNED_FROM}


def _train_targets(model: Model, fallback: NDArray[np.int64]) -> NDArray[np.int64]:
    """Labels of the training part, as the majority baseline wants them."""
    counts = model.config.provenance.get("train_counts", {})
    numbers = [counts.get(label, 0) for label in model.config.classes]
    targets = np.repeat(np.arange(len(numbers)), numbers)
    return targets if len(targets) else fallback
