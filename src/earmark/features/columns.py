"""A run of rows of any length, kept as no more columns than a picture can show."""

from collections.abc import Callable

import numpy as np

from earmark.features.frontend import Array


class Columns:
    """Rows that arrive in blocks; when there are too many, neighbours are merged two by two.

    So a recording of any length takes the same memory, and its length need not be known before.
    `merge` makes one row of some: a function of (groups, rows, width) and an axis, such as np.mean.
    """

    def __init__(self, most: int, width: int, merge: Callable[..., Array]) -> None:
        self.merge = merge
        self.size = 1
        """Rows a column."""
        self._full = np.empty((2 * most, width), np.float32)
        self._count = 0
        self._waiting = np.empty((0, width), np.float32)

    def add(self, rows: Array) -> None:
        """Take the next rows (rows, width)."""
        rows = np.concatenate([self._waiting, rows]) if len(self._waiting) else rows
        capacity, width = self._full.shape
        at = 0
        while groups := min((len(rows) - at) // self.size, capacity - self._count):
            taken = rows[at : at + groups * self.size].reshape(groups, self.size, width)
            self._full[self._count : self._count + groups] = self.merge(taken, axis=1)
            at += groups * self.size
            self._count += groups
            if self._count == capacity:
                self._count = capacity // 2
                pairs = self._full.reshape(self._count, 2, width)
                self._full[: self._count] = self.merge(pairs, axis=1)
                self.size *= 2
        self._waiting = np.array(rows[at:])  # a copy: a block may be used again

    def rows(self) -> Array:
        """The columns (columns, width) so far; the last may stand for fewer rows than `size`."""
        parts = [self._full[: self._count]]
        if len(self._waiting):
            parts.append(self.merge(self._waiting[None], axis=1))
        return np.concatenate(parts)
