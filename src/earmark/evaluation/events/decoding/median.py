"""The median of the frames around each: single frames that stand out are evened away."""

import numpy as np

from earmark.evaluation.checks import Floats


def median_filter(scores: Floats, frames: int) -> Floats:
    """Medians over `frames` frames (an even number is made odd); beyond both ends is silence.

    scores (frames,) or (frames, classes).

    >>> median_filter(np.array([0.0, 1.0, 0.0, 1.0, 1.0, 1.0]), 3)
    array([0., 0., 1., 1., 1., 1.])
    """
    if frames <= 1:
        return scores
    from scipy.ndimage import median_filter as rank

    width = frames if frames % 2 else frames + 1
    if scores.ndim == 1:
        return np.asarray(rank(scores, width, mode="constant", cval=0.0))
    columns = [rank(column, width, mode="constant", cval=0.0) for column in scores.T]
    return np.stack(columns, axis=1) if columns else scores
