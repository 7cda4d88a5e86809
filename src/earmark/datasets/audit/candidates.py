"""Which clips may hold the same recording: those whose landmarks agree on one shift in time.

All landmarks are sorted by key, so that equal ones stand together: the work grows with their number
and that of the meetings, not with the pairs of clips. A key that is very common (hum, loops, one
jingle copied a hundred times) would make the work quadratic: it joins each clip only to the next
few that have it, so that a large set of copies still hangs together.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from earmark.datasets.audit.heard import Prints

Indices = NDArray[np.int64]

_COMMON = 16  # landmarks that share a key, up to which all meet all
_NEXT = 4  # beyond that each clip meets so many
_SLICES = 16  # keys are gone through by so many parts: memory for one part at a time
_STEP_S = 0.024  # shifts that are taken as one: three hops
_PLACES = 3  # shifts kept of a pair: of a loop several agree
_VOTES = 3
_VOTES_SHARE = 0.001  # of the landmarks of the clip that has fewer: long clips meet by chance


def find_candidates(prints: Sequence[Prints]) -> tuple[Indices, NDArray[np.float64]]:
    """Pairs (pairs, 2) of positions in `prints`, first < second, and shifts in seconds (pairs,).

    A positive shift: what is heard in the first comes so much later in the second. A pair may come
    with up to three shifts, the most agreed on first.
    """
    sizes = np.array([len(p.keys) for p in prints], np.int64)
    if sizes.sum() == 0:
        return np.zeros((0, 2), np.int64), np.zeros(0)
    keys = np.concatenate([p.keys for p in prints])
    times = np.concatenate([p.times for p in prints])
    owners = np.repeat(np.arange(len(prints), dtype=np.int32), sizes)
    pairs, shifts = [], []
    for part in range(_SLICES):
        inside = np.flatnonzero(keys >> np.uint32(28) == part)
        first, second = _meetings(keys[inside], owners[inside])
        first, second = inside[first], inside[second]
        pairs.append(owners[first].astype(np.int64) * len(prints) + owners[second])
        shifts.append(times[second] - times[first])
    return _vote(np.concatenate(pairs), np.concatenate(shifts), sizes)


def _meetings(keys: NDArray[np.uint32], owners: NDArray[np.int32]) -> tuple[Indices, Indices]:
    """Pairs of landmarks of one key in different clips, the earlier clip first."""
    order = np.lexsort((owners, keys))
    size, _ = _runs(keys[order])
    rare = order[size <= _COMMON]
    common = order[size > _COMMON]
    # Of a common key the first landmark of each clip.
    of, by = keys[common], owners[common]
    common = common[np.concatenate([[True], (of[1:] != of[:-1]) | (by[1:] != by[:-1])])[: len(of)]]
    firsts, seconds = [np.zeros(0, np.int64)], [np.zeros(0, np.int64)]
    for some, most in ((rare, _COMMON - 1), (common, _NEXT)):
        size, at = _runs(keys[some])
        for ahead in range(1, min(most, int(size.max(initial=1)) - 1) + 1):
            one = np.flatnonzero(at + ahead < size)
            a, b = some[one], some[one + ahead]
            differ = owners[a] != owners[b]
            firsts.append(a[differ])
            seconds.append(b[differ])
    return np.concatenate(firsts), np.concatenate(seconds)


def _runs(values: NDArray[Any]) -> tuple[Indices, Indices]:
    """For each of sorted `values` how many are equal to it, and how many of these stand before."""
    if not len(values):
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    starts = np.flatnonzero(np.concatenate([[True], values[1:] != values[:-1]]))
    counts = np.diff(np.append(starts, len(values)))
    return np.repeat(counts, counts), np.arange(len(values)) - np.repeat(starts, counts)


def _vote(
    pairs: Indices, shifts: NDArray[np.float32], sizes: Indices
) -> tuple[Indices, NDArray[np.float64]]:
    """The shifts of each pair that enough meetings agree on."""
    clips = len(sizes)
    steps = np.round(shifts / _STEP_S).astype(np.int64)
    span = int(np.abs(steps).max(initial=0)) + 2
    cells, which, counts = np.unique(
        pairs * (2 * span) + steps + span, return_inverse=True, return_counts=True
    )
    sums = np.bincount(which, weights=shifts, minlength=len(cells))
    # A shift at the border of two cells votes for both halves: neighbours count together.
    follows = np.flatnonzero(np.diff(cells) == 1)
    together, joint = counts.copy(), sums.copy()
    together[follows] += counts[follows + 1]
    joint[follows] += sums[follows + 1]
    together[follows + 1] += counts[follows]
    joint[follows + 1] += sums[follows]
    one, two = np.divmod(cells // (2 * span), clips)
    votes = np.maximum(_VOTES, _VOTES_SHARE * np.minimum(sizes[one], sizes[two]))
    enough = np.flatnonzero(together >= votes)
    of = cells[enough] // (2 * span)
    order = np.lexsort((enough, -counts[enough], -together[enough], of))
    enough, of = enough[order], of[order]
    _, rank = _runs(of)
    kept = enough[rank < _PLACES]
    of = of[rank < _PLACES]
    found = np.stack([of // clips, of % clips], axis=1)
    return found, joint[kept] / together[kept]
