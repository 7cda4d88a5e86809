"""From windows to clips: a clip's probabilities are the mean of its windows'."""

import numpy as np
import numpy.typing as npt

from earmark.errors import ConfigError
from earmark.evaluation.checks import Floats, as_labels, same_length


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
