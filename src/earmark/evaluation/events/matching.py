"""The largest number of pairs of answers and events that can be made, each in one pair at most.

J. E. Hopcroft and R. M. Karp, "An n^5/2 algorithm for maximum matchings in bipartite graphs",
SIAM J. Comput. 2, 1973. Several matchings may be as large; which events they leave over decides
what counts as a substitution. The order of the search is therefore fixed: first come, first served.
"""

from collections import defaultdict

import numpy as np

from earmark.evaluation.checks import Labels


def match(answers: Labels, truths: Labels) -> tuple[Labels, Labels]:
    """Matched pairs out of those allowed: (pairs,) numbers of answers, and of events.

    >>> match(np.array([0, 0, 1]), np.array([0, 1, 0]))
    (array([1, 0]), array([0, 1]))
    """
    if len(answers) == 0:
        return answers, truths
    single = np.bincount(answers)[answers] == 1
    single &= np.bincount(truths)[truths] == 1
    rest = _hopcroft_karp(answers[~single].tolist(), truths[~single].tolist())
    some = np.array(sorted(rest.items()), dtype=np.int64).reshape(-1, 2)
    found_truths = np.concatenate([some[:, 0], truths[single]])
    found_answers = np.concatenate([some[:, 1], answers[single]])
    order = np.argsort(found_truths)
    return found_answers[order], found_truths[order]


def _hopcroft_karp(answers: list[int], truths: list[int]) -> dict[int, int]:
    """The answer given to each matched event."""
    wishes: dict[int, list[int]] = defaultdict(list)
    for answer, truth in zip(answers, truths, strict=True):
        wishes[answer].append(truth)
    taken: dict[int, int] = {}
    for answer, wanted in wishes.items():
        free = next((truth for truth in wanted if truth not in taken), None)
        if free is not None:
            taken[free] = answer
    while True:
        reached, ends, came_from = _layers(wishes, taken)
        if not ends:
            return taken
        for end in ends:
            _augment(end, taken, reached, came_from)


def _layers(
    wishes: dict[int, list[int]], taken: dict[int, int]
) -> tuple[dict[int, list[int]], list[int], dict[int, int | None]]:
    """Shortest ways from unmatched answers, layer by layer, until free events are met.

    Returns which answers of the layer before lead to each event, the free events met, and through
    which event each answer was reached (None: it is unmatched itself).
    """
    matched = set(taken.values())
    came_from: dict[int, int | None] = {each: None for each in wishes if each not in matched}
    layer = list(came_from)
    reached: dict[int, list[int]] = {}
    ends: list[int] = []
    while layer and not ends:
        fresh: dict[int, list[int]] = {}
        for answer in layer:
            for truth in wishes[answer]:
                if truth not in reached:
                    fresh.setdefault(truth, []).append(answer)
        reached.update(fresh)
        layer = []
        for truth in fresh:
            if truth in taken:
                layer.append(taken[truth])
                came_from[taken[truth]] = truth
            else:
                ends.append(truth)
    return reached, ends, came_from


def _augment(
    end: int,
    taken: dict[int, int],
    reached: dict[int, list[int]],
    came_from: dict[int, int | None],
) -> bool:
    """Exchange the pairs along a way back from a free event; each vertex serves one way only."""
    # a stack, not recursion: a way may be as long as there are events
    path: list[tuple[int, int]] = []  # (event, answer tried for it)
    stack = [(end, iter(reached.pop(end, [])))]
    while stack:
        truth, candidates = stack[-1]
        answer = next((each for each in candidates if each in came_from), None)
        if answer is None:
            stack.pop()
            if path:
                path.pop()
            continue
        through = came_from.pop(answer)
        path.append((truth, answer))
        if through is None:
            taken.update(path)
            return True
        stack.append((through, iter(reached.pop(through, []))))
    return False
