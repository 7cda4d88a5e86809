"""What a detector's score is shown against: answers that come without having learned a sound."""

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from earmark.datasets.strong.event import Event
from earmark.errors import ConfigError
from earmark.evaluation.events.decoding.frames import (
    drop_short,
    frames_of,
    merge_gaps,
    stretches,
)

LOUDNESS = "loudness"
# Round numbers, set before anything was scored by them, and the same for every set of recordings.
QUIET = 20  # percentile of the recording's levels that stands for its background
ABOVE_DB = 6.0  # twice the background's amplitude
GAP_S = 0.2  # as the collar: shorter pauses are within one event
LEAST_S = 0.1


def loudness_events(levels_db: npt.ArrayLike, hop_s: float, label: str) -> tuple[Event, ...]:
    """Wherever a recording is clearly louder than its own background, an event of one label.

    The background is the 20th percentile of the levels; 6 dB above it counts, pauses up to 0.2 s
    are closed, and what is shorter than 0.1 s is dropped. A steady recording has no event.

    Args:
        levels_db: of each frame, (frames,), as `features.levels.levels_db` gives them.
        hop_s: seconds from frame to frame. label: the most frequent class of training.
    Raises:
        ConfigError: another shape, levels that are no numbers.

    >>> loudness_events([-50, -50, -20, -20, -50], hop_s=0.5, label="dog")
    (Event(label='dog', onset_s=1.0, offset_s=2.0, score=None),)
    """
    levels = np.asarray(levels_db, dtype=np.float64)
    if levels.ndim != 1:
        raise ConfigError(f"levels_db must have shape (frames,), got {levels.shape}")
    if not np.isfinite(levels).all():
        raise ConfigError("levels_db must be finite numbers; silence has a lowest level")
    if not len(levels):
        return ()
    quiet = np.percentile(levels, QUIET, method="lower")  # a level that occurs: no rounding
    found = stretches(levels >= quiet + ABOVE_DB)
    found = drop_short(merge_gaps(found, frames_of(GAP_S, hop_s)), frames_of(LEAST_S, hop_s))
    times = np.round(found * hop_s, 6).tolist()
    return tuple(Event(label, onset, offset) for onset, offset in times)


def most_frequent(counts: Mapping[str, int]) -> str | None:
    """The label with most events, of equals the first; None where there is none.

    >>> most_frequent({"bell": 2, "dog": 5})
    'dog'
    """
    best = max(counts, key=lambda label: counts[label], default=None)
    return best if best is not None and counts[best] > 0 else None
