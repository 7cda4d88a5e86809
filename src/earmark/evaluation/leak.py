"""What a split that ignores the groups would claim beyond one that keeps them whole."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from earmark.evaluation.intervals import Interval


def difference(first: Interval, second: Interval) -> Interval:
    """First minus second of two independent figures, by the square-and-add method.

    The distances to the limits are added in squares (Newcombe, Stat. Med. 17:873, 1998, method 10;
    Zou and Donner, Stat. Med. 27, 2008). Where the same clips are in both, it is on the wide side.

    >>> band = difference(Interval(0.9, 0.85, 0.94), Interval(0.8, 0.72, 0.86))
    >>> round(band.value, 2), round(band.low, 3), round(band.high, 3)
    (0.1, 0.022, 0.189)
    """
    value = first.value - second.value
    down = ((first.value - first.low) ** 2 + (second.high - second.value) ** 2) ** 0.5
    up = ((first.high - first.value) ** 2 + (second.value - second.low) ** 2) ** 0.5
    return Interval(value, max(-1.0, value - down), min(1.0, value + up))


@dataclass(frozen=True)
class Leak:
    """The same training on two splits of the same sizes: one ignores the groups."""

    figure: str  # "accuracy" or "micro_f1"
    random: Interval
    grouped: Interval

    @property
    def points(self) -> Interval:
        """Random minus grouped, in [-1, 1]."""
        return difference(self.random, self.grouped)

    def to_dict(self) -> dict[str, Any]:
        """As JSON; `points` are hundredths, as the card prints them."""
        points = {name: 100 * value for name, value in self.points.to_dict().items()}
        return {
            "figure": self.figure,
            "random": self.random.to_dict(),
            "grouped": self.grouped.to_dict(),
            "points": points,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any] | None) -> "Leak | None":
        """What `to_dict` gave; None where there was none."""
        if data is None:
            return None
        bands = (Interval.from_dict(data[name]) for name in ("random", "grouped"))
        return cls(str(data["figure"]), *bands)

    def __str__(self) -> str:
        """In words, facts apart by a middle dot.

        >>> str(Leak("accuracy", Interval(0.9, 0.85, 0.94), Interval(0.8, 0.72, 0.86)))
        'a random split would claim 90.0 % [85.0, 94.0] · 10.0 points [2.2, 18.9] more'
        """
        claimed = [100 * value for value in self.random.to_dict().values()]
        value, low, high = (100 * value + 0.0 for value in self.points.to_dict().values())
        more = round(value, 1) >= 0
        if not more:
            value, low, high = -value, -high, -low
        told = f"{value:.1f} points [{low:.1f}, {high:.1f}] ".replace("-0.0", "0.0")
        return (
            f"a random split would claim {claimed[0]:.1f} % [{claimed[1]:.1f}, {claimed[2]:.1f}]"
            f" · {told}{'more' if more else 'less'}"
        )
