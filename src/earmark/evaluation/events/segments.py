"""Segment-based counts: in each second, which classes are heard and which were answered.

Source: Mesaros et al. 2016 (see `counts`), as sed_eval counts it. A class is heard in every segment
that an event of it touches.
"""

from collections.abc import Mapping

import numpy as np

from earmark.errors import ConfigError
from earmark.evaluation.checks import Floats, Labels
from earmark.evaluation.events.counts import Counts
from earmark.evaluation.events.packed import DECIMALS, Packed, Side

SEGMENT_S = 1.0


def segment_counts(
    packed: Packed,
    durations_s: Mapping[str, float] | None = None,
    *,
    segment_s: float = SEGMENT_S,
    decimals: int | None = DECIMALS,
) -> Counts:
    """Count each file's segments.

    Args:
        durations_s: events past the end are clipped where it is known; it changes nothing else.
        decimals: as `collar.collar_counts`.
    """
    if not segment_s > 0:
        raise ConfigError(f"segment_s must be above 0 seconds, got {segment_s}")
    starts = starts_of(packed, durations_s or {}, segment_s, decimals)
    true = roll(packed, packed.truth, starts, segment_s, decimals)
    answered = roll(packed, packed.answers, starts, segment_s, decimals)
    right = true & answered
    found = np.stack([_by_file(each, starts) for each in (right, true, answered)], axis=1)
    n_right, n_true, n_answered = (each.sum(axis=1) for each in (right, true, answered))
    parts = [
        n_true,
        np.minimum(n_true, n_answered) - n_right,
        np.maximum(n_true - n_answered, 0),
        np.maximum(n_answered - n_true, 0),
    ]
    return Counts(found, _by_file(np.stack(parts, axis=1), starts))


def segments_over(times_s: Floats, segment_s: float, decimals: int | None) -> Labels:
    """How many segments reach over a time."""
    ratio = times_s / segment_s
    return np.ceil(ratio if decimals is None else np.round(ratio, decimals)).astype(np.int64)


def span_of(side: Side, segment_s: float, decimals: int | None) -> tuple[Labels, Labels]:
    """First segment and the one after the last of each event."""
    ratio = side.onset_s / segment_s
    first = np.floor(ratio if decimals is None else np.round(ratio, decimals)).astype(np.int64)
    return first, segments_over(side.offset_s, segment_s, decimals)


def starts_of(
    packed: Packed, durations_s: Mapping[str, float], segment_s: float, decimals: int | None
) -> Labels:
    """Where each file's segments begin on one axis, and where the last ends: (files + 1,)."""
    lengths = np.zeros(len(packed.files), dtype=np.int64)
    for side in (packed.truth, packed.answers):
        np.maximum.at(lengths, side.file, span_of(side, segment_s, decimals)[1])
    for at, file in enumerate(packed.files):
        if file in durations_s:
            lengths[at] = segments_over(np.array([durations_s[file]]), segment_s, decimals)[0]
    return np.concatenate([[0], np.cumsum(lengths)])


def roll(
    packed: Packed, side: Side, starts: Labels, segment_s: float, decimals: int | None
) -> "Marks":
    """Which classes are on in each segment of all files: (segments, classes)."""
    span = span_of(side, segment_s, decimals)
    begin, end = starts[side.file], starts[side.file + 1]
    first, last = np.minimum(begin + span[0], end), np.minimum(begin + span[1], end)
    steps = np.zeros((int(starts[-1]) + 1, len(packed.classes)), dtype=np.int64)
    np.add.at(steps, (first, side.label), 1)
    np.add.at(steps, (np.maximum(first, last), side.label), -1)
    return np.asarray(np.cumsum(steps, axis=0)[:-1] > 0)


def _by_file(values: "Marks | Labels", starts: Labels) -> Floats:
    """Sums over each file's segments: (segments, n) -> (files, n)."""
    total = np.zeros((len(values) + 1, values.shape[1]))
    np.cumsum(values, axis=0, out=total[1:])
    return np.asarray(total[starts[1:]] - total[starts[:-1]])


Marks = np.ndarray[tuple[int, int], np.dtype[np.bool_]]
