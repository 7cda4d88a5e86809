"""What every way to disturb a sound declares."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from earmark.errors import unknown_name
from earmark.registry import Registry

Array = NDArray[np.float32]
Disturb = Callable[[Array, int, float, np.random.Generator], Array]
"""(samples,) in full scale 1, rate in Hz, level, generator -> (samples,), maybe another number."""


def _can_be_done() -> str | None:
    return None


@dataclass(frozen=True)
class Way:
    """One way to disturb a sound, at several levels."""

    name: str
    family: str
    """What `--only` also takes: 'noise' is white and pink noise."""
    title: str
    unit: str
    levels: tuple[float, ...]
    """As they are drawn, from left to right. Harm grows away from `undisturbed`, on both sides of
    it; where that is None, from the first level to the last."""
    undisturbed: float | None
    """The one of `levels` that changes nothing; None: there is no such level."""
    disturb: Disturb
    lacking: Callable[[], str | None] = _can_be_done
    """Why it cannot be done on this machine; None: it can."""

    @property
    def points(self) -> tuple[float | None, ...]:
        """The levels as they are drawn; None for the clips as they are, where no level is that."""
        return self.levels if self.undisturbed is not None else (None, *self.levels)

    @property
    def at(self) -> int:
        """Where in `points` nothing is disturbed."""
        return self.points.index(self.undisturbed)

    def told(self, level: float | None) -> str:
        """A level as people write it: '+10 dB'."""
        if level is None:
            return "as it is"
        sign = "+" if self.undisturbed == 0 and level else ""
        return f"{level:{sign}g}{'' if self.unit == '×' else ' '}{self.unit}"


WAYS: Registry[Way] = Registry("degradation", "earmark.inference.stress.ways")


def way(
    name: str,
    *,
    title: str,
    unit: str,
    levels: Sequence[float],
    undisturbed: float | None = None,
    family: str | None = None,
    lacking: Callable[[], str | None] = _can_be_done,
) -> Callable[[Disturb], Disturb]:
    """Decorator: make a function known as a way to disturb a sound; see `Way` for the rest."""

    def add(disturb: Disturb) -> Disturb:
        WAYS.register(name)(
            Way(name, family or name, title, unit, tuple(levels), undisturbed, disturb, lacking)
        )
        return disturb

    return add


def chosen_ways(only: Iterable[str] | None = None) -> list[Way]:
    """The ways of these names and families, families together; None: all.

    Raises ConfigError: a name that is neither; the near ones are told.

    >>> [way.name for way in chosen_ways(["noise", "gain"])]
    ['gain', 'pink-noise', 'white-noise']
    """
    every = sorted((WAYS[name] for name in WAYS), key=lambda each: (each.family, each.name))
    if only is None:
        return every
    wanted = set(only)
    known = {each.name for each in every} | {each.family for each in every}
    for name in sorted(wanted - known):
        raise unknown_name("degradation", name, known)
    return [each for each in every if {each.name, each.family} & wanted]
