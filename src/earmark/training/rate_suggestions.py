"""What the curve of a range test says of the learning rate: several rules, and one choice of them.

All rules read the smoothed loss (steps,) over rates (steps,) that rise by one factor a step.
"""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from earmark.training.range_test import Ramp

Values = NDArray[np.float64]
FEWEST = 10  # steps before which a curve says nothing
FALL = 0.1  # share of the whole fall that tells a fall from noise
CLEARLY = 0.05  # of the loss of guessing: by less, chance curves fell too (dances)
CHANCE = 1.4  # times the scatter of single losses: less is chance in 1 of 10 curves (measured)
START = 0.1  # share of the steps whose mean loss is that of a network that has not learned
SLOPE = 3  # steps to either side that a slope is taken over


@dataclass(frozen=True)
class Choice:
    """A learning rate and why."""

    rate: float
    how: Literal["range test", "usual"]
    reason: str
    suggestions: dict[str, float]
    """The rate of each rule."""
    base: float | None = None
    """The rate where the loss first falls."""
    highest: float | None = None
    """The rate where it falls no more."""


def steepest(rates: Values, smoothed: Values) -> float:
    """The rate where the loss falls fastest by the logarithm of the rate."""
    end = max(int(np.argmin(smoothed)), 2 * SLOPE)
    first = max(SLOPE, round(START * len(rates)))
    places = range(first, max(min(end, len(rates) - SLOPE), first + 1))
    slopes = [smoothed[min(at + SLOPE, len(rates) - 1)] - smoothed[at - SLOPE] for at in places]
    return float(rates[places[int(np.argmin(slopes))]])


def valley(rates: Values, smoothed: Values) -> float:
    """The middle of the longest run of ever lower losses, steps between left out (after fastai)."""
    length = np.ones(len(smoothed), int)
    before = np.full(len(smoothed), -1)
    for at in range(1, len(smoothed)):
        higher = np.flatnonzero(smoothed[:at] > smoothed[at])
        if len(higher):
            best = higher[::-1][int(np.argmax(length[higher[::-1]]))]  # the latest of equals
            length[at], before[at] = length[best] + 1, best
    end = first = int(np.argmax(length))
    while before[first] >= 0:
        first = int(before[first])
    return float(rates[first + (end - first) // 2])


def lowest(rates: Values, smoothed: Values) -> float:
    """The rate where the loss is lowest."""
    return float(rates[int(np.argmin(smoothed))])


def edges(rates: Values, smoothed: Values, start: float) -> tuple[float, float]:
    """Smith's two: where the loss first falls from `start` for good, and where it falls no more.

    The latter is the middle of the rates at which it is about as low as it gets: the very lowest
    is anywhere among them by chance.
    """
    bottom = int(np.argmin(smoothed))
    fall = start - smoothed[bottom]
    high = np.flatnonzero(smoothed[:bottom] > start - FALL * fall)
    base = int(high[-1]) + 1 if len(high) else 0
    low = np.flatnonzero(smoothed <= smoothed[bottom] + FALL * fall)
    return float(rates[base]), math.sqrt(float(rates[low[0]]) * float(rates[low[-1]]))


def guessing(targets: NDArray[np.int64], classes: int) -> float:
    """The loss of whoever knows how frequent each label is, and hears nothing.

    `targets` are (windows,) class numbers or (windows, classes) of 0 and 1.

    >>> round(guessing(np.array([0, 1, 0, 1]), 2), 4)
    0.6931
    """
    if targets.ndim == 2:
        share = np.clip(targets.mean(axis=0), 1e-9, 1 - 1e-9)
        return float(np.mean(-share * np.log(share) - (1 - share) * np.log(1 - share)))
    share = np.bincount(targets, minlength=classes) / len(targets)
    return float(-np.sum(share * np.log(np.maximum(share, 1e-9))))


def _scatter(losses: Values) -> float:
    """Deviation of single losses around their course, from the differences of neighbours."""
    return float(1.4826 * np.median(np.abs(np.diff(losses))) / math.sqrt(2))  # if they are normal


def choose(ramp: Ramp, usual: float, guess: float) -> Choice:
    """One rate out of all rules, or the usual one where the curve says nothing; and why.

    A fresh network answers too surely, and its loss falls to `guess` at nearly any rate before it
    learns anything; a curve that does not come below that says nothing of learning.

    Steepest descent, the valley and a tenth of the lowest loss's rate are careful, Smith's edge is
    bold and moves least from seed to seed (measured). Taken is the geometric mean of the edge,
    counted twice, and the median of the careful ones: about a third of the edge.
    """
    rates, losses, smoothed = (np.array(x) for x in (ramp.rates, ramp.losses, ramp.smoothed))
    if len(rates) < FEWEST:
        when = "at the first step" if not len(rates) else f"after {len(rates)} steps"
        why = "no number" if ramp.end == "not finite" else "four times as large"
        return Choice(usual, "usual", f"in the range test the loss was {why} {when}", {})
    early = max(3, round(START * len(losses)))
    start = float(losses[:early].mean())
    scatter = _scatter(losses[: max(int(np.argmin(smoothed)), len(losses) // 2)])
    # the mean of the first few losses is no smoother than they are: its dips are chance
    rates, smoothed = rates[early:], smoothed[early:]
    bottom = int(np.argmin(smoothed))
    if start - smoothed[bottom] <= max(scatter, FALL * FALL * abs(start)):
        return Choice(usual, "usual", "in the range test the loss did not fall at any rate", {})
    if smoothed[bottom] > guess - max(CLEARLY * guess, CHANCE * scatter):
        why = (
            f"in the range test the loss came down to {smoothed[bottom]:.2f} only, where guessing "
            f"has {guess:.2f}"
        )
        return Choice(usual, "usual", why, {})
    base, highest = edges(rates, smoothed, start)
    careful = {
        "steepest descent": steepest(rates, smoothed),
        "valley": valley(rates, smoothed),
        "lowest / 10": float(rates[bottom]) / 10,
    }
    middle = math.cbrt(float(np.median(list(careful.values()))) * highest**2)
    rate = min(max(middle, base), float(rates[-1]))
    reason = f"the loss falls from {base:.1g} on"
    if base == rates[0]:
        reason = f"the loss falls from the lowest rate on, {ramp.rates[0]:.0e},"
    reason += f" and falls no more at {highest:.1g}"
    if ramp.end == "highest" and bottom >= len(rates) - 2:
        reason = reason.split(" and ")[0] + f" to the highest rate tried, {rates[-1]:.1g}"
    return Choice(rate, "range test", reason, careful | {"edge": highest}, base, highest)
