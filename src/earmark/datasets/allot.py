"""Deal whole groups into parts of wanted sizes, with each class spread evenly over the parts.

The idea of scikit-learn's StratifiedGroupKFold, but: parts may differ in size; the order comes
from hashes and the sums are whole numbers, so the answer is the same on every machine and version
(before scikit-learn 1.8 its `shuffle=True` did not stratify: scikit-learn pull request 32540).
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
ONE = 2**40  # the weight of a whole class; products stay below 2**63 up to 8 million classes


@dataclass(frozen=True)
class Pool:
    """Clips seen as groups: what is dealt out."""

    targets: Ints
    """Class of each clip, (clips,); or 1 for each class that a clip is of, (clips, classes)."""
    groups: npt.NDArray[np.str_]
    """Group of each clip, (clips,)."""

    @cached_property
    def _named(self) -> tuple[npt.NDArray[np.str_], Ints]:
        names, inverse = np.unique(self.groups, return_inverse=True)
        return names, inverse.astype(np.int64)

    @property
    def names(self) -> npt.NDArray[np.str_]:
        """The groups' names, sorted, (groups,)."""
        return self._named[0]

    @property
    def group_of(self) -> Ints:
        """Index into `names` of each clip, (clips,)."""
        return self._named[1]

    @cached_property
    def members(self) -> list[tuple[Ints, Ints]]:
        """Of each group: the classes in it and how many clips of each."""
        classes = self.class_count
        clips, targets = self._pairs
        pairs, counts = np.unique(self.group_of[clips] * classes + targets, return_counts=True)
        edges = np.searchsorted(pairs // classes, np.arange(1, len(self.names)))
        return list(zip(np.split(pairs % classes, edges), np.split(counts, edges), strict=True))

    @cached_property
    def sizes(self) -> Ints:
        """Clips of each group, (groups,)."""
        return np.bincount(self.group_of, minlength=len(self.names)).astype(np.int64)

    @cached_property
    def class_count(self) -> int:
        """One more than the highest class."""
        if self.targets.ndim == 2:
            return int(self.targets.shape[1])
        return int(self.targets.max(initial=0)) + 1

    @cached_property
    def _pairs(self) -> tuple[Ints, Ints]:
        """Clip and class, wherever a clip is of a class."""
        if self.targets.ndim == 1:
            return np.arange(len(self.targets), dtype=np.int64), self.targets
        clips, classes = np.nonzero(self.targets)
        return clips.astype(np.int64), classes.astype(np.int64)

    @cached_property
    def class_sizes(self) -> Ints:
        """Clips of each class, (classes,)."""
        return np.bincount(self._pairs[1], minlength=self.class_count).astype(np.int64)

    def groups_with(self, parts: Ints, part_count: int) -> Ints:
        """How many groups with a class are in a part, (part_count, classes)."""
        table = np.zeros((part_count, self.class_count), dtype=np.int64)
        for part, (classes, _) in zip(parts, self.members, strict=True):
            table[part, classes] += 1
        return table

    def chance(self, key: str) -> list[int]:
        """A number from 0 to 2**64 - 1 for each group, from `key` and its name alone."""
        return [
            int.from_bytes(hashlib.sha256(f"{key}\0{name}".encode()).digest()[:8], "big")
            for name in self.names.tolist()
        ]


def allot(pool: Pool, shares: Sequence[float], key: str) -> Ints:
    """The part of each group, (groups,): a greedy deal, large groups first, in an order drawn from
    `key`.

    Each group goes where the sum over classes of (clips of it in the part / clips of it in all)² /
    share grows least; of equals, to the part with the fewest clips for its share.
    """
    weights = ONE // np.maximum(pool.class_sizes, 1) ** 2
    share = np.asarray(shares, dtype=np.float64)  # (parts,)
    filled = np.zeros((len(share), pool.class_count), dtype=np.int64)
    clips = np.zeros(len(share), dtype=np.int64)
    parts = np.zeros(len(pool.names), dtype=np.int64)
    chance = pool.chance(key)
    # Size counts, but with a factor from 0.5 to 1.5, so that another key gives another deal.
    rank = [int(size) * (2**63 + luck) for size, luck in zip(pool.sizes, chance, strict=True)]
    for group in sorted(range(len(parts)), key=lambda g: (-rank[g], chance[g])):
        classes, counts = pool.members[group]
        growth = ((2 * filled[:, classes] + counts) * (counts * weights[classes])).sum(axis=1)
        cost = growth / share
        best = np.flatnonzero(cost == cost.min())
        part = best[np.argmin(clips[best] / share[best])]
        parts[group] = part
        filled[part, classes] += counts
        clips[part] += pool.sizes[group]
    return parts
