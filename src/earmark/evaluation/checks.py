"""What arrives is checked once, here, and the message quotes what was allowed and what came."""

from typing import Any

import numpy as np
import numpy.typing as npt

from earmark.errors import ConfigError

Labels = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

# Probabilities stored as float16 sum to one within about 1e-3 for 50 classes.
SUM_TOLERANCE = 2e-3


def as_labels(name: str, values: npt.ArrayLike, classes: int) -> Labels:
    """Class numbers as int64, shape (n,); ConfigError when one is not a whole number in range.

    >>> as_labels("targets", [0, 2, 1], classes=3)
    array([0, 2, 1])
    """
    array = np.asarray(values)
    if array.ndim != 1:
        raise ConfigError(f"{name} must have shape (n,), got {array.shape}")
    if array.size == 0:
        return np.zeros(0, dtype=np.int64)
    if array.dtype.kind not in "iu":
        raise ConfigError(f"{name} must be whole class numbers, got {array.dtype}")
    low, high = int(array.min()), int(array.max())
    if low < 0 or high >= classes:
        raise ConfigError(f"{name} must lie in 0..{classes - 1}, got {low}..{high}")
    return array.astype(np.int64)


def as_probabilities(name: str, values: npt.ArrayLike, count: int, classes: int) -> Floats:
    """Probabilities as float64, shape (count, classes): finite, in [0, 1], each row summing to one.

    >>> as_probabilities("probabilities", [[0.5, 0.6]], count=1, classes=2)
    Traceback (most recent call last):
    earmark.errors.ConfigError: probabilities must sum to one in each row, row 0 sums to 1.1
    """
    array = np.asarray(values, dtype=np.float64)
    if array.shape != (count, classes):
        raise ConfigError(f"{name} must have shape {(count, classes)}, got {array.shape}")
    bad = ~np.isfinite(array).all(axis=1)
    if bad.any():
        raise ConfigError(
            f"{name} must be finite, got NaN or infinity in {int(bad.sum())} of {count} rows, "
            f"first in row {int(bad.argmax())}"
        )
    outside = ((array < -SUM_TOLERANCE) | (array > 1 + SUM_TOLERANCE)).any(axis=1)
    if outside.any():
        raise ConfigError(f"{name} must lie in [0, 1], got other values in row {outside.argmax()}")
    sums = array.sum(axis=1)
    off = np.abs(sums - 1) > SUM_TOLERANCE
    if off.any():
        row = int(off.argmax())
        raise ConfigError(f"{name} must sum to one in each row, row {row} sums to {sums[row]:.4g}")
    return np.clip(array, 0.0, 1.0)


def as_groups(name: str, values: Any, count: int) -> npt.NDArray[Any]:
    """Group names, shape (count,), as given; None makes each row a group of its own.

    >>> as_groups("groups", ["cd1", "cd1", "cd2"], count=3).shape
    (3,)
    """
    if values is None:
        return np.arange(count)
    array = np.asarray(values)
    if array.shape != (count,):
        raise ConfigError(f"{name} must have shape {(count,)}, got {array.shape}")
    return array


def same_length(first: str, a: int, second: str, b: int) -> None:
    """ConfigError unless two arrays have as many rows."""
    if a != b:
        raise ConfigError(f"{first} and {second} must be as long, got {a} and {b}")


def check_draws(resamples: int, confidence: float) -> None:
    """ConfigError where the settings of an interval by resampling are out of range."""
    if resamples < 2:
        raise ConfigError(f"resamples must be at least 2, got {resamples}")
    check_confidence(confidence)


def check_confidence(confidence: float) -> None:
    """ConfigError where no interval can be meant."""
    if not 0 < confidence < 1:
        raise ConfigError(f"confidence must lie between 0 and 1, got {confidence}")
