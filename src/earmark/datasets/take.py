"""Take one part (test or validation) from a pool of groups: near the wanted size, no class out."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from earmark.datasets.allot import Ints, Pool, allot

ATTEMPTS = 8  # deals tried at most; by judgement, not measured
SINGLES = 32  # up to so many groups each alone is tried too: with 5 speakers, a part is one of them
NEAR = 0.02  # share of the pool: a deal with all classes in and so near the size is taken at once
TAKEN, REST = 0, 1


def take(pool: Pool, fraction: float, key: str) -> npt.NDArray[np.bool_]:
    """Which clips to take, (clips,): whole groups, near `fraction` of the pool's clips.

    Of several deals that leave every class in the rest, the best is the one with the fewest classes
    missing from the part; of equals, the one nearest to the wanted size, then the first drawn.
    Nothing is taken if every way to do so takes the last group of a class away.
    """
    groups = pool.groups_with(np.zeros(len(pool.names), dtype=np.int64), 1)[0]  # (classes,)
    wanted = fraction * len(pool.targets)
    best, best_score = np.full(len(pool.names), REST), (np.inf, np.inf)
    for parts in _deals(pool, fraction, key):
        counts = pool.groups_with(parts, 2)
        lost = int(((counts[REST] == 0) & (groups > 0)).sum())
        lacking = int(((counts[TAKEN] == 0) & (groups > 1)).sum())
        size = int(pool.sizes[parts == TAKEN].sum())
        if lost or not size:
            continue
        score = (lacking, abs(size - wanted))
        if score < best_score:
            best, best_score = parts, score
        if lacking == 0 and score[1] <= NEAR * len(pool.targets):
            break
    taken: npt.NDArray[np.bool_] = best == TAKEN
    return taken[pool.group_of]


def _deals(pool: Pool, fraction: float, key: str) -> Iterator[Ints]:
    for attempt in range(ATTEMPTS):
        turn = f"{key}/{attempt}"
        yield _mended(pool, allot(pool, (fraction, 1 - fraction), turn), turn)
    if len(pool.names) <= SINGLES:
        chance = pool.chance(key)
        for group in sorted(range(len(pool.names)), key=lambda g: chance[g]):
            parts = np.full(len(pool.names), REST)
            parts[group] = TAKEN
            yield parts


def _mended(pool: Pool, parts: Ints, key: str) -> Ints:
    """Move the smallest group of a class to the part that lacks it: first the rest, which needs
    every class; then the part taken, as long as the rest keeps each class and half of the clips.
    """
    parts = parts.copy()
    chance = pool.chance(key)
    counts = pool.groups_with(parts, 2)
    order = sorted(range(len(parts)), key=lambda g: (pool.sizes[g], chance[g]))
    for needy, giver in ((REST, TAKEN), (TAKEN, REST)):
        for label in np.flatnonzero((counts[needy] == 0) & (counts[giver] > 0)):
            if counts[needy, label]:  # came along with an earlier class
                continue
            for group in order:
                classes, _ = pool.members[group]
                if parts[group] != giver or label not in classes:
                    continue
                taken = int(pool.sizes[parts == TAKEN].sum())
                if needy == TAKEN and (
                    bool((counts[REST, classes] < 2).any())
                    or 2 * (taken + pool.sizes[group]) > len(pool.targets)
                ):
                    continue
                parts[group] = needy
                counts[giver, classes] -= 1
                counts[needy, classes] += 1
                break
    return parts
