"""How sure a detector is of each class over time, of many recordings on one long axis.

A threshold turns a track into answers: the runs of frames that reach it. Scored events are a track
as well: their score as long as they last (the highest where some overlap), and nothing elsewhere.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from earmark.datasets.strong.event import Event
from earmark.errors import ConfigError, unknown_name
from earmark.evaluation.checks import Floats, Labels


@dataclass(frozen=True)
class Track:
    """One recording: frame i goes from edges_s[i] to edges_s[i + 1]."""

    edges_s: Floats  # (frames + 1,) seconds, rising
    scores: Floats  # (frames, classes); minus infinity: never an answer

    def __post_init__(self) -> None:
        if self.scores.ndim != 2 or self.edges_s.shape != (len(self.scores) + 1,):
            raise ConfigError(
                "scores must have shape (frames, classes) and edges_s (frames + 1,), got "
                f"{self.scores.shape} and {self.edges_s.shape}"
            )
        if np.isnan(self.scores).any() or (self.scores == np.inf).any():
            raise ConfigError("scores must be numbers, got NaN or infinity")
        if not (np.isfinite(self.edges_s).all() and (np.diff(self.edges_s) > 0).all()):
            raise ConfigError("edges_s must rise from frame to frame")


def frame_track(scores: npt.ArrayLike, hop_s: float, start_s: float = 0.0) -> Track:
    """The track of scores that come every `hop_s` seconds, (frames, classes)."""
    array = np.asarray(scores, dtype=np.float64)
    if not hop_s > 0:
        raise ConfigError(f"hop_s must be above 0 seconds, got {hop_s}")
    edges_s = start_s + hop_s * np.arange(len(array) + 1, dtype=np.float64)
    return Track(edges_s.astype(np.float64), array)


def event_track(events: Sequence[Event], classes: Sequence[str]) -> Track:
    """The track of events with scores; those of no length are left out.

    >>> event_track([Event("dog", 1, 3, 0.9), Event("dog", 2, 4, 0.5)], ["dog"]).edges_s
    array([1., 3., 4.])
    """
    numbers = {name: number for number, name in enumerate(classes)}
    heard = [event for event in events if event.offset_s > event.onset_s]
    edges = np.unique([t for event in heard for t in (event.onset_s, event.offset_s)])
    scores = np.full((max(len(edges) - 1, 0), len(numbers)), -np.inf)
    for event in heard:
        if event.score is None:
            raise ConfigError(
                f"events must have scores, '{event.label}' at {event.onset_s:g} s has none"
            )
        if event.label not in numbers:
            raise unknown_name("label", event.label, numbers)
        low, high = np.searchsorted(edges, (event.onset_s, event.offset_s))
        at = scores[low:high, numbers[event.label]]
        np.maximum(at, event.score, out=at)
    if len(scores) == 0:
        return Track(np.zeros(1), scores)
    # edges inside a stretch of one score say nothing
    needed = np.ones(len(edges), dtype=bool)
    needed[1:-1] = (scores[1:] != scores[:-1]).any(axis=1)
    return Track(edges[needed].astype(np.float64), scores[needed[:-1]])


@dataclass(frozen=True)
class Tracks:
    """All recordings one after the other, a frame of nothing before, between and after them."""

    files: tuple[str, ...]
    scores: Floats  # (frames, classes)
    file: Labels  # (frames,); -1 between
    begin_s: Floats  # (frames,)
    end_s: Floats  # (frames,)
    longest: int  # frames


def join_tracks(tracks: Mapping[str, Track], files: Iterable[str], classes: int) -> Tracks:
    """Tracks on one axis, in the order of `files`; a file without one is never answered."""
    names = tuple(files)
    strangers = sorted(set(tracks) - set(names))
    if strangers:
        raise ConfigError(f"scores must be of recordings with truth; '{strangers[0]}' has none")
    nothing = np.full((1, classes), -np.inf)
    blank = np.zeros(1)
    scores, file, begin, end = [nothing], [np.array([-1])], [blank], [blank]
    longest = 0
    for at, name in enumerate(names):
        if name in tracks:
            track = tracks[name]
            if track.scores.shape[1] != classes:
                raise ConfigError(
                    f"'{name}' has scores of {track.scores.shape[1]} classes; wanted {classes}"
                )
            scores.append(track.scores)
            file.append(np.full(len(track.scores), at))
            begin.append(track.edges_s[:-1])
            end.append(track.edges_s[1:])
            longest = max(longest, len(track.scores))
            scores.append(nothing)
            file.append(np.array([-1]))
            begin.append(blank)
            end.append(blank)
    return Tracks(
        names,
        np.concatenate(scores),
        np.concatenate(file),
        np.concatenate(begin),
        np.concatenate(end),
        longest,
    )


@dataclass(frozen=True)
class Runs:
    """Every answer that some threshold gives, of one class; (runs,) each.

    It is there for thresholds up to `appears` and above `vanishes`, where it grows or merges.
    """

    first: Labels  # frame it begins with
    last: Labels  # frame it ends with
    appears: Floats
    vanishes: Floats  # minus infinity: at no threshold


def runs_of(scores: Floats, longest: int) -> Runs:
    """The runs of one class, each once; scores (frames,) as in `Tracks`.

    Each frame's score is the lowest of one run: the one between the nearest lower scores on either
    side. Those are found for all frames at once by halving steps over minima of 2^k frames.

    >>> runs = runs_of(np.array([-np.inf, 0.4, 1.0, 0.6, -np.inf]), longest=3)
    >>> runs.first, runs.last
    (array([1, 2, 2]), array([3, 2, 3]))
    >>> runs.appears, runs.vanishes
    (array([0.4, 1. , 0.6]), array([-inf,  0.6,  0.4]))
    """
    before = _nearest_lower(scores, longest)
    after = len(scores) - 1 - _nearest_lower(scores[::-1], longest)[::-1]
    real = np.flatnonzero(scores > -np.inf)
    key = before[real] * len(scores) + after[real]
    _, once = np.unique(key, return_index=True)
    at = real[once]
    left, right = before[at], after[at]
    vanishes = np.maximum(scores[left], scores[right])
    return Runs(left + 1, right - 1, scores[at], vanishes)


def _nearest_lower(scores: Floats, longest: int) -> Labels:
    """The nearest frame before each whose score is lower; its own place where all are nothing."""
    size = len(scores)
    levels = [scores]
    width = 1
    while 2 * width <= longest:
        last = levels[-1]
        wider = last.copy()  # [i] is the least of the 2 * width frames that end at i
        wider[width:] = np.minimum(last[width:], last[:-width])
        levels.append(wider)
        width *= 2
    place = np.arange(size) - 1
    for level in range(len(levels) - 1, -1, -1):
        for _ in range(2 if level == len(levels) - 1 else 1):
            step = 1 << level
            held = np.maximum(place, 0)
            skip = (place - step >= -1) & (levels[level][held] >= scores)
            place = np.where(skip, place - step, place)
    return np.maximum(place, 0)
