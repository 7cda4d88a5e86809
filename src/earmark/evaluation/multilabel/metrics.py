"""F1, exact match, average and ranking precision of several labels a clip, as pure functions.

F1 works on counts `(..., 3, classes)`, whole or weighted, of right answers, wrong answers and
missed labels, so that thousands of resampled counts are scored at once. What cannot be computed is
NaN, never a silent zero.
"""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from earmark.evaluation.checks import Floats
from earmark.evaluation.metrics import mean_over, ratio
from earmark.evaluation.multilabel.checks import Marks


class PerLabel(NamedTuple):
    """Figures of each class, arrays of (..., classes); NaN where there is nothing to count."""

    precision: Floats
    recall: Floats
    f1: Floats
    support: Floats


def counts(targets: Marks, answers: Marks) -> Floats:
    """(clips, classes) twice -> (clips, 3, classes): right, wrong and missed, 0 or 1 each."""
    return np.stack([targets & answers, ~targets & answers, targets & ~answers], axis=1).astype(
        np.float64
    )


def micro_f1(table: npt.ArrayLike) -> Floats:
    """F1 over all decisions together: (..., 3, classes) -> (...).

    >>> float(micro_f1([[2, 1], [1, 0], [0, 1]]))  # 3 right, 1 wrong, 1 missed
    0.75
    """
    array = np.asarray(table, dtype=np.float64).sum(axis=-1)
    right = 2 * array[..., 0]
    return ratio(right, right + array[..., 1] + array[..., 2])


def macro_f1(table: npt.ArrayLike) -> Floats:
    """Mean F1 over the classes that are true or answered anywhere: (..., 3, classes) -> (...).

    As `sklearn.metrics.f1_score(average="macro", zero_division=np.nan)`.
    """
    figures = per_label(table)
    return mean_over(figures.f1, ~np.isnan(figures.f1))


def per_label(table: npt.ArrayLike) -> PerLabel:
    """Precision, recall, F1 and support of each class, each (..., classes).

    >>> per_label([[2, 0], [2, 0], [0, 1]]).precision.tolist()
    [0.5, nan]
    """
    array = np.asarray(table, dtype=np.float64)
    right, wrong, missed = array[..., 0, :], array[..., 1, :], array[..., 2, :]
    return PerLabel(
        precision=ratio(right, right + wrong),
        recall=ratio(right, right + missed),
        f1=ratio(2 * right, 2 * right + wrong + missed),
        support=right + missed,
    )


def exact_match(targets: Marks, answers: Marks) -> npt.NDArray[np.bool_]:
    """Whether a clip's labels are answered to the last one, (clips, classes) twice -> (clips,)."""
    return np.asarray((targets == answers).all(axis=1))


def ranking_precision(targets: npt.ArrayLike, scores: npt.ArrayLike) -> Floats:
    """How well each row ranks its own labels before the others, in (0, 1]: (rows,).

    The mean over a row's labels of the share of its labels among the classes scored no lower, as
    `sklearn.metrics.label_ranking_average_precision_score`; it needs no threshold. 1 for a row
    without labels, as there is nothing to rank wrongly.

    >>> ranking_precision([[1, 0, 1]], [[0.9, 0.5, 0.1]]).round(4).tolist()
    [0.8333]
    """
    true = np.asarray(targets) > 0
    values = np.asarray(scores, dtype=np.float64)
    above = values[:, None, :] >= values[:, :, None]  # (rows, class, classes scored no lower)
    share = (above & true[:, None, :]).sum(axis=2) / above.sum(axis=2)
    labels = true.sum(axis=1)
    total = np.where(true, share, 0.0).sum(axis=1)
    return np.where(labels > 0, total / np.maximum(labels, 1), 1.0)
