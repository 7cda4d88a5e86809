"""What arrives is checked once: label matrices of 0 and 1, and scores in [0, 1]."""

import numpy as np
import numpy.typing as npt

from earmark.errors import ConfigError
from earmark.evaluation.checks import SUM_TOLERANCE, Floats

Marks = npt.NDArray[np.bool_]


def as_marks(name: str, values: npt.ArrayLike, classes: int) -> Marks:
    """Which labels each clip has, (clips, classes), of 0 and 1; at least one in all.

    >>> as_marks("targets", [[1, 0], [1, 1]], classes=2).sum()
    np.int64(3)
    """
    array = np.asarray(values)
    if array.ndim != 2 or array.shape[1] != classes:
        raise ConfigError(f"{name} must have shape (clips, {classes}), got {array.shape}")
    if not np.isin(array, (0, 1)).all():
        raise ConfigError(f"{name} must be 0 or 1, got other values")
    if not array.any():
        raise ConfigError(f"{name} must hold at least 1 label, got 0 in {len(array)} rows")
    return array.astype(np.bool_)


def as_scores(name: str, values: npt.ArrayLike, shape: tuple[int, ...]) -> Floats:
    """Scores as float64 of a given shape, finite and in [0, 1]; rows need not sum to one.

    >>> as_scores("scores", [[0.5, 2.0]], (1, 2))
    Traceback (most recent call last):
    earmark.errors.ConfigError: scores must lie in [0, 1], got 0.5 to 2
    """
    array = np.asarray(values, dtype=np.float64)
    if array.shape != shape:
        raise ConfigError(f"{name} must have shape {shape}, got {array.shape}")
    if not np.isfinite(array).all():
        row = int(np.argwhere(~np.isfinite(array))[0, 0])
        raise ConfigError(f"{name} must be finite, got NaN or infinity, first in row {row}")
    low, high = array.min(), array.max()
    if low < -SUM_TOLERANCE or high > 1 + SUM_TOLERANCE:
        raise ConfigError(f"{name} must lie in [0, 1], got {low:g} to {high:g}")
    return np.clip(array, 0.0, 1.0)
