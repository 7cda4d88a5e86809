"""From windows to clips: a clip's probabilities are the mean of its windows'.

Where a clip may have several labels, the mean may be normalised by its largest class as well.
"""

import numpy as np
import numpy.typing as npt

from earmark.errors import ConfigError
from earmark.evaluation.checks import Floats, as_labels, same_length

WAYS = ("mean", "sum")


def clip_probabilities(
    window_probabilities: npt.ArrayLike, clip_index: npt.ArrayLike, clips: int
) -> Floats:
    """Mean of the windows of each clip: (windows, classes), (windows,) -> (clips, classes).

    Windows may come in any order. ConfigError for a clip without windows: it has no answer, and
    leaving it out in silence would flatter the score.

    >>> clip_probabilities([[1, 0], [0.5, 0.5], [0, 1]], [0, 0, 1], clips=2).tolist()
    [[0.75, 0.25], [0.0, 1.0]]
    """
    windows = np.asarray(window_probabilities, dtype=np.float64)
    if windows.ndim != 2:
        raise ConfigError(
            f"window_probabilities must have shape (windows, classes), got {windows.shape}"
        )
    index = as_labels("clip_index", clip_index, clips)
    same_length("window_probabilities", len(windows), "clip_index", len(index))
    count = np.bincount(index, minlength=clips)  # (clips,)
    if (count == 0).any():
        empty = np.flatnonzero(count == 0)
        raise ConfigError(
            f"every clip needs at least 1 window, got none for {len(empty)} of {clips} clips, "
            f"first clip {empty[0]}"
        )
    total = np.zeros((clips, windows.shape[1]))
    np.add.at(total, index, windows)
    return np.asarray(total / count[:, None])


def by_largest(scores: npt.ArrayLike) -> Floats:
    """Scores over the largest of their row: (..., classes) -> (..., classes), the largest 1.

    Of windows' means it gives the sum over windows normalised by the track's largest, one of the
    two ways of Han, Kim and Lee 2017: the same label is found in loud and in faint recordings. A
    row of zeros stays.

    >>> by_largest([[0.5, 0.25], [0.0, 0.0]]).tolist()
    [[1.0, 0.5], [0.0, 0.0]]
    """
    array = np.asarray(scores, dtype=np.float64)
    largest = array.max(axis=-1, keepdims=True)
    return np.asarray(np.divide(array, largest, out=np.zeros_like(array), where=largest > 0))


def clip_scores(window_scores: Floats, aggregate: str) -> Floats:
    """The score of one clip from its windows', (windows, classes) -> (classes,), in one of `WAYS`.

    >>> clip_scores(np.array([[0.5, 0.0], [0.3, 0.2]]), "sum").tolist()
    [1.0, 0.25]
    """
    mean = window_scores.mean(axis=0)
    return np.asarray(mean, np.float64) if aggregate == "mean" else by_largest(mean)
