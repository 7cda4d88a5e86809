"""Of the clips that were answered with about 80 % certainty, how many are right? Bin by bin."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from earmark.evaluation.checks import Floats
from earmark.evaluation.intervals import wilson

BINS = 15  # as Guo et al. 2017, whom the expected calibration error follows


@dataclass(frozen=True)
class Bin:
    """The answers whose confidence is above `low` and at most `high`, at least one."""

    low: float
    high: float
    count: int
    confidence: float  # their mean
    right: float  # share of them that is right
    right_low: float  # Wilson's 95 % interval of it, taking every answer for independent
    right_high: float

    def to_dict(self) -> dict[str, float | int]:
        """As JSON."""
        return dict(vars(self))


def reliability(
    confidence: Floats, right: npt.NDArray[np.bool_], bins: int = BINS
) -> tuple[Bin, ...]:
    """Equal bins of confidence, (n,) in [0, 1], against the share that is right; no empty bin.

    >>> found = reliability(np.array([0.9, 0.95, 0.5]), np.array([True, False, True]), bins=2)
    >>> [(each.count, each.right) for each in found]
    [(1, 1.0), (2, 0.5)]
    """
    index = np.clip(np.ceil(confidence * bins).astype(int) - 1, 0, bins - 1)
    found = []
    for number in np.unique(index):
        own = index == number
        count, share = int(own.sum()), float(right[own].mean())
        band = wilson(share, count, 1.959964)  # the normal quantile of 95 %
        found.append(
            Bin(
                low=float(number / bins),
                high=float((number + 1) / bins),
                count=count,
                confidence=float(confidence[own].mean()),
                right=share,
                right_low=band.low,
                right_high=band.high,
            )
        )
    return tuple(found)


def calibration_error(bins: tuple[Bin, ...]) -> float:
    """Expected calibration error: the mean gap, weighted by the answers in a bin; NaN of none.

    >>> calibration_error(reliability(np.array([0.75, 0.75]), np.array([True, False])))
    0.25
    """
    total = sum(each.count for each in bins)
    if not total:
        return float("nan")
    return sum(each.count * abs(each.right - each.confidence) for each in bins) / total
