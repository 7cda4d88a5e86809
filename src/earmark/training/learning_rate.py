"""Learning rates as pure functions of the step, so that a resumed run needs no state of them.

Steps are counted from 0; `largest` is the rate that the range test, the recipe or the user chose.
"""

import math

WARM_UP = 0.25  # share of the steps spent rising (Smith 2018 uses up to .45, fastai .25)
START_DIVISOR = 25.0  # fastai's defaults: begin at a 25th,
END_DIVISOR = 1e4  # end far below where it began
MOMENTUM_HIGH, MOMENTUM_LOW = 0.95, 0.85  # Smith 2018: little momentum where the rate is large
CYCLE_DIVISOR = 4.0  # Smith 2015: the base of a cycle is a third or a fourth of its top
HALF_CYCLE_EPOCHS = 4.0  # Smith 2015: 2 to 10 epochs up, and as many down
EXP_RANGE_END = 0.1  # what is left of the tops of exp_range at the end
SHORT_WARM_UP = 0.05  # share of the steps; what warm-up before a cosine usually takes

FALLING = ("one_cycle", "cosine", "triangular", "triangular2", "exp_range")
"""Schedules that end far below where they were: what validation says before tells little."""


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
    return low + (largest - low) * _rise(share)


def one_cycle_momentum(step: int, steps: int) -> float:
    """Momentum under one cycle: down while the rate goes up, and up while it goes down.

    >>> [round(one_cycle_momentum(step, 101), 3) for step in (0, 25, 100)]
    [0.95, 0.85, 0.95]
    """
    place = step / (steps - 1) if steps > 1 else WARM_UP
    share = place / WARM_UP if place < WARM_UP else (1 - place) / (1 - WARM_UP)
    return MOMENTUM_HIGH - (MOMENTUM_HIGH - MOMENTUM_LOW) * _rise(share)


def _rise(share: float) -> float:
    """Half a cosine from 0 (at 0) to 1 (at 1)."""
    return (1 - math.cos(math.pi * share)) / 2


def cosine(step: int, steps: int, largest: float) -> float:
    """A straight warm-up, then half a cosine down to nearly nothing (Loshchilov and Hutter 2017).

    >>> cosine(0, 101, 1.0), cosine(5, 101, 1.0)
    (0.04, 1.0)
    """
    if steps <= 1:
        return largest
    place = step / (steps - 1)
    if place < SHORT_WARM_UP:
        low = largest / START_DIVISOR
        return low + (largest - low) * place / SHORT_WARM_UP
    low = largest / START_DIVISOR / END_DIVISOR
    return low + (largest - low) * _rise((1 - place) / (1 - SHORT_WARM_UP))


def warm_up(step: int, steps: int, largest: float) -> float:
    """A straight warm-up, then `largest` to the end: what the schedule-free optimisers want.

    >>> warm_up(0, 101, 1.0), warm_up(5, 101, 1.0), warm_up(100, 101, 1.0)
    (0.04, 1.0, 1.0)
    """
    rising = SHORT_WARM_UP * (steps - 1)
    low = largest / START_DIVISOR
    return low + (largest - low) * step / rising if step < rising else largest


def half_cycle(steps: int, steps_per_epoch: int) -> float:
    """Steps from the bottom of a cycle to its top: some epochs, and whole cycles fill the training.

    >>> half_cycle(steps=161, steps_per_epoch=10)
    40.0
    """
    cycles = max(1, round((steps - 1) / (2 * HALF_CYCLE_EPOCHS * steps_per_epoch)))
    return max((steps - 1) / (2 * cycles), 1.0)


def triangular(step: int, half: float, base: float, largest: float) -> float:
    """Smith 2015: straight up and down between two rates, `half` steps each way.

    >>> [triangular(step, 2, 1, 5) for step in range(5)]
    [1.0, 3.0, 5.0, 3.0, 1.0]
    """
    return base + (largest - base) * _height(step, half)


def triangular2(step: int, half: float, base: float, largest: float) -> float:
    """Smith 2015: as `triangular`, each cycle half as high as the one before.

    >>> [triangular2(step, 1, 1, 5) for step in range(5)]
    [1.0, 5.0, 1.0, 3.0, 1.0]
    """
    return base + (largest - base) * _height(step, half) / math.pow(2, _cycle(step, half) - 1)


def exp_range(step: int, half: float, base: float, largest: float, gamma: float) -> float:
    """Smith 2015: as `triangular`, the height shrinking by `gamma` every step.

    >>> [round(exp_range(step, 1, 0.1, 0.5, 0.5), 3) for step in range(4)]
    [0.1, 0.3, 0.1, 0.15]
    """
    return base + (largest - base) * _height(step, half) * math.pow(gamma, step)


def _cycle(step: int, half: float) -> int:
    """The number of the cycle, from 1."""
    return math.floor(1 + step / (2 * half))


def _height(step: int, half: float) -> float:
    """0 at the ends of a cycle, 1 at its middle."""
    return max(0.0, 1 - abs(step / half - 2 * _cycle(step, half) + 1))


def learning_rate(
    schedule: str, step: int, steps: int, largest: float, steps_per_epoch: int = 1
) -> float:
    """The rate of `step` (from 0) out of `steps` under a schedule of `Recipe.schedule`."""
    if schedule == "one_cycle":
        return one_cycle(step, steps, largest)
    if schedule == "cosine":
        return cosine(step, steps, largest)
    if schedule == "schedule_free":
        return warm_up(step, steps, largest)
    if schedule == "constant":
        return largest
    half, base = half_cycle(steps, steps_per_epoch), largest / CYCLE_DIVISOR
    if schedule == "triangular":
        return triangular(step, half, base, largest)
    if schedule == "triangular2":
        return triangular2(step, half, base, largest)
    gamma = EXP_RANGE_END ** (1 / max(steps - 1, 1))
    return exp_range(step, half, base, largest, gamma)


def momentum(schedule: str, step: int, steps: int) -> float | None:
    """The momentum of `step`, or Adam's first beta; None: as the optimiser has it."""
    return one_cycle_momentum(step, steps) if schedule == "one_cycle" else None
