"""Accuracy against the level of one degradation, on the same clips at every level."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from earmark.evaluation.intervals import Interval, grouped_intervals
from earmark.evaluation.metrics import accuracy
from earmark.evaluation.paired import compare_paired
from earmark.inference.stress.way import Way

FALL = 0.10  # points of accuracy, from which on it is said to break


@dataclass(frozen=True)
class Point:
    """How a model does at one level."""

    level: float | None
    """None: the clips as they are."""
    accuracy: Interval
    difference: Interval | None
    """To the clips as they are, paired; None: these are the clips as they are."""
    answered: float
    """Share of the clips for which it named a class, right or wrong."""

    def to_dict(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "level": self.level,
            "undisturbed": self.difference is None,
            "accuracy": self.accuracy.to_dict(),
            "difference": None if self.difference is None else self.difference.to_dict(),
            "answered": self.answered,
        }


@dataclass(frozen=True)
class Curve:
    """How a model does against one degradation."""

    way: Way
    points: tuple[Point, ...]
    """In the order of `way.points`."""

    @property
    def breaks(self) -> tuple[Point, ...]:
        """Where accuracy has first fallen by ten points: on each side of the undisturbed level."""
        found = []
        for side in (self.points[: self.way.at][::-1], self.points[self.way.at + 1 :]):
            fallen = (p for p in side if p.difference and p.difference.value <= -FALL + 1e-9)
            first = next(fallen, None)
            if first is not None:
                found.append(first)
        return tuple(found)

    @property
    def worst(self) -> Point:
        """The level with the lowest accuracy; the mildest of equals."""
        nearest = sorted(range(len(self.points)), key=lambda place: abs(place - self.way.at))
        disturbed = [self.points[place] for place in nearest if place != self.way.at]
        return min(disturbed, key=lambda point: point.accuracy.value)

    def to_dict(self) -> dict[str, Any]:
        """As JSON."""
        way = self.way
        return {
            "name": way.name,
            "family": way.family,
            "title": way.title,
            "unit": way.unit,
            "breaks_at": [{"level": point.level, "shown": shown(point)} for point in self.breaks],
            "worst": {"level": self.worst.level, "accuracy": self.worst.accuracy.value},
            "levels": [point.to_dict() for point in self.points],
        }


def shown(point: Point) -> bool:
    """Whether a fall is more than chance: the interval of the difference lies below 0."""
    return point.difference is not None and point.difference.high < 0


def curves_of(
    ways: list[Way], answers: NDArray[np.bool_], groups: NDArray[np.str_]
) -> Iterator[Curve]:
    """A curve for each way, from what `ask.Asker` gave: (clips, 1 + levels of all ways, 2)."""
    calm = answers[:, 0]
    row = 1
    for way in ways:
        points = []
        for level in way.points:
            if level == way.undisturbed:
                points.append(point_of(None, level, calm, groups))
            else:
                points.append(point_of(calm, level, answers[:, row], groups))
                row += 1
        yield Curve(way, tuple(points))


def point_of(
    calm: NDArray[np.bool_] | None,
    level: float | None,
    answers: NDArray[np.bool_],
    groups: NDArray[np.str_],
) -> Point:
    """One level from its answers (clips, 2), and those to the clips as they are."""
    right = answers[:, 0].astype(np.int64)
    truth = np.ones(len(right), np.int64)
    found = grouped_intervals(truth, right, groups, 2, metrics={"accuracy": accuracy})
    difference = None
    if calm is not None:
        both = {"disturbed": right, "calm": calm[:, 0].astype(np.int64)}
        (test,) = compare_paired(truth, both, groups)
        difference = test.difference
    return Point(level, found["accuracy"], difference, float(answers[:, 1].mean()))
