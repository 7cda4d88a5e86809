"""Classes of very different sizes: the rare count more in the loss, or are drawn more often."""

import numpy as np
from numpy.typing import NDArray

from earmark.models.recipe import Balance
from earmark.training.windows import Windows

BETA = 0.999  # Cui et al.: one of their four; up to some hundred clips it is nearly one over n
UNEVEN = 3.0  # largest class over smallest: judgement, not measured


def choose_balance(wanted: Balance, clip_targets: NDArray[np.int64], classes: int) -> Balance:
    """What `auto` means for the training clips: "loss" where sizes differ over three times.

    Where clips may have several labels it is "none": there most answers are no whatever the class,
    and the threshold is chosen afterwards.
    """
    if wanted != "auto":
        return wanted
    if clip_targets.ndim == 2:
        return "none"
    counts = class_counts(clip_targets, classes)
    there = counts[counts > 0]
    return "loss" if len(there) and there.max() > UNEVEN * there.min() else "none"


def class_counts(clip_targets: NDArray[np.int64], classes: int) -> NDArray[np.int64]:
    """Clips (classes,) of each class, from (clips,) numbers or (clips, classes) of 0 and 1."""
    if clip_targets.ndim == 2:
        return np.asarray(clip_targets.sum(axis=0), np.int64)
    return np.bincount(clip_targets, minlength=classes).astype(np.int64)


def class_weights(counts: NDArray[np.int64]) -> NDArray[np.float32]:
    """A weight a class (classes,), in one over the effective number of its clips; 1 for none.

    The mean over the clips is 1, so that the rate means what it did.

    Source: Cui et al., Class-balanced loss based on effective number of samples, CVPR 2019.

    >>> class_weights(np.array([90, 10, 0])).round(2)
    array([0.57, 4.9 , 1.  ], dtype=float32)
    """
    there = counts > 0
    weights = np.ones(len(counts))
    weights[there] = (1 - BETA) / (1 - BETA ** counts[there])
    if there.any():
        weights[there] *= counts.sum() / (weights * counts).sum()
    return weights.astype(np.float32)


def sampling_weights(windows: Windows, classes: int) -> NDArray[np.float64]:
    """How likely each window (windows,) is to be drawn, so that classes come as their weights say.

    A clip of several labels has their mean weight; of a long clip no more windows count than an
    epoch shows.
    """
    weights = class_weights(class_counts(windows.clip_targets, classes)).astype(np.float64)
    marks = windows.clip_targets
    if marks.ndim == 2:
        labels = marks.sum(axis=1)
        by_clip = np.where(labels > 0, marks @ weights / np.maximum(labels, 1), 1.0)
    else:
        by_clip = weights[marks]
    found = by_clip[windows.clip_of] * windows.shares()
    return np.asarray(found / found.sum(), np.float64)
