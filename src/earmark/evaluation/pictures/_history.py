"""What the pictures of training read out of a history, one mapping an epoch."""

import math
from collections.abc import Mapping, Sequence

import numpy as np

from earmark.evaluation.checks import Floats

History = Sequence[Mapping[str, float]]


def epochs_of(history: History) -> Floats:
    """The numbers of the epochs, (epochs,): as told, else counted from 1."""
    return np.array([row.get("epoch", i) for i, row in enumerate(history, start=1)], dtype=float)


def series(history: History, *keys: str) -> Floats | None:
    """The values of the first key that any epoch has, (epochs,), NaN where it is missing."""
    for key in keys:
        values = np.array([row.get(key, math.nan) for row in history], dtype=np.float64)
        if np.isfinite(values).any():
            return values
    return None


def pair(history: History, kind: str) -> dict[str, Floats]:
    """ "training" and "validation" values of "loss" or "accuracy", where there are any."""
    found = {
        "training": series(history, f"train_{kind}", f"training_{kind}"),
        "validation": series(history, f"validation_{kind}", f"val_{kind}"),
    }
    return {part: values for part, values in found.items() if values is not None}


def best_epoch(values: Floats, kind: str) -> int:
    """Index of the lowest "loss" or the highest "accuracy", the first where several are equal."""
    return int(np.nanargmin(values) if kind == "loss" else np.nanargmax(values))


def told(value: float, kind: str) -> str:
    """A loss or an accuracy as text.

    >>> told(0.5, "loss"), told(0.925, "accuracy")
    ('0.500', '92.5 %')
    """
    return f"{value:.3f}" if kind == "loss" else f"{100 * value:.1f} %"


def percent(value: float, _: object = None) -> str:
    """A share as a label of an axis.

    >>> percent(0.5)
    '50 %'
    """
    return f"{100 * value:.0f} %"
