"""Smooth, threshold, close gaps, drop what is short: of scores that arrive in pieces.

The same as decoding all scores at once, to the bit. What is kept is the median filter's reach, the
run that is not over yet, and the last event, to which a later one may be joined.
"""

import numpy as np

from earmark.evaluation.checks import Floats, Labels
from earmark.evaluation.events.decoding import Threshold
from earmark.evaluation.events.decoding.frames import frames_of, means_of, stretches
from earmark.evaluation.events.decoding.median import median_filter

Found = tuple[Labels, Floats]
"""Stretches (stretches, 2) in frames, and their mean scores."""


class ByThreshold:
    """One class."""

    def __init__(self, settings: Threshold, hop_s: float) -> None:
        self.settings = settings
        self.width = frames_of(settings.median_s, hop_s)
        self.reach = 0 if self.width <= 1 else self.width // 2
        self.gap = frames_of(settings.gap_s, hop_s)
        self.least = frames_of(settings.least_s, hop_s)
        self._scores: Floats = np.zeros(0)  # from frame `_first` on
        self._first = self._done = 0
        self._total = 0.0  # of all scores before frame `_done`
        self._run: tuple[int, float, bool] | None = None  # onset, total there, reached
        self._last = _nothing()  # no event, or one

    def take(self, scores: Floats, *, last: bool = False) -> Found:
        """The events that are over, once these scores (frames,) came; with `last`, all the rest."""
        self._scores = np.concatenate([self._scores, scores])
        known = self._first + len(self._scores)
        until = known if last else max(self._done, known - self.reach)
        smooth = median_filter(self._scores, self.width)
        part = slice(self._done - self._first, until - self._first)
        runs = self._runs(smooth[part], self._scores[part], last=last)
        self._done = until
        first = max(0, until - self.reach)
        self._scores = self._scores[first - self._first :]
        self._first = first
        return self._joined(runs, last=last)

    def _runs(self, smooth: Floats, scores: Floats, *, last: bool) -> Floats:
        """Runs above the lower threshold that reach the upper: (runs, 4) as `_nothing` has them."""
        if not (len(smooth) or last):
            return _nothing()
        begin, end = self._done, self._done + len(smooth)
        totals = np.cumsum(np.concatenate([[self._total], scores]))
        on = stretches(smooth >= self.settings.low)
        highs = np.concatenate([[0], np.cumsum(smooth >= self.settings.high)])
        reached = highs[on[:, 1]] > highs[on[:, 0]]
        runs = np.concatenate([on + float(begin), totals[on]], axis=1)
        if self._run is not None:
            onset, total, before = self._run
            if not (len(runs) and runs[0, 0] == begin):
                runs = np.concatenate([[[onset, begin, total, self._total]], runs])
                reached = np.concatenate([[before], reached])
            else:
                runs[0, [0, 2]] = onset, total
                reached[0] |= before
        elif not len(runs):
            runs = _nothing()
        self._total = float(totals[-1])
        self._run = None
        if not last and len(runs) and runs[-1, 1] == end:
            self._run = (int(runs[-1, 0]), float(runs[-1, 2]), bool(reached[-1]))
            runs, reached = runs[:-1], reached[:-1]
        return np.asarray(runs[reached])

    def _joined(self, runs: Floats, *, last: bool) -> Found:
        runs = np.concatenate([self._last, runs])
        if len(runs):
            apart = runs[1:, 0] - runs[:-1, 1] > self.gap
            first = np.concatenate([[True], apart])
            ends = np.concatenate([apart, [True]])
            runs = np.stack([runs[first, 0], runs[ends, 1], runs[first, 2], runs[ends, 3]], axis=1)
        over = len(runs) if last else max(len(runs) - 1, 0)
        runs, self._last = runs[:over], runs[over:]
        found = runs[:, :2].astype(np.int64)
        long = found[:, 1] - found[:, 0] >= self.least
        return found[long], means_of(runs[long, 3] - runs[long, 2], found[long])


def _nothing() -> Floats:
    """No run; each has onset, offset, and the totals of all scores before them."""
    return np.zeros((0, 4))
