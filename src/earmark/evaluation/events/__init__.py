"""Scores of events found in recordings: against the truth, with intervals over files."""

from earmark.evaluation.events.curves import Curve, collar_curves, segment_curves
from earmark.evaluation.events.psds import PSDS1, PSDS2, psds
from earmark.evaluation.events.scorecard import EventScorecard, score_events
from earmark.evaluation.events.tracks import Track, event_track, frame_track

__all__ = [
    "PSDS1",
    "PSDS2",
    "Curve",
    "EventScorecard",
    "Track",
    "collar_curves",
    "event_track",
    "frame_track",
    "psds",
    "score_events",
    "segment_curves",
]
