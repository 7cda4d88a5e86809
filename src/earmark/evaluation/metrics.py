"""Accuracy, balanced accuracy and macro F1 as pure functions over confusion matrices.

Each takes `(..., classes, classes)`, rows the truth and columns the answer, and works on whole
numbers or weights, so that thousands of resampled matrices are scored at once. What cannot be
computed (no clip at all, a class without clips) is NaN, never a silent zero.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from earmark.errors import ConfigError
from earmark.evaluation.checks import Floats, Labels, as_labels, same_length

Metric = Callable[[npt.NDArray[np.generic]], Floats]


class PerClass(NamedTuple):
    """Figures of each class, arrays of (..., classes); NaN where there is nothing to count."""

    precision: Floats
    recall: Floats
    f1: Floats
    support: Floats


def confusion_matrix(targets: npt.ArrayLike, predictions: npt.ArrayLike, classes: int) -> Labels:
    """Count each (truth, answer) pair: (n,), (n,) -> (classes, classes) int64, rows the truth.

    >>> confusion_matrix([0, 0, 1], [0, 1, 1], classes=2).tolist()
    [[1, 1], [0, 1]]
    """
    true = as_labels("targets", targets, classes)
    answered = as_labels("predictions", predictions, classes)
    same_length("targets", len(true), "predictions", len(answered))
    counts = np.bincount(true * classes + answered, minlength=classes * classes)
    return counts.reshape(classes, classes).astype(np.int64)


def _square(matrix: npt.ArrayLike) -> Floats:
    array = np.asarray(matrix, dtype=np.float64)
    if array.ndim < 2 or array.shape[-1] != array.shape[-2]:
        raise ConfigError(f"a confusion matrix must be (..., classes, classes), got {array.shape}")
    return array


def ratio(above: Floats, below: Floats) -> Floats:
    """above / below, NaN where below is 0, without a warning."""
    out = np.full(np.shape(above), np.nan)
    np.divide(above, below, out=out, where=below > 0)
    return out


def mean_over(values: Floats, present: npt.NDArray[np.bool_]) -> Floats:
    """Mean along the last axis over what is present; NaN where nothing is."""
    total = np.where(present, values, 0.0).sum(axis=-1)
    return ratio(total, present.sum(axis=-1).astype(np.float64))


def _correct(array: Floats) -> Floats:
    diagonal = np.einsum("...kk->...k", array)
    return np.asarray(diagonal, dtype=np.float64)  # (..., classes)


def accuracy(matrix: npt.ArrayLike) -> Floats:
    """Share of right answers: (..., classes, classes) -> (...).

    >>> float(accuracy([[3, 1], [0, 4]]))
    0.875
    """
    array = _square(matrix)
    return ratio(_correct(array).sum(axis=-1), array.sum(axis=(-2, -1)))


def balanced_accuracy(matrix: npt.ArrayLike) -> Floats:
    """Mean recall over the classes present in the truth: (..., classes, classes) -> (...).

    As `sklearn.metrics.balanced_accuracy_score`: a class without clips is left out.

    >>> float(balanced_accuracy([[2, 2], [0, 1]]))
    0.75
    """
    array = _square(matrix)
    support = array.sum(axis=-1)  # (..., classes)
    return mean_over(ratio(_correct(array), support), support > 0)


def macro_f1(matrix: npt.ArrayLike) -> Floats:
    """Mean F1 over the classes present in the truth or among the answers: (...).

    As `sklearn.metrics.f1_score(average="macro", zero_division=0)`, whose labels are those of
    both arrays: a class answered but never true counts as 0, one absent from both is left out.

    >>> round(float(macro_f1([[2, 2, 0], [0, 1, 0], [0, 0, 0]])), 4)
    0.5833
    """
    array = _square(matrix)
    both = array.sum(axis=-1) + array.sum(axis=-2)  # (..., classes): support + answers
    return mean_over(ratio(2 * _correct(array), both), both > 0)


def per_class(matrix: npt.ArrayLike) -> PerClass:
    """Precision, recall, F1 and support of each class, each (..., classes).

    Precision is NaN for a class never answered, recall for one never true, F1 for neither.

    >>> per_class([[2, 2], [0, 1]]).recall.tolist()
    [0.5, 1.0]
    """
    array = _square(matrix)
    correct, support, answered = _correct(array), array.sum(axis=-1), array.sum(axis=-2)
    return PerClass(
        precision=ratio(correct, answered),
        recall=ratio(correct, support),
        f1=ratio(2 * correct, support + answered),
        support=support,
    )


METRICS: dict[str, Metric] = {
    "accuracy": accuracy,
    "balanced_accuracy": balanced_accuracy,
    "macro_f1": macro_f1,
}
"""The figures every score card gives with an interval."""
