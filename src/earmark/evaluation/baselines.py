"""What little or no skill would score: figures a model must beat before its own means anything."""

from collections.abc import Collection

import numpy as np
import numpy.typing as npt

from earmark.errors import ConfigError
from earmark.evaluation.checks import Floats, Labels, as_labels, same_length


def beside(baseline: str, models: Collection[str]) -> str:
    """The name of a baseline among models, one of which may be called as it is.

    >>> beside("rhythm", ["rhythm", "vgg"]), beside("tempo", ["rhythm", "vgg"])
    ('rhythm baseline', 'tempo')
    """
    return f"{baseline} baseline" if baseline in models else baseline


def majority(train_targets: npt.ArrayLike, test_count: int) -> Labels:
    """Answer the largest class of the train part for every test clip: (test_count,).

    The class comes from the train part alone (the test part chooses nothing); among equally
    large classes the lowest number wins. ConfigError when the train part is empty.

    >>> majority([2, 1, 2, 0], test_count=3)
    array([2, 2, 2])
    """
    array = np.asarray(train_targets)
    if array.ndim != 1 or array.size == 0:
        raise ConfigError(f"train_targets must have shape (n,) with n >= 1, got {array.shape}")
    if array.dtype.kind not in "iu":
        raise ConfigError(f"train_targets must be whole class numbers, got {array.dtype}")
    if array.min() < 0:
        raise ConfigError(f"train_targets must be class numbers from 0, got {array.min()}")
    if test_count < 0:
        raise ConfigError(f"test_count must be at least 0, got {test_count}")
    return np.full(test_count, np.bincount(array).argmax(), dtype=np.int64)


def nearest_neighbours(
    train_values: npt.ArrayLike,
    train_targets: npt.ArrayLike,
    test_values: npt.ArrayLike,
    k: int = 5,
    *,
    weights: npt.ArrayLike | None = None,
) -> Labels:
    """The most frequent class among the k nearest train clips, for every test clip: (test,).

    Values are standardised by the train part, so units do not matter. Neighbours as far as the
    k-th all vote, so the order of the clips does not matter either; among classes with as many
    votes the one with the nearest neighbour wins, then the lowest number. A row with NaN or
    infinity has no value: it is no neighbour of others, and such test rows get the majority of
    such train rows (no tempo is a value too), or of all where the train part has none.

    Args:
        train_values: (train, values) or (train,). train_targets: class numbers, (train,).
        test_values: (test, values) or (test,). k: neighbours; all, if there are fewer.
        weights: of the values, (values,), at least 0: how much of the squared distance is theirs.
    Raises:
        ConfigError: shapes that do not fit, no train clip, class numbers or k out of range.

    >>> tempi = [[120], [122], [124], [178], [180], [182]]
    >>> nearest_neighbours(tempi, [0, 0, 0, 1, 1, 1], [[123], [150], [400]], k=3)
    array([0, 0, 1])
    """
    train, test = _as_values("train_values", train_values), _as_values("test_values", test_values)
    if train.shape[1] != test.shape[1]:
        raise ConfigError(
            f"train_values and test_values must have as many columns, "
            f"got {train.shape[1]} and {test.shape[1]}"
        )
    if len(train) == 0:
        raise ConfigError("nearest neighbours need at least 1 train clip, got 0")
    if k < 1:
        raise ConfigError(f"k must be at least 1, got {k}")
    targets = as_labels("train_targets", train_targets, np.iinfo(np.int32).max)
    same_length("train_values", len(train), "train_targets", len(targets))
    scale = _scale(weights, train.shape[1])
    known, asked = np.isfinite(train).all(axis=1), np.isfinite(test).all(axis=1)
    without = targets[~known] if (~known).any() else targets
    answers = majority(without, len(test))
    if not known.any() or not asked.any():
        return answers
    train, targets = train[known], targets[known]
    spread = train.std(axis=0)
    scale = scale / np.where(spread > 0, spread, 1)
    train, nearest = train * scale, min(k, len(train))
    for row in np.flatnonzero(asked):
        distances = ((train - test[row] * scale) ** 2).sum(axis=1)
        kth = np.partition(distances, nearest - 1)[nearest - 1]
        if kth > 0:
            distances = np.round(distances / kth, 9)  # what only rounding tells apart is tied
        near = np.flatnonzero(distances <= 1 if kth > 0 else distances == 0)
        votes = np.bincount(targets[near])
        best = near[votes[targets[near]] == votes.max()]  # neighbours of the leading classes
        answers[row] = targets[best[np.lexsort((targets[best], distances[best]))[0]]]
    return answers


def _as_values(name: str, values: npt.ArrayLike) -> Floats:
    array = np.asarray(values, dtype=np.float64)
    if array.ndim == 1:
        array = array[:, None]
    if array.ndim != 2 or array.shape[1] == 0:
        raise ConfigError(f"{name} must have shape (clips, values), got {array.shape}")
    return array


def _scale(weights: npt.ArrayLike | None, values: int) -> Floats:
    if weights is None:
        return np.ones(values)
    array = np.asarray(weights, dtype=np.float64)
    if array.shape != (values,) or not (np.isfinite(array) & (array >= 0)).all():
        raise ConfigError(
            f"weights must be numbers of at least 0, shape {(values,)}, got {array.tolist()}"
        )
    return np.sqrt(array)
