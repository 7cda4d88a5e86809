"""A threshold that keeps a wanted share of sounds that nobody has heard yet."""

import numpy as np
import numpy.typing as npt

from earmark.errors import ConfigError
from earmark.evaluation.checks import Floats


def lowest_kept(scores: npt.ArrayLike, lost: float) -> float:
    """The score below which the next known clip falls with a chance of at most `lost`.

    It is the k-th lowest of n scores, k = floor(lost * (n + 1)): the next clip of the same kind is
    below it with a chance of k / (n + 1) at most (split conformal prediction, Vovk et al. 2005).
    Where n is too small to promise that (k = 0) the lowest score is given, and the chance is
    1 / (n + 1); ask `promised`.

    Args:
        scores: of held-out known clips, (clips,), finite, at least 1.
        lost: wanted share, between 0 and 1.

    >>> lowest_kept(range(99), 0.05)
    4.0
    """
    values = _checked(scores, lost)
    return float(np.sort(values)[max(int(np.floor(lost * (len(values) + 1) + 1e-9)), 1) - 1])


def promised(clips: int, lost: float) -> float:
    """The share of new known clips that `lowest_kept` loses at most, with so many scores.

    >>> promised(99, 0.05), promised(9, 0.05)
    (0.05, 0.1)
    """
    return max(lost, 1 / (clips + 1))


def _checked(scores: npt.ArrayLike, lost: float) -> Floats:
    values = np.asarray(scores, np.float64)
    if values.ndim != 1 or len(values) == 0 or not np.isfinite(values).all():
        raise ConfigError(
            f"scores must be one or more finite numbers (clips,), got shape {values.shape}"
        )
    if not 0 < lost < 1:
        raise ConfigError(f"lost must lie between 0 and 1, got {lost}")
    return values
