"""Learning rates as pure functions of the step, so that a resumed run needs no state of them."""

import math
from typing import Literal

WARM_UP = 0.25  # share of the steps spent rising (Smith 2018 uses up to .45, fastai .25)
START_DIVISOR = 25.0  # fastai's defaults: begin at a 25th,
END_DIVISOR = 1e4  # end far below where it began


def one_cycle(step: int, steps: int, largest: float) -> float:
    """One cycle (Smith 2018), cosine-shaped: up to `largest`, then down to nearly nothing.

    >>> one_cycle(0, 101, 1.0), one_cycle(25, 101, 1.0)
    (0.04, 1.0)
    """
    if steps <= 1:
        return largest
    place = step / (steps - 1)
    if place < WARM_UP:
        low, share = largest / START_DIVISOR, place / WARM_UP
    else:
        low, share = largest / START_DIVISOR / END_DIVISOR, (1 - place) / (1 - WARM_UP)
    return low + (largest - low) * (1 - math.cos(math.pi * share)) / 2


def learning_rate(
    schedule: Literal["one_cycle", "constant"], step: int, steps: int, largest: float
) -> float:
    """The rate of `step` (from 0) out of `steps` under a schedule."""
    return one_cycle(step, steps, largest) if schedule == "one_cycle" else largest
