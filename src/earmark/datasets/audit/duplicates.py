"""Which clips of a dataset are the same recording, exactly or nearly."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from earmark.datasets.audit.candidates import find_candidates
from earmark.datasets.audit.heard import Heard
from earmark.datasets.audit.unite import Sets
from earmark.datasets.audit.verify import Match, verify
from earmark.parallel import Progress, worker_count

ENOUGH = 0.7  # correlation over the overlap; measured: 98 copies of 100 have 0.76, others below 0.5
ENOUGH_SHORT, SHORT_S = 0.88, 1.0  # or two takes of a word would pass by the hundred
SURE_SHORT = 0.94  # two takes by one speaker reach 0.93 over 0.4 s: four pairs of 3,000 digits
LEAST_COVERED = 0.25  # of the energy of the clip that lies more within the overlap
# Or, of a recording that was edited, so that the rest has moved or is another:
LEAST_AGREEING, LEAST_AGREEING_S = 0.4, 0.75  # share of the energy, and seconds


@dataclass(frozen=True)
class Pair:
    """Two clips that hold the same recording, first < second (positions in the list heard)."""

    kind: str
    """'exact' or 'near'."""
    first: int
    second: int
    similarity: float
    shift_s: float = 0.0
    """What is heard in the first comes so much later in the second."""
    overlap_s: float = 0.0


@dataclass(frozen=True)
class Duplicate:
    """Clips that hold the same recording."""

    kind: str
    """'exact': equal samples, whatever the format; 'near': a copy, altered or cut."""
    clips: tuple[int, ...]
    """Positions in the list heard, rising, at least two."""
    similarity: float
    """1 if exact; else the lowest of the strongest links that hold the set together."""
    detail: str
    """A few words for people, as 'aligned at +2.98 s'."""
    pairs: tuple[Pair, ...] = ()
    """The pairs that were compared and found the same."""

    @property
    def sure(self) -> bool:
        """Whether it is a copy, and not maybe a second take of a sound below one second."""
        return all(p.overlap_s >= SHORT_S or p.similarity >= SURE_SHORT for p in self.pairs)


def find_duplicates(
    heard: Sequence[Heard],
    *,
    workers: int | None = None,
    progress: Progress | None = None,
) -> list[Duplicate]:
    """Sets of clips that hold the same recording: exact ones first, then near ones.

    A set is all that hang together by pairs. Exact sets that belong to a near set stand in both.
    Silent clips are left out: they are not the same, there is nothing in them.
    """
    exact = _exact(heard)
    pairs = near_pairs(heard, exact, workers=workers, progress=progress)
    return [*exact, *_near(len(heard), exact, pairs)]


def _exact(heard: Sequence[Heard]) -> list[Duplicate]:
    by_content: dict[str, list[int]] = {}
    for index, one in enumerate(heard):
        if one.content and not one.silent:
            by_content.setdefault(one.content, []).append(index)
    return [
        Duplicate("exact", tuple(same), 1.0, "equal samples")
        for same in by_content.values()
        if len(same) > 1
    ]


def near_pairs(
    heard: Sequence[Heard],
    exact: Sequence[Duplicate],
    *,
    workers: int | None = None,
    progress: Progress | None = None,
) -> list[Pair]:
    """Pairs of unequal clips that hold the same recording; of an exact set only the first."""
    copies = {index for same in exact for index in same.clips[1:]}
    kept = [i for i, one in enumerate(heard) if i not in copies and not one.silent]
    found, shifts = find_candidates([heard[i].prints for i in kept])

    def compare(which: int) -> Match:
        one, two = (heard[kept[i]].prints for i in found[which])
        return verify(one, two, float(shifts[which]))

    best: dict[tuple[int, int], Match] = {}
    # numpy and scipy let other threads run while they compute.
    with ThreadPoolExecutor(worker_count(workers)) as pool:
        for which, match in enumerate(pool.map(compare, range(len(found)))):
            if progress is not None:
                progress(which + 1, len(found))
            if not is_copy(match):
                continue
            place = (kept[found[which, 0]], kept[found[which, 1]])
            if place not in best or match.similarity > best[place].similarity:
                best[place] = match
    return [
        Pair("near", *place, round(m.similarity, 4), round(m.shift_s, 4), round(m.overlap_s, 3))
        for place, m in sorted(best.items())
    ]


def is_copy(match: Match) -> bool:
    """Whether a good part of the sound is the same recording."""
    short = match.overlap_s < SHORT_S
    if match.similarity >= (ENOUGH_SHORT if short else ENOUGH):
        return match.covered >= LEAST_COVERED
    edited = match.agreeing >= LEAST_AGREEING and match.agreeing_s >= LEAST_AGREEING_S
    return edited and not short


def _near(clips: int, exact: Sequence[Duplicate], pairs: Sequence[Pair]) -> list[Duplicate]:
    """Connected sets, joined by the most similar pairs first."""
    joined = Sets(range(clips))
    weakest = [1.0] * clips
    for same in exact:
        for index in same.clips[1:]:
            joined.join(same.clips[0], index)
    for pair in sorted(pairs, key=lambda p: (-p.similarity, p.first, p.second)):
        one, two = joined.root(pair.first), joined.root(pair.second)
        if one != two:
            joined.join(one, two)
            weakest[one] = min(weakest[one], weakest[two], pair.similarity)
    sets: dict[int, list[int]] = {}
    for index in range(clips):
        sets.setdefault(joined.root(index), []).append(index)
    links: dict[int, list[Pair]] = {}
    for pair in pairs:
        links.setdefault(joined.root(pair.first), []).append(pair)
    return [
        Duplicate("near", tuple(sets[at]), weakest[at], _detail(links[at]), tuple(links[at]))
        for at in sorted(links, key=lambda at: sets[at][0])
    ]


def _detail(pairs: Sequence[Pair]) -> str:
    if len(pairs) == 1:
        shift_s = pairs[0].shift_s
        where = "in place" if abs(shift_s) < 0.005 else f"aligned at {shift_s:+.2f} s"
        return f"{where}, {pairs[0].overlap_s:.1f} s in common"
    lowest = min(pair.overlap_s for pair in pairs)
    return f"{len(pairs)} pairs agree, each over at least {lowest:.1f} s"
