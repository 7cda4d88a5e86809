"""Score a saved model on labelled clips, leaving out what it has learned from."""

import csv
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from earmark.datasets import Clip, Dataset, Problem
from earmark.errors import DatasetError, EarmarkError
from earmark.evaluation.scorecard import Scorecard, score
from earmark.features.cache import FROM_FEATURES, content_digest, features_digest
from earmark.features.extract import Part, extract_part
from earmark.features.frontend import Frontend, frontend_from_settings
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

    card: Scorecard
    names: tuple[str, ...]
    """The clips that were scored, in the order of the card's arrays."""
    problems: tuple[Problem, ...]


def evaluate(
    model: Model,
    dataset: Dataset,
    *,
    include_training: bool = False,
    progress: Progress | None = None,
) -> Evaluation:
    """Score `model` on the clips of `dataset` that it was neither trained nor calibrated on.

    Clips are known again by their content, whatever their names. Unreadable clips and labels that
    the model does not know are reported, not scored.
    """
    dataset.require_sounds("evaluate")
    classes = model.config.classes
    learned = set() if include_training else _learned(model)
    of_features = None
    problems = list(dataset.problems)
    if any(digest.startswith(FROM_FEATURES) for digest in learned):
        of_features = frontend_from_settings(model.config.frontend)
        problems.append(Problem("trained on features", "", LEARNED_FEATURES))
    known, seen = [], 0
    unknown: Counter[str] = Counter()
    for clip in dataset.clips:
        if clip.label not in classes:
            unknown[clip.label] += 1
        elif learned and _digests(clip, of_features) & learned:
            seen += 1
        else:
            known.append(clip)
    for label, count in unknown.items():
        detail = f"{count} clips of a class the model does not know; it knows {', '.join(classes)}"
        problems.append(Problem("unknown label", label, detail))
    if seen:
        detail = f"{seen} clips the model was trained or calibrated on are left out of the score"
        problems.append(Problem("trained on", "", detail))
    groups = dict(zip((clip.name for clip in dataset.clips), dataset.groups, strict=True))
    scored: list[Clip] = []
    windows: list[Array] = []
    for done, clip in enumerate(known, start=1):
        try:
            windows.append(model.clip_windows_proba(clip.path, clip.onset_s, clip.offset_s))
            scored.append(clip)
        except EarmarkError as error:
            problems.append(Problem("unreadable", clip.name, str(error)))
        if progress is not None:
            progress(done, len(known))
    if not scored:
        why = "; ".join(f"{problem.kind}: {problem.detail}" for problem in problems[-3:])
        raise DatasetError(f"{dataset.root}: no clip is left to score. {why}")
    targets = np.array([classes.index(clip.label) for clip in scored], np.int64)
    clip_groups = np.array([groups[clip.name] for clip in scored])
    counts = [len(rows) for rows in windows]
    card = score(
        targets,
        np.stack([rows.astype(np.float64).mean(axis=0) for rows in windows]),
        clip_groups,
        classes,
        window_targets=np.repeat(targets, counts),
        window_probabilities=np.concatenate(windows),
        window_groups=np.repeat(clip_groups, counts),
        train_targets=_train_targets(model, targets),
        split={
            "kind": "everything" if include_training else "unseen",
            "name": dataset.root.resolve().name,
            "description": (
                f"all {len(scored)} clips, those the model was trained on among them"
                if include_training
                else f"{len(scored)} clips the model has not seen, {seen} seen ones left out"
            ),
        },
    )
    return Evaluation(card, tuple(clip.name for clip in scored), tuple(problems))


def _digests(clip: Clip, of_features: Frontend | None) -> set[str]:
    """What a clip can be known by: its content, and the features that some models learned from."""
    try:
        digests = {content_digest(clip.path, clip.onset_s, clip.offset_s)}
        if of_features is not None:
            part = Part(clip.path, clip.onset_s, clip.offset_s)
            digests.add(features_digest(extract_part(part, of_features)))
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
