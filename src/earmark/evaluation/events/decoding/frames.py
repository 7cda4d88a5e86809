"""Stretches of frames: (stretches, 2) whole numbers, from the first up to and without the last."""

import numpy as np
import numpy.typing as npt

from earmark.errors import ConfigError
from earmark.evaluation.checks import Floats, Labels


def check_scores(scores: npt.ArrayLike, dimensions: int) -> Floats:
    """Scores as float64; ConfigError unless they are numbers in [0, 1]."""
    array = np.asarray(scores, dtype=np.float64)
    shape = "(frames,)" if dimensions == 1 else "(frames, classes)"
    if array.ndim != dimensions:
        raise ConfigError(f"scores must have shape {shape}, got {array.shape}")
    if array.size and not (array.min() >= 0 and array.max() <= 1):  # NaN fails too
        raise ConfigError(
            f"scores must lie in [0, 1], got {array.min()} to {array.max()}; give probabilities, "
            "not logits"
        )
    return array


def check_columns(scores: npt.ArrayLike, classes: int) -> Floats:
    """Scores (frames, classes) as float64; ConfigError unless they are numbers in [0, 1]."""
    array = check_scores(scores, 2)
    if array.shape[1] != classes:
        raise ConfigError(
            f"scores must have a column for each of {classes} classes, got {array.shape[1]}"
        )
    return array


def frames_of(seconds: float, hop_s: float) -> int:
    """How many frames last so long, at least so nearly."""
    if not hop_s > 0:
        raise ConfigError(f"hop_s must be above 0 seconds, got {hop_s}")
    return round(seconds / hop_s)


def stretches(active: npt.NDArray[np.bool_]) -> Labels:
    """Where a class is on, (frames,) -> (stretches, 2).

    >>> stretches(np.array([True, True, False, True]))
    array([[0, 2],
           [3, 4]])
    """
    padded = np.zeros(len(active) + 2, dtype=np.int8)
    padded[1:-1] = active
    steps = np.diff(padded)
    return np.stack([np.flatnonzero(steps == 1), np.flatnonzero(steps == -1)], axis=1)


def merge_gaps(found: Labels, gap: int) -> Labels:
    """Neighbours with at most `gap` frames between them become one.

    >>> merge_gaps(np.array([[0, 2], [3, 4], [9, 12]]), gap=1)
    array([[ 0,  4],
           [ 9, 12]])
    """
    if len(found) == 0:
        return found
    apart = found[1:, 0] - found[:-1, 1] > gap
    first = np.concatenate([[True], apart])
    last = np.concatenate([apart, [True]])
    return np.stack([found[first, 0], found[last, 1]], axis=1)


def drop_short(found: Labels, least: int) -> Labels:
    """Without those of fewer than `least` frames.

    >>> drop_short(np.array([[0, 2], [3, 4]]), least=2)
    array([[0, 2]])
    """
    return found[found[:, 1] - found[:, 0] >= least]


def mean_scores(scores: Floats, found: Labels) -> Floats:
    """The mean score of each stretch; scores (frames,)."""
    total = np.concatenate([[0.0], np.cumsum(scores)])
    return means_of(total[found[:, 1]] - total[found[:, 0]], found)


def means_of(sums: Floats, found: Labels) -> Floats:
    """The mean score of each stretch, from the sum of its scores."""
    means = sums / np.maximum(found[:, 1] - found[:, 0], 1)
    return np.asarray(np.clip(np.round(means, 9), 0, 1))  # a mean of .9 is .9
