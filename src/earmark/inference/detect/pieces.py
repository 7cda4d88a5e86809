"""Scores that arrive in pieces to events, at constant memory."""

import numpy as np
import numpy.typing as npt

from earmark.datasets.strong.event import Event, in_order
from earmark.evaluation.checks import Floats, Labels
from earmark.evaluation.events.decoding import Boxes, Settings
from earmark.evaluation.events.decoding.frames import check_columns
from earmark.inference.detect.by_boxes import ByBoxes
from earmark.inference.detect.by_threshold import ByThreshold


class Decoder:
    """What `decode` gives of all scores at once.

    >>> from earmark.evaluation.events.decoding import Threshold
    >>> decoder = Decoder(Settings({"dog": Threshold()}), hop_s=0.5)
    >>> decoder.take([[0.1], [0.9]])
    >>> decoder.take([[0.7], [0.1]])
    >>> decoder.events()
    (Event(label='dog', onset_s=0.5, offset_s=1.5, score=0.8),)
    """

    def __init__(self, settings: Settings, hop_s: float) -> None:
        self.labels = tuple(settings.by_class)
        self.hop_s = hop_s
        self._by_class = [
            ByBoxes(each, hop_s) if isinstance(each, Boxes) else ByThreshold(each, hop_s)
            for each in settings.by_class.values()
        ]
        self._found: list[list[tuple[Labels, Floats]]] = [[] for _ in self.labels]

    def take(self, scores: npt.ArrayLike, *, last: bool = False) -> None:
        """The next scores (frames, classes). ConfigError: another shape, or outside [0, 1]."""
        array = check_columns(scores, len(self.labels))
        for column, decoder, found in zip(array.T, self._by_class, self._found, strict=True):
            over = decoder.take(np.ascontiguousarray(column), last=last)
            if len(over[0]):
                found.append(over)

    def events(self, end_s: float = np.inf) -> tuple[Event, ...]:
        """All events, in order, once all scores came; none reaches past `end_s`."""
        self.take(np.zeros((0, len(self.labels))), last=True)
        events = []
        for label, parts in zip(self.labels, self._found, strict=True):
            for found, sure in parts:
                times = np.minimum(np.round(self.hop_s * found, 6), end_s)
                rows = zip(times.tolist(), np.round(sure, 6).tolist(), strict=True)
                events += [
                    Event(label, onset, offset, score)
                    for (onset, offset), score in rows
                    if onset < end_s
                ]
        return in_order(events)
