"""Sound event bounding boxes of scores that arrive in pieces.

The same as `boxes` of all scores at once, to the bit. That can be: the step filter reaches half its
length ahead; and of two boxes it is known as soon as both are there whether the gap between parts
them, for merging raises tops, which never makes a deep gap shallow (and no two boxes touch: between
an offset and the next onset the change must rise). So the last box is kept, and what the highest
or lowest score has been since the last turn.
"""

from dataclasses import dataclass

import numpy as np

from earmark.evaluation.checks import Floats, Labels
from earmark.evaluation.events.decoding import Boxes
from earmark.evaluation.events.decoding.boxes import change_between, is_shallow
from earmark.evaluation.events.decoding.frames import frames_of, means_of
from earmark.inference.detect.by_threshold import Found

ONSET, OFFSET, ONSET_TOTAL, OFFSET_TOTAL, TOP, LOW = range(6)
"""Columns of boxes: frames, totals of all scores before them, the highest score, and the lowest of
the gap before the box."""


@dataclass
class _Open:
    """A box whose end is not known yet: it is `end`, unless the change goes on falling."""

    onset: int
    onset_total: float
    top: float
    end: int
    end_total: float
    later_low: float = np.inf
    later_top: float = -np.inf


class ByBoxes:
    """One class."""

    def __init__(self, settings: Boxes, hop_s: float) -> None:
        self.settings = settings
        self.half = max(frames_of(settings.step_s / 2, hop_s), 1)
        self.least = frames_of(settings.least_s, hop_s)
        self._totals: Floats = np.zeros(1)  # of all scores before each edge, from `_first` on
        self._first = 0
        self._scores: Floats = np.zeros(0)  # from frame `_at` on; what was before is summed up
        self._at = self._edge = 0  # the next edge: edge t is before frame t
        self._change = 0.0  # at the edge before that
        self._open: _Open | None = None
        self._low = np.inf  # of the gap before the open box, or of the gap that is now
        self._boxes: Floats = np.zeros((0, 6))  # the last box; its onset is that of all it joined

    def take(self, scores: Floats, *, last: bool = False) -> Found:
        """The boxes that are over, once these scores (frames,) came; with `last`, all the rest."""
        self._scores = np.concatenate([self._scores, scores])
        more = np.cumsum(np.concatenate([self._totals[-1:], scores]))[1:]
        self._totals = np.concatenate([self._totals, more])
        known = self._first + len(self._totals) - 1
        if known == 0:
            return _found(self._boxes)
        until = known + 1 if last else known - self.half + 1
        if until > self._edge:
            moving, rises = self._slopes(until, known, last=last)
            boxes = self._turns(moving, rises, known if last else until - 1)
            self._boxes = np.concatenate([self._boxes, boxes])
            self._edge = until
            first = max(0, until - self.half)
            self._totals = self._totals[first - self._first :]
            self._first = first
        return self._merged(last=last)

    def _slopes(self, until: int, known: int, *, last: bool) -> tuple[Labels, Labels]:
        """Edges where the change rises or falls, and whether it rises; up to edge `until`."""
        edges = np.arange(self._edge, until)
        sums = [
            self._totals[np.clip(edges + by, 0, known) - self._first]
            for by in (-self.half, 0, self.half)
        ]
        change = change_between(sums[0], sums[1], sums[2], self.half)
        if last:
            change = np.append(change, 0.0)
        slope = np.diff(np.concatenate([[self._change], change]))
        self._change = float(change[-1])
        moving = np.flatnonzero(slope)
        return self._edge + moving, (slope[moving] > 0).astype(np.int64)

    def _turns(self, moving: Labels, rises: Labels, until: int) -> Floats:
        """Boxes that end at these edges; scores up to frame `until` are summed up."""
        scores, begin = self._scores[: until - self._at], self._at
        self._scores, self._at = self._scores[until - begin :], until
        if not len(moving):
            self._wait(scores)
            return np.zeros((0, 6))
        early = self._resolved(bool(rises[0]))
        in_box = self._open is not None
        turned = np.flatnonzero(np.diff(np.concatenate([[0 if in_box else 1], rises])))
        # a level top: its last edge is the onset; a level bottom: its first is the offset
        falls = rises[turned] == 0
        turns = np.where(falls, moving[turned] - 1, moving[np.maximum(turned - 1, 0)])
        ends_in_box = in_box ^ bool(len(turned) % 2)
        cuts = np.concatenate([[begin], turns, [moving[-1]] if ends_in_box else [], [until]])
        cuts = cuts.astype(np.int64)
        tops = _each(np.maximum, scores, cuts - begin, -np.inf)
        lows = _each(np.minimum, scores, cuts - begin, np.inf)
        totals = self._totals[turns - self._first]
        stretches = len(turns) + 1
        box = np.arange(stretches) % 2 == (0 if in_box else 1)
        box_tops, gap_lows = tops[:stretches][box], lows[:stretches][~box]
        onsets, onset_totals = turns[falls], totals[falls]
        if self._open is not None:
            box_tops[0] = max(box_tops[0], self._open.top)
            gap_lows = np.concatenate([[self._low], gap_lows])
            onsets = np.concatenate([[self._open.onset], onsets])
            onset_totals = np.concatenate([[self._open.onset_total], onset_totals])
        else:
            gap_lows[0] = min(gap_lows[0], self._low)
        over = int((~falls).sum())
        columns = (onsets, turns[~falls], onset_totals, totals[~falls], box_tops, gap_lows)
        boxes = np.stack([column[:over].astype(np.float64) for column in columns], axis=1)
        self._low, self._open = float(gap_lows[over]), None
        if ends_in_box:
            end = int(moving[-1])
            self._open = _Open(
                onset=int(onsets[over]),
                onset_total=float(onset_totals[over]),
                top=float(box_tops[over]),
                end=end,
                end_total=float(self._totals[end - self._first]),
                later_low=float(lows[-1]),
                later_top=float(tops[-1]),
            )
        return np.concatenate([early, boxes])

    def _wait(self, scores: Floats) -> None:
        """Nothing turned; what the scores belong to is known in a gap, but not after a fall."""
        if not len(scores):
            return
        if self._open is None:
            self._low = min(self._low, float(scores.min()))
        else:
            self._open.later_low = min(self._open.later_low, float(scores.min()))
            self._open.later_top = max(self._open.later_top, float(scores.max()))

    def _resolved(self, rises: bool) -> Floats:
        """The open box, if it ended where it seemed to; else it goes on."""
        box = self._open
        if box is None:
            return np.zeros((0, 6))
        if not rises:
            box.top = max(box.top, box.later_top)
            return np.zeros((0, 6))
        row = [box.onset, box.end, box.onset_total, box.end_total, box.top, self._low]
        self._low, self._open = box.later_low, None
        return np.array([row], dtype=np.float64)

    def _merged(self, *, last: bool) -> Found:
        """Boxes with a shallow gap between are one; the last may still go on."""
        boxes = self._boxes
        if not len(boxes):
            return _found(boxes)
        tops, low = boxes[:, TOP], boxes[1:, LOW]
        deep = ~is_shallow(tops[:-1], tops[1:], low, self.settings.least, self.settings.ratio)
        first = np.concatenate([[True], deep])
        ends = np.concatenate([deep, [True]])
        joined = boxes[ends].copy()
        joined[:, [ONSET, ONSET_TOTAL]] = boxes[first][:, [ONSET, ONSET_TOTAL]]
        over = len(joined) if last else len(joined) - 1
        self._boxes = joined[over:]
        found, sure = _found(joined[:over])
        kept = (sure >= self.settings.confidence) & (sure > 0)
        kept &= found[:, 1] - found[:, 0] >= self.least
        return found[kept], sure[kept]


def _found(boxes: Floats) -> Found:
    found = boxes[:, [ONSET, OFFSET]].astype(np.int64)
    return found, means_of(boxes[:, OFFSET_TOTAL] - boxes[:, ONSET_TOTAL], found)


def _each(highest: np.ufunc, scores: Floats, cuts: Labels, nothing: float) -> Floats:
    """The highest (or lowest) score between each two cuts; `nothing` where they are one."""
    values = highest.reduceat(np.append(scores, nothing), cuts[:-1])
    return np.where(cuts[1:] > cuts[:-1], values, nothing)
