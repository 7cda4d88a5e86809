"""The clips that a model can honestly be scored on: none that it has learned from."""

import csv
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from earmark.datasets import Clip, Dataset, Problem
from earmark.datasets.words import count
from earmark.errors import DatasetError, EarmarkError, ModelError
from earmark.features.cache import FROM_FEATURES, content_digest, features_digest
from earmark.features.extract import Part, extract_part
from earmark.features.frontend import Frontend, frontend_from_settings
from earmark.inference.model import Model
from earmark.saved import CLIPS, check_file

LEARNED_FROM = ("train", "validation")
LEARNED_FEATURES = (
    "the model was trained on features that did not say of which sounds: a clip it learned from is "
    "known again only if its features are equal to the last digit; see that none is among these"
)


@dataclass(frozen=True)
class Unseen:
    """The clips of a dataset that models can honestly be scored on."""

    clips: tuple[Clip, ...]
    learned: int
    """Clips that are left out, as one of the models has learned from them."""
    problems: tuple[Problem, ...]


def unseen_clips(
    models: Sequence[Model],
    classes: Sequence[str],
    dataset: Dataset,
    *,
    include_training: bool,
    what: str,
) -> Unseen:
    """The clips of `classes` that none of the models was trained or calibrated on.

    With `include_training` those they have learned from too. `what` wants them, for the message
    where there are only features. ModelError for a detector. DatasetError where there are no
    sounds, or where one of models and dataset has several labels a clip and the other has not.
    """
    for model in models:
        if model.config.task == "detect":
            raise ModelError(
                f"{model.directory}: it is a detector, and {what} of labelled clips wants a "
                "classifier; earmark evaluate scores it on recordings whose events are labelled"
            )
    dataset.require_sounds(what)
    for model in models:
        _same_kind(model, dataset)
    of_each = [set() if include_training else learned_digests(each) for each in models]
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
    alone = len(models) == 1
    for label, number in unknown.items():
        who = "the model does not know; it knows" if alone else "not all models know; they know"
        detail = f"{count(number, 'clip')} of a class {who} {', '.join(classes)}"
        if models[0].multilabel:
            detail += ". The label is passed over, and a clip without any other is left out"
        problems.append(Problem("unknown label", label, detail))
    if seen:
        who = "the model was" if alone else "one of the models was"
        left = "is" if seen == 1 else "are"
        detail = (
            f"{count(seen, 'clip')} {who} trained or calibrated on {left} left out of the score"
        )
        problems.append(Problem("trained on", "", detail))
    return Unseen(tuple(known), seen, tuple(problems))


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


def learned_digests(model: Model) -> set[str]:
    """Of the sounds that it was trained, calibrated or tuned on."""
    path: Path = check_file(model.directory, model.config, CLIPS)
    with path.open(encoding="ascii", newline="") as file:
        return {row["digest"] for row in csv.DictReader(file) if row["part"] in LEARNED_FROM}
