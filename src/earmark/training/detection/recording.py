"""A recording as training sees it: features, and when each sound is heard."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from earmark.datasets.strong import Event
from earmark.features.frontend import Array
from earmark.models.detector import Mark

CLICK = 4.0  # frames, about as long as a score


@dataclass(frozen=True)
class Recording:
    """One recording, real or made."""

    name: str
    features: Array
    """(frames, bins)."""
    events: tuple[Event, ...]
    duration_s: float
    group: str
    levels_db: NDArray[np.float64] | None = None
    """How loud it is over time, see `features.levels`; None: nobody asked."""


def marks(
    events: Iterable[Event], classes: Sequence[str], frames_per_s: float, start: float = 0
) -> list[Mark]:
    """Events as a network's targets want them, in frames from the frame `start`.

    A mark of no length, as people set for a click, is given some: of nothing nothing is learned.

    >>> marks([Event("dog", 1.0, 2.0)], ["cat", "dog"], frames_per_s=10, start=5)
    [(1, 5.0, 15.0)]
    """
    number = {label: index for index, label in enumerate(classes)}
    found = []
    for event in events:
        if event.label not in number:
            continue
        onset, offset = event.onset_s * frames_per_s - start, event.offset_s * frames_per_s - start
        if offset - onset < 1:
            middle = (onset + offset) / 2
            onset, offset = middle - CLICK / 2, middle + CLICK / 2
        found.append((number[event.label], onset, offset))
    return found
