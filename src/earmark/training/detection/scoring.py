"""From the scores of held-out recordings to the score card, of one split or of several."""

import csv
import dataclasses
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from earmark.datasets.strong import Event
from earmark.evaluation.events import EventScorecard, score_events
from earmark.evaluation.events.baselines import LOUDNESS, loudness_events
from earmark.evaluation.events.decoding import Settings, decode, decoded_track
from earmark.features.levels import HOP_S
from earmark.files import write_whole
from earmark.training.detection.recording import Recording
from earmark.training.run_folder import write_json

EVENTS = "events.csv"
SETTINGS = "decoding.json"


@dataclass(frozen=True)
class Scored:
    """What the score card of a split is made from."""

    recordings: tuple[Recording, ...]
    """Those of the test part; features are not needed again."""
    tracks: dict[str, NDArray[np.float32]]
    settings: Settings
    hop_s: float
    frequent: str | None
    """The class that was most frequent in what was learned from."""


def score(scored: Scored, classes: Sequence[str], split: dict[str, Any]) -> EventScorecard:
    """The score card of what was found in the test part."""
    return score_events(
        truth={recording.name: recording.events for recording in scored.recordings},
        answers=answers_of(scored),
        classes=classes,
        durations_s={recording.name: recording.duration_s for recording in scored.recordings},
        tracks={
            name: decoded_track(track, scored.settings, scored.hop_s)
            for name, track in scored.tracks.items()
        },
        groups={recording.name: recording.group for recording in scored.recordings},
        baselines={LOUDNESS: loud} if (loud := _loud(scored)) else None,
        split=split,
    )


def _loud(scored: Scored) -> dict[str, tuple[Event, ...]]:
    """The baseline that answers the most frequent class wherever it is loud; none without one."""
    if scored.frequent is None:
        return {}
    return {
        recording.name: _within(
            loudness_events(recording.levels_db, HOP_S, scored.frequent), recording
        )
        for recording in scored.recordings
        if recording.levels_db is not None
    }


def answers_of(scored: Scored) -> dict[str, tuple[Event, ...]]:
    """The events that are answered, by recording; none beyond its end."""
    return {
        recording.name: _within(
            decode(scored.tracks[recording.name], scored.settings, scored.hop_s), recording
        )
        for recording in scored.recordings
    }


def _within(events: Iterable[Event], recording: Recording) -> tuple[Event, ...]:
    """Events that begin before the recording ends, clipped there."""
    end_s = recording.duration_s
    return tuple(
        dataclasses.replace(event, offset_s=min(event.offset_s, end_s))
        for event in events
        if event.onset_s < end_s
    )


def write_card(out: Path, scored: Scored, card: EventScorecard) -> None:
    """The score card, every event of truth and answer, and how scores became events."""
    write_json(out / "scorecard.json", card.to_dict())
    write_json(out / SETTINGS, scored.settings.to_dict())
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["part", "file", "onset_s", "offset_s", "label", "score", "duration_s"])
    answers = answers_of(scored)
    for recording in scored.recordings:
        length = f"{recording.duration_s:.3f}"
        if not recording.events:  # an empty scene is one all the same
            writer.writerow(["truth", recording.name, "", "", "", "", length])
        for part, events in (("truth", recording.events), ("answer", answers[recording.name])):
            for event in events:
                shown = "" if event.score is None else f"{event.score:.4f}"
                times = (f"{event.onset_s:.3f}", f"{event.offset_s:.3f}")
                writer.writerow([part, recording.name, *times, event.label, shown, length])
    write_whole(out / EVENTS, text.getvalue())


def score_folds(
    folds: Sequence[Scored], classes: Sequence[str], split: dict[str, Any]
) -> EventScorecard:
    """The recordings of all folds on one card, each decoded by its own fold's settings."""
    truth, answers, tracks, durations, groups, loud = {}, {}, {}, {}, {}, {}
    for number, fold in enumerate(folds, start=1):
        found, by_level = answers_of(fold), _loud(fold)
        for recording in fold.recordings:
            name = f"{number}/{recording.name}"
            truth[name], answers[name] = recording.events, found[recording.name]
            tracks[name] = decoded_track(fold.tracks[recording.name], fold.settings, fold.hop_s)
            durations[name] = recording.duration_s
            groups[name] = f"{number}/{recording.group}"
            loud[name] = by_level.get(recording.name, ())
    return score_events(
        truth,
        answers,
        classes,
        durations_s=durations,
        tracks=tracks,
        groups=groups,
        baselines={LOUDNESS: loud} if any(fold.frequent for fold in folds) else None,
        split=split,
    )
