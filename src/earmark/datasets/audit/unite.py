"""Copies belong together: groups that hold copies of one sound become one group."""

from collections.abc import Iterable, Sequence


def united(groups: Sequence[str], sets: Iterable[Sequence[int]]) -> list[str]:
    """The group of each clip after the groups of each set of clips are joined.

    A joined group is called as the first of its names.

    >>> united(["a", "b", "c", "c"], [(0, 2)])
    ['a', 'b', 'a', 'a']
    """
    parent = {group: group for group in groups}

    def root(name: str) -> str:
        while parent[name] != name:
            parent[name] = parent[parent[name]]
            name = parent[name]
        return name

    for clips in sets:
        for index in clips[1:]:
            one, two = sorted((root(groups[clips[0]]), root(groups[index])))
            parent[two] = one
    return [root(group) for group in groups]
