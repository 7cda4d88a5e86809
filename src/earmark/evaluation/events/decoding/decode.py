"""Scores of frames to events, by the settings of each class."""

import numpy as np
import numpy.typing as npt

from earmark.datasets.strong.event import Event, in_order
from earmark.evaluation.checks import Floats, Labels
from earmark.evaluation.events.decoding.boxes import boxes
from earmark.evaluation.events.decoding.frames import (
    check_columns,
    drop_short,
    frames_of,
    mean_scores,
    merge_gaps,
)
from earmark.evaluation.events.decoding.hysteresis import hysteresis
from earmark.evaluation.events.decoding.median import median_filter
from earmark.evaluation.events.decoding.settings import Boxes, ClassSettings, Settings


def decode(
    scores: npt.ArrayLike, settings: Settings, hop_s: float, start_s: float = 0.0
) -> tuple[Event, ...]:
    """The events of one recording, in order, each with its mean score.

    Args:
        scores: in [0, 1], (frames, classes), columns in the order of the settings.
        hop_s: seconds from frame to frame. start_s: where the first begins.
    Raises:
        ConfigError: another shape, scores outside [0, 1].

    >>> from earmark.evaluation.events.decoding.settings import Threshold
    >>> decode([[0.1], [0.9], [0.7], [0.1]], Settings({"dog": Threshold()}), hop_s=0.5)
    (Event(label='dog', onset_s=0.5, offset_s=1.5, score=0.8),)
    """
    array = check_columns(scores, len(settings.by_class))
    events = []
    for column, (label, each) in zip(array.T, settings.by_class.items(), strict=True):
        found, sure = decode_class(np.ascontiguousarray(column), each, hop_s)
        times = np.round(start_s + hop_s * found, 6).tolist()
        events += [
            Event(label, onset, offset, score)
            for (onset, offset), score in zip(times, np.round(sure, 6).tolist(), strict=True)
        ]
    return in_order(events)


def decode_class(scores: Floats, settings: ClassSettings, hop_s: float) -> tuple[Labels, Floats]:
    """Stretches of frames and their mean scores; scores (frames,) in [0, 1]."""
    least = frames_of(settings.least_s, hop_s)
    if isinstance(settings, Boxes):
        half = frames_of(settings.step_s / 2, hop_s)
        found, sure = boxes(scores, half, settings.least, settings.ratio)
        kept = (sure >= settings.confidence) & (found[:, 1] - found[:, 0] >= least)
        return found[kept], sure[kept]
    smooth = median_filter(scores, frames_of(settings.median_s, hop_s))
    found = hysteresis(smooth, settings.high, settings.low)
    found = drop_short(merge_gaps(found, frames_of(settings.gap_s, hop_s)), least)
    return found, mean_scores(scores, found)
