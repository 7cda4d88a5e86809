"""From which probability on a class is to be believed, for a wanted precision or recall.

For each class alone: a clip is said to be of it from a probability on. The interval of what is
reached knows the groups (`intervals`); what so few clips cannot show is told as such.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from earmark.errors import ConfigError
from earmark.evaluation.checks import Floats, as_groups
from earmark.evaluation.intervals import Interval, grouped_intervals
from earmark.evaluation.metrics import METRICS

Wanted = Literal["precision", "recall"]


@dataclass(frozen=True)
class Threshold:
    """What one class gets."""

    label: str
    clips: int
    """Clips of the class that it was measured on."""
    threshold: float | None
    """None: no threshold reaches what is wanted on these clips."""
    precision: Interval | None
    """Of the clips that reach the threshold; None where none does."""
    recall: Interval | None
    """Of the clips of the class; None where there are none."""
    shown: bool
    """Whether the lower end of the interval, too, reaches what is wanted."""

    def to_dict(self) -> dict[str, Any]:
        """One row of `earmark thresholds --format json`."""
        return {
            "label": self.label,
            "clips": self.clips,
            "threshold": self.threshold,
            "precision": None if self.precision is None else self.precision.to_dict(),
            "recall": None if self.recall is None else self.recall.to_dict(),
            "shown": self.shown,
        }


def find_thresholds(
    probabilities: npt.ArrayLike,
    targets: npt.ArrayLike,
    groups: npt.ArrayLike | None,
    classes: Sequence[str],
    wanted: Wanted,
    value: float,
) -> tuple[Threshold, ...]:
    """A threshold a class, the lowest with the wanted precision, or the highest with the recall.

    Where wanted is precision, ties are settled for the most clips found; where it is recall, for
    the fewest false ones.

    Args:
        probabilities: (clips, classes). targets: class numbers (clips,), or marks (clips, classes)
            where there may be several. groups: names (clips,); None: each clip alone.
        classes: their names. wanted: precision or recall. value: above 0, at most 1.
    Raises:
        ConfigError: shapes that do not fit, a value out of range.

    >>> rows = find_thresholds([[0.9, 0.1], [0.6, 0.4], [0.7, 0.3], [0.2, 0.8]], [0, 1, 0, 1],
    ...                        None, ["cat", "dog"], "precision", 1.0)
    >>> [(row.label, row.threshold, row.recall.value, row.shown) for row in rows]
    [('cat', 0.7, 1.0, False), ('dog', 0.4, 1.0, False)]
    """
    if wanted not in ("precision", "recall"):
        raise ConfigError(f"wanted must be precision or recall, got '{wanted}'")
    if not 0 < value <= 1:
        raise ConfigError(f"{wanted} must be above 0 and at most 1, got {value}")
    scores = np.asarray(probabilities, np.float64)
    if scores.ndim != 2 or scores.shape[1] != len(classes) or not np.isfinite(scores).all():
        raise ConfigError(
            f"probabilities must be finite, (clips, {len(classes)}), got {scores.shape}"
        )
    true = np.asarray(targets)
    shapes = ((len(scores),), scores.shape)
    if true.shape not in shapes:
        raise ConfigError(f"targets must have shape {shapes[0]} or {shapes[1]}, got {true.shape}")
    marks = true.astype(bool) if true.ndim == 2 else true[:, None] == np.arange(len(classes))
    names = as_groups("groups", groups, len(scores))
    return tuple(
        _of_class(label, scores[:, number], marks[:, number], names, wanted, value)
        for number, label in enumerate(classes)
    )


def _of_class(
    label: str,
    scores: Floats,
    own: npt.NDArray[np.bool_],
    groups: npt.NDArray[Any],
    wanted: Wanted,
    value: float,
) -> Threshold:
    clips = int(own.sum())
    order = np.argsort(-scores, kind="stable")
    found = np.cumsum(own[order])
    last = np.append(scores[order][1:] != scores[order][:-1], True)  # whole ties only
    precision = found / np.arange(1, len(scores) + 1)
    recall = found / max(clips, 1)
    reached = last & (found > 0) & ((precision if wanted == "precision" else recall) >= value)
    if clips == 0 or not reached.any():
        return Threshold(label, clips, None, None, None, shown=False)
    at = int(np.flatnonzero(reached)[-1 if wanted == "precision" else 0])
    threshold = float(scores[order][at])
    said = scores >= threshold
    bands = {
        "precision": _share(own[said], groups[said]),
        "recall": _share(said[own], groups[own]),
    }
    return Threshold(
        label,
        clips,
        threshold,
        bands["precision"],
        bands["recall"],
        shown=bands[wanted].low >= value,
    )


def _share(yes: npt.NDArray[np.bool_], groups: npt.NDArray[Any]) -> Interval:
    """The share of yes with its interval over groups, as that of an accuracy."""
    only = {"accuracy": METRICS["accuracy"]}
    ones = np.ones(len(yes), np.int64)
    found = grouped_intervals(ones, yes.astype(np.int64), groups, 2, metrics=only)
    return found["accuracy"]
