"""What score cards of every kind do in the same way: their baselines in JSON, and their folds."""

from collections.abc import Mapping, Sequence
from statistics import fmean, stdev
from typing import Any, Protocol, TypeVar

from earmark.errors import ConfigError
from earmark.evaluation.intervals import Interval
from earmark.evaluation.leak import Leak

Bands = Mapping[str, Interval]
"""Figures by their names."""


class _HasWindow(Protocol):
    @property
    def window(self) -> object | None: ...


class HasLeaks(Protocol):
    """A score card of either kind."""

    @property
    def leak(self) -> Leak | None: ...
    @property
    def leak_of_baseline(self) -> Leak | None: ...


Arrays = TypeVar("Arrays", bound=_HasWindow)


def baselines_to_dict(baselines: Mapping[str, Bands]) -> dict[str, dict[str, Any]]:
    """As JSON."""
    return {
        name: {metric: band.to_dict() for metric, band in figures.items()}
        for name, figures in baselines.items()
    }


def baselines_from_dict(data: Mapping[str, Any]) -> dict[str, dict[str, Interval]]:
    """What `baselines_to_dict` gave."""
    return {
        name: {metric: Interval.from_dict(band) for metric, band in figures.items()}
        for name, figures in data.items()
    }


def leaks_to_dict(card: HasLeaks) -> dict[str, Any]:
    """Those that were measured, as JSON."""
    both = {"leak": card.leak, "leak_of_baseline": card.leak_of_baseline}
    return {name: leak.to_dict() for name, leak in both.items() if leak is not None}


def spread_over_folds(folds: Sequence[Bands]) -> dict[str, dict[str, Any]]:
    """Each figure's mean over the folds, standard deviation (None for one fold) and values.

    The folds share training data, so this spread is no confidence interval; the pooled one is.
    """
    found = {}
    for name in folds[0] if folds else ():
        values = [figures[name].value for figures in folds]
        spread = stdev(values) if len(values) > 1 else None
        found[name] = {"mean": fmean(values), "sd": spread, "values": values}
    return found


def arrays_of_folds(folds: Mapping[str, Arrays | None]) -> list[Arrays]:
    """The arrays of every fold. ConfigError: no fold, one without arrays, windows in some only."""
    if not folds:
        raise ConfigError("pooling needs at least 1 fold, got 0")
    found: list[Arrays] = []
    for name, arrays in folds.items():
        if arrays is None:
            raise ConfigError(
                f"fold '{name}' has no arrays to pool: it was read from a file; score it again"
            )
        found.append(arrays)
    windows = sum(arrays.window is not None for arrays in found)
    if windows not in (0, len(found)):
        raise ConfigError(
            f"folds must have windows in every fold or in none, got {windows} of {len(found)}"
        )
    return found
