"""Score a detector on recordings with events, leaving out what it has learned from."""

import math
from collections import Counter
from collections.abc import Mapping
from typing import Any

import numpy as np

from earmark.audio import iter_blocks
from earmark.datasets.clip import Problem
from earmark.datasets.strong.collection import StrongDataset
from earmark.datasets.strong.event import Annotations, Event
from earmark.datasets.strong.tidy import tidy
from earmark.datasets.words import count, examples, without_path
from earmark.errors import DatasetError, EarmarkError, ModelError
from earmark.evaluation.events.baselines import LOUDNESS, loudness_events, most_frequent
from earmark.evaluation.events.decoding import Settings, decode, decoded_track
from earmark.evaluation.events.scorecard import score_events
from earmark.features.cache import content_digest
from earmark.features.levels import HOP_S, levels_db
from earmark.inference.evaluation import Evaluation
from earmark.inference.model import Array, Model
from earmark.inference.unseen import learned_digests
from earmark.parallel import Progress

Events = tuple[Event, ...]


def evaluate_events(
    model: Model,
    recordings: StrongDataset,
    *,
    include_training: bool = False,
    settings: Settings | None = None,
    progress: Progress | None = None,
) -> Evaluation:
    """Score `model` on the recordings that it was neither trained nor tuned on.

    Recordings are known again by their content, whatever their names. Unreadable ones and labels
    that the model does not know are reported, not scored; a recording without any event counts,
    as what is answered there is wrong. Of each recording only the scores over time are kept.

    Args:
        model: a detector; a classifier's window slides, which is a baseline for one.
        settings: how scores become events; None: those of the model.
    Raises:
        DatasetError: no recording is left, or none with an event the model knows.
        ModelError: a model that cannot answer.
    """
    chosen = settings or model.settings
    classes = model.config.classes
    truth, problems = _known(recordings, classes)
    seen = set() if include_training else learned_digests(model)
    problems += recordings.problems
    lengths = dict(zip(recordings.names, recordings.durations_s, strict=True))
    frequent = most_frequent(model.config.provenance.get("train_counts") or {})
    scores: dict[str, Array] = {}
    answers: dict[str, Events] = {}
    loud: dict[str, Events] = {}
    learned, hop_s = 0, 1.0
    total = len(recordings)
    for done, (name, path) in enumerate(zip(recordings.names, recordings.paths, strict=True), 1):
        try:
            if seen and content_digest(path) in seen:
                learned += 1
            else:
                found, hop_s = model.tracks(path)
                found = found[: math.ceil(lengths[name] / hop_s - 1e-6)]
                events = Annotations({name: decode(found, chosen, hop_s)}, lengths)
                if frequent is not None:
                    levels = levels_db(iter_blocks(path, model.rate_hz), model.rate_hz)
                    loud[name] = loudness_events(levels, HOP_S, frequent)
                answers[name] = tidy(events)[name]  # the last frame may end after the recording
                scores[name] = np.asarray(found, np.float32)
        except ModelError:
            raise
        except (EarmarkError, OSError) as error:
            problems.append(Problem("unreadable", name, without_path(str(error), path)))
        if progress is not None:
            progress(done, total)
    if learned:
        left = "is" if learned == 1 else "are"
        detail = (
            f"{count(learned, 'recording')} the model was trained or tuned on {left} left out of "
            "the score"
        )
        problems.append(Problem("trained on", "", detail))
    names = tuple(name for name in recordings.names if name in scores)
    if not names:
        why = "; ".join(f"{problem.kind}: {problem.detail}" for problem in problems[-3:])
        raise DatasetError(f"{recordings.root}: no recording is left to score. {why}")
    groups = dict(zip(recordings.names, recordings.groups, strict=True))
    card = score_events(
        {name: truth[name] for name in names},
        answers,
        classes,
        durations_s={name: lengths[name] for name in names},
        tracks={name: decoded_track(scores.pop(name), chosen, hop_s) for name in names},
        groups={name: groups[name] for name in names},
        baselines={LOUDNESS: {name: loud[name] for name in names}} if loud else None,
        split=_split(recordings, len(names), learned, include_training=include_training),
    )
    return Evaluation(card, names, tuple(problems))


def _known(
    recordings: StrongDataset, classes: list[str]
) -> tuple[Mapping[str, Events], list[Problem]]:
    """The truth without labels that the model does not know; each such label is told once."""
    unknown = Counter(
        event.label
        for events in recordings.events
        for event in events
        if event.label not in classes
    )
    known = examples(classes)
    problems = [
        Problem(
            "unknown label",
            label,
            f"{count(number, 'event')} of a class the model does not know; it knows {known}",
        )
        for label, number in unknown.items()
    ]
    truth = {
        name: tuple(event for event in events if event.label in classes)
        for name, events in zip(recordings.names, recordings.events, strict=True)
    }
    if not any(truth.values()):
        raise DatasetError(
            f"{recordings.root}: not one event is of a class the model knows ({known}); its labels "
            f"are {examples(recordings.classes)}"
        )
    return truth, problems


def _split(
    recordings: StrongDataset, scored: int, learned: int, *, include_training: bool
) -> dict[str, Any]:
    number = count(scored, "recording")
    return {
        "kind": "everything" if include_training else "unseen",
        "name": recordings.root.resolve().name,
        "description": (
            f"all {number}, those the model was trained on among them"
            if include_training
            else f"{number} the model has not seen, {learned} seen ones left out"
        ),
    }
