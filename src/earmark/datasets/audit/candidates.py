"""Which clips may hold the same recording: those whose landmarks agree on one shift in time.

All landmarks are sorted by key, so that equal ones stand together: the work grows with their number
and that of the meetings, not with the pairs of clips. A key that is too common says nothing (hum,
loops) and would make the work quadratic: it is left out.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from earmark.datasets.audit.heard import Prints

Indices = NDArray[np.int64]

COMMON = 40  # a key that more landmarks share is dropped
_SLICES = 16  # keys are gone through by so many parts: memory for one part at a time
_STEP_S = 0.024  # shifts that are taken as one: three hops
_PLACES = 3  # shifts kept of a pair: of a loop several agree


def find_candidates(
    prints: Sequence[Prints], *, votes: int = 3, common: int = COMMON
) -> tuple[Indices, NDArray[np.float64]]:
    """Pairs (pairs, 2) of positions in `prints`, first < second, and shifts in seconds (pairs,).

    A positive shift: what is heard in the first comes so much later in the second. A pair may come
    with up to three shifts, the most agreed on first. At least `votes` landmarks must agree.
    """
    pairs, shifts = [], []
    sizes = np.array([len(p.keys) for p in prints], np.int64)
    if sizes.sum() == 0:
        return np.zeros((0, 2), np.int64), np.zeros(0)
    keys = np.concatenate([p.keys for p in prints])
    times = np.concatenate([p.times for p in prints])
    owners = np.repeat(np.arange(len(prints), dtype=np.int32), sizes)
    for part in range(_SLICES):
        inside = np.flatnonzero(keys >> np.uint32(28) == part)
        first, second = _meetings(keys[inside], owners[inside], common)
        first, second = inside[first], inside[second]
        pairs.append(owners[first].astype(np.int64) * len(prints) + owners[second])
        shifts.append(times[second] - times[first])
    return _vote(np.concatenate(pairs), np.concatenate(shifts), len(prints), votes)


def _meetings(
    keys: NDArray[np.uint32], owners: NDArray[np.int32], common: int
) -> tuple[Indices, Indices]:
    """Every two landmarks of one key in different clips, the earlier clip first."""
    order = np.lexsort((owners, keys))
    sorted_keys = keys[order]
    starts = np.flatnonzero(np.concatenate([[True], sorted_keys[1:] != sorted_keys[:-1]]))
    counts = np.diff(np.append(starts, len(keys)))
    size = np.repeat(counts, counts)
    at = np.arange(len(keys)) - np.repeat(starts, counts)
    firsts, seconds = [], []
    for ahead in range(1, min(common, int(counts.max(initial=0)))):
        one = np.flatnonzero((size <= common) & (at + ahead < size))
        a, b = order[one], order[one + ahead]
        differ = owners[a] != owners[b]
        firsts.append(a[differ])
        seconds.append(b[differ])
    nothing = np.zeros(0, np.int64)
    return np.concatenate([nothing, *firsts]), np.concatenate([nothing, *seconds])


def _vote(
    pairs: Indices, shifts: NDArray[np.floating], clips: int, votes: int
) -> tuple[Indices, NDArray[np.float64]]:
    """The shifts of each pair that at least `votes` meetings agree on."""
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
    enough = np.flatnonzero(together >= votes)
    of = cells[enough] // (2 * span)
    order = np.lexsort((enough, -counts[enough], -together[enough], of))
    enough, of = enough[order], of[order]
    starts = np.flatnonzero(np.concatenate([np.ones(min(len(of), 1), bool), of[1:] != of[:-1]]))
    rank = np.arange(len(of)) - np.repeat(starts, np.diff(np.append(starts, len(of))))
    kept = enough[rank < _PLACES]
    of = of[rank < _PLACES]
    found = np.stack([of // clips, of % clips], axis=1)
    return found, joint[kept] / together[kept]
