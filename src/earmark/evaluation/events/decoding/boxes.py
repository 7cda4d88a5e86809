"""Sound event bounding boxes: begin and end where the score changes most, not at a threshold.

Source: "Sound event bounding boxes" (arXiv 2406.04212), from its description. A step filter
(the mean after minus the mean before) measures the change at each moment; its maxima are onsets,
its minima offsets. Two boxes are one where the gap between them is shallow on both sides. A box's
confidence is its mean score.
"""

import numpy as np
import numpy.typing as npt

from earmark.evaluation.checks import Floats, Labels
from earmark.evaluation.events.decoding.frames import mean_scores

_DIGITS = 9  # below that, a slope is rounding
_TINY = 1e-12


def boxes(scores: Floats, half: int, least: float, ratio: float) -> tuple[Labels, Floats]:
    """Boxes and their confidences; scores (frames,) in [0, 1].

    Args:
        half: half the step filter's length, in frames.
        least, ratio: a gap parts two boxes if on one side the highest score of the box is more
            than `least` above the gap's lowest, or at least `ratio` times as high.

    >>> boxes(np.array([0.0, 0.0, 0.8, 0.8, 0.8, 0.0, 0.0]), half=2, least=0.2, ratio=2.0)
    (array([[2, 5]]), array([0.8]))
    """
    found = _changes(scores, max(half, 1))
    found = _merged(scores, found, least, ratio)
    confidence = mean_scores(scores, found)
    heard = confidence > 0
    return found[heard], confidence[heard]


def _changes(scores: Floats, half: int) -> Labels:
    """Boxes from each maximum of the change to the minimum after it."""
    if len(scores) == 0:
        return np.zeros((0, 2), dtype=np.int64)
    total = np.concatenate([np.zeros(half + 1), np.cumsum(scores)])
    total = np.concatenate([total, np.full(half, total[-1])])
    # change[t]: at the edge before frame t, of frames + 1 edges; silence on both sides
    middle = total[half : len(total) - half]
    change = change_between(total[: len(middle)], middle, total[2 * half :], half)
    slope = np.diff(np.concatenate([[0.0], change, [0.0]]))
    moving = np.flatnonzero(slope != 0)
    sign = np.sign(slope[moving])
    turns = np.flatnonzero(sign[1:] != sign[:-1])
    up = sign[turns] > 0
    # a level top: its last edge is the onset; a level bottom: its first is the offset
    onsets = moving[turns[up] + 1] - 1
    offsets = moving[turns[~up]]
    if len(onsets) == 0:
        return np.zeros((0, 2), dtype=np.int64)
    offsets = offsets[np.searchsorted(offsets, onsets[0]) :]
    number = min(len(onsets), len(offsets))
    found = np.stack([onsets[:number], offsets[:number]], axis=1)
    return found[found[:, 1] > found[:, 0]]


def change_between(before: Floats, here: Floats, after: Floats, half: int) -> Floats:
    """The step filter at some edges, from the sums of all scores up to `half` before and after."""
    return np.asarray(np.round((after - 2 * here + before) / half, _DIGITS))


def is_shallow(
    one: Floats, other: Floats, gap: Floats, least: float, ratio: float
) -> npt.NDArray[np.bool_]:
    """Whether gaps are too shallow to part two boxes, by the boxes' tops and the gaps' lowest."""
    shallow = np.ones(len(gap), dtype=bool)
    for side in (one, other):
        shallow &= (side - gap < least) & (side < ratio * np.maximum(gap, _TINY))
    return shallow


def _merged(scores: Floats, found: Labels, least: float, ratio: float) -> Labels:
    """Merge over shallow gaps, and again with the higher tops, until nothing changes."""
    while len(found) > 1:
        edges = np.append(found.ravel(), len(scores))
        padded = np.append(scores, 0.0)
        top = np.maximum.reduceat(padded, edges[:-1])[::2]
        gap = np.minimum.reduceat(padded, edges[:-1])[1:-1:2]
        empty = found[1:, 0] == found[:-1, 1]
        gap = np.where(empty, np.minimum(top[:-1], top[1:]), gap)
        shallow = is_shallow(top[:-1], top[1:], gap, least, ratio)
        if not shallow.any():
            return found
        first = np.concatenate([[True], ~shallow])
        last = np.concatenate([~shallow, [True]])
        found = np.stack([found[first, 0], found[last, 1]], axis=1)
    return found
