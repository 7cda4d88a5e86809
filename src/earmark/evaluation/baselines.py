"""What no skill at all would score: the figure a model must beat before it means anything."""

import numpy as np
import numpy.typing as npt

from earmark.errors import ConfigError
from earmark.evaluation.checks import Labels


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
