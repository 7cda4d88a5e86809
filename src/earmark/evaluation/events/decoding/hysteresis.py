"""Two thresholds: an event must reach the upper one, and lasts while it stays above the lower."""

import numpy as np

from earmark.evaluation.checks import Floats, Labels
from earmark.evaluation.events.decoding.frames import stretches


def hysteresis(scores: Floats, high: float, low: float) -> Labels:
    """Stretches of scores of at least `low` in which at least `high` is reached; scores (frames,).

    >>> hysteresis(np.array([0.4, 0.9, 0.4, 0.0, 0.4]), high=0.8, low=0.3)
    array([[0, 3]])
    """
    found = stretches(scores >= low)
    if low >= high or len(found) == 0:
        return found if low == high else stretches(scores >= high)
    reached = np.concatenate([[0], np.cumsum(scores >= high)])
    return found[reached[found[:, 1]] > reached[found[:, 0]]]
