"""From counts to figures. Counts add up over files, so that whole files can be weighted anew.

`found` has (..., 3, classes): true positives, events of the truth, events answered.
`errors` has (..., 4): events of the truth, substitutions, deletions, insertions.

Source: A. Mesaros, T. Heittola, T. Virtanen, "Metrics for polyphonic sound event detection",
Applied Sciences 6 (6), 2016. Where the truth has no event there is no F1: NaN.
"""

from dataclasses import dataclass

import numpy as np

from earmark.evaluation.checks import Floats

TP, TRUE, ANSWERED = range(3)


@dataclass(frozen=True)
class Counts:
    """What was counted, by file."""

    found: Floats  # (files, 3, classes)
    errors: Floats  # (files, 4)

    @property
    def total(self) -> Floats:
        """(3, classes)."""
        return np.asarray(self.found.sum(axis=0))


@dataclass(frozen=True)
class Rates:
    """The error rate and what it is made of, as shares of the events of the truth."""

    error_rate: float
    substitutions: float
    deletions: float
    insertions: float


def divide(above: Floats, below: Floats) -> Floats:
    """above / below, NaN where below is 0."""
    above, below = np.broadcast_arrays(above, below)
    out = np.full(below.shape, np.nan)
    return np.asarray(np.divide(above, below, out=out, where=below > 0))


def f1_of(tp: Floats, true: Floats, answered: Floats) -> Floats:
    """2 TP / (events of the truth + events answered); NaN where the truth has none.

    >>> f1_of(np.array([1.0, 0.0]), np.array([2.0, 0.0]), np.array([2.0, 3.0]))
    array([0.5, nan])
    """
    return np.where(true > 0, divide(2 * tp, true + answered), np.nan)


def class_f1(found: Floats) -> Floats:
    """(..., 3, classes) -> (..., classes)."""
    return f1_of(found[..., TP, :], found[..., TRUE, :], found[..., ANSWERED, :])


def precision(found: Floats) -> Floats:
    """(..., 3, classes) -> (..., classes); NaN where nothing was answered."""
    return divide(found[..., TP, :], found[..., ANSWERED, :])


def recall(found: Floats) -> Floats:
    """(..., 3, classes) -> (..., classes); NaN where the truth has none."""
    return divide(found[..., TP, :], found[..., TRUE, :])


def micro_f1(found: Floats) -> Floats:
    """All classes together: (..., 3, classes) -> (...)."""
    tp, true, answered = np.moveaxis(found.sum(axis=-1), -1, 0)
    return f1_of(tp, true, answered)


def macro_f1(found: Floats) -> Floats:
    """The mean over the classes that the truth has: (..., 3, classes) -> (...)."""
    each = class_f1(found)
    known = ~np.isnan(each)
    return divide(np.where(known, each, 0).sum(axis=-1), known.sum(axis=-1).astype(np.float64))


def error_rate(errors: Floats) -> Floats:
    """(S + D + I) / events of the truth: (..., 4) -> (...); it may be above 1."""
    return divide(errors[..., 1:].sum(axis=-1), errors[..., 0])


def class_error_rate(found: Floats) -> Floats:
    """(D + I) / events of the truth, class by class: (..., 3, classes) -> (..., classes)."""
    tp, true, answered = (found[..., at, :] for at in range(3))
    return divide(true + answered - 2 * tp, true)


def rates(errors: Floats) -> Rates:
    """The error rate of summed counts, (4,), in its parts."""
    parts = divide(errors[1:], errors[0])
    return Rates(float(parts.sum()), *map(float, parts))
