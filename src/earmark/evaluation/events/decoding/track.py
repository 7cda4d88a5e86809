"""What decoding makes of scores at every threshold: the track for PSDS and curves."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from earmark.evaluation.events.decoding.decode import decode_class
from earmark.evaluation.events.decoding.frames import check_columns, frames_of
from earmark.evaluation.events.decoding.median import median_filter
from earmark.evaluation.events.decoding.settings import Boxes, Settings
from earmark.evaluation.events.tracks import Track, frame_track


def decoded_track(
    scores: npt.ArrayLike, settings: Settings, hop_s: float, start_s: float = 0.0
) -> Track:
    """Scores smoothed as `decode` smooths them, or its boxes at their confidence.

    A median of scores passes a threshold where the median of what passes it does, so that one
    track stands for decoding at any threshold; the lower threshold, gaps and short events of
    `Threshold` have no place in it. Arguments and errors as `decode`.

    >>> from earmark.evaluation.events.decoding.settings import Threshold
    >>> decoded_track([[0.9], [0.1], [0.9]], Settings({"dog": Threshold(median_s=3)}), 1).scores
    array([[0.1],
           [0.9],
           [0.1]])
    """
    array = check_columns(scores, len(settings.by_class))
    out = np.full(array.shape, -np.inf)
    for at, each in enumerate(settings.by_class.values()):
        column = np.ascontiguousarray(array[:, at])
        if isinstance(each, Boxes):
            found, sure = decode_class(column, replace(each, confidence=0.0), hop_s)
            for (first, last), confidence in zip(found.tolist(), sure.tolist(), strict=True):
                out[first:last, at] = confidence
        else:
            out[:, at] = median_filter(column, frames_of(each.median_s, hop_s))
    return frame_track(out, hop_s, start_s)
