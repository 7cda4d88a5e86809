"""Copies belong together: groups that hold copies of one sound become one group."""

from collections.abc import Hashable, Iterable, Sequence
from typing import Generic, TypeVar

Item = TypeVar("Item", bound=Hashable)


class Sets(Generic[Item]):
    """Items in sets that grow together, each called by one of its items.

    >>> sets = Sets("abcd")
    >>> sets.join("a", "b"), sets.join("a", "d"), sets.root("d"), sets.root("c")
    (None, None, 'a', 'c')
    """

    def __init__(self, items: Iterable[Item]) -> None:
        self._parent = {item: item for item in items}

    def root(self, item: Item) -> Item:
        """The item that the set of this one is called by."""
        parent = self._parent
        while parent[item] != item:
            parent[item] = parent[parent[item]]
            item = parent[item]
        return item

    def join(self, one: Item, other: Item) -> None:
        """Make one set of two, called as that of `one` was."""
        self._parent[self.root(other)] = self.root(one)


def united(groups: Sequence[str], sets: Iterable[Sequence[int]]) -> list[str]:
    """The group of each clip after the groups of each set of clips are joined.

    A joined group is called as the first of its names.

    >>> united(["a", "b", "c", "c"], [(0, 2)])
    ['a', 'b', 'a', 'a']
    """
    joined = Sets(groups)
    for clips in sets:
        for index in clips[1:]:
            joined.join(*sorted((joined.root(groups[clips[0]]), joined.root(groups[index]))))
    return [joined.root(group) for group in groups]
