"""The score card of events: what was found, with intervals over groups of recordings."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from earmark.datasets.strong.event import Event
from earmark.datasets.strong.tidy import merge_overlaps
from earmark.errors import ConfigError
from earmark.evaluation.checks import Floats, as_groups
from earmark.evaluation.events.changes import intersection_changes
from earmark.evaluation.events.collar import collar_counts
from earmark.evaluation.events.counts import (
    Counts,
    class_error_rate,
    class_f1,
    precision,
    rates,
    recall,
)
from earmark.evaluation.events.intersection import intersection_counts
from earmark.evaluation.events.intervals import (
    Grouped,
    error_rate_interval,
    f1_intervals,
    psds_interval,
)
from earmark.evaluation.events.packed import EventMap, pack
from earmark.evaluation.events.psds import PSDS1, PSDS2, from_changes, lengths
from earmark.evaluation.events.segments import segment_counts
from earmark.evaluation.events.tracks import Track
from earmark.evaluation.intervals import Interval
from earmark.evaluation.pooling import baselines_from_dict, baselines_to_dict

KIND = "events"
FIGURES = (
    "event_f1",
    "event_f1_macro",
    "event_error_rate",
    "segment_f1",
    "segment_f1_macro",
    "segment_error_rate",
    "intersection_f1",
    "intersection_f1_macro",
    "psds1",
    "psds2",
)
EVERYTHING = "everything"  # the baseline that answers every class throughout
SETTINGS = {PSDS1: "psds1", PSDS2: "psds2"}


@dataclass(frozen=True)
class EventClass:
    """One class; None where there is nothing to count."""

    events: int  # in the truth
    answered: int
    precision: float | None  # event-based, as recall and F1
    recall: float | None
    event_f1: float | None
    event_error_rate: float | None
    segment_f1: float | None
    intersection_f1: float | None
    psds1: float | None
    psds2: float | None

    def to_dict(self) -> dict[str, float | int | None]:
        """As JSON."""
        return dict(vars(self))


@dataclass(frozen=True)
class EventScorecard:
    """Everything measured on a set of recordings."""

    classes: tuple[str, ...]
    figures: dict[str, Interval | None]  # by the names in FIGURES; None: cannot be told
    error_parts: dict[str, dict[str, float | None]]  # of both error rates
    per_class: tuple[EventClass, ...]
    recordings: int
    groups: int
    events: int  # in the truth, overlapping ones of one label as one
    answered: int
    duration_s: float | None  # of all recordings; None: not known
    merged: int  # events and answers that became part of another they overlapped
    baselines: dict[str, dict[str, Interval]]
    split: dict[str, Any]
    confidence: float = 0.95
    kind: str = field(default=KIND, init=False)

    def to_dict(self) -> dict[str, Any]:
        """The JSON document; no NaN in it."""
        bands = {name: band and band.to_dict() for name, band in self.figures.items()}
        names = ("recordings", "groups", "events", "answered", "duration_s", "merged")
        return {
            "kind": KIND,
            **bands,
            "error_parts": self.error_parts,
            "per_class": {
                name: each.to_dict()
                for name, each in zip(self.classes, self.per_class, strict=True)
            },
            **{name: getattr(self, name) for name in names},
            "baselines": baselines_to_dict(self.baselines),
            "classes": list(self.classes),
            "split": dict(self.split),
            "confidence": self.confidence,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "EventScorecard":
        """The card that gave this document."""
        try:
            names = ("recordings", "groups", "events", "answered", "duration_s", "merged")
            return cls(
                classes=tuple(data["classes"]),
                figures={name: data[name] and Interval.from_dict(data[name]) for name in FIGURES},
                error_parts={name: dict(parts) for name, parts in data["error_parts"].items()},
                per_class=tuple(EventClass(**data["per_class"][name]) for name in data["classes"]),
                **{name: data[name] for name in names},
                baselines=baselines_from_dict(data["baselines"]),
                split=dict(data["split"]),
                confidence=float(data["confidence"]),
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise ConfigError(
                f"not a score card of events: {type(error).__name__} {error}; write it again with "
                "evaluate"
            ) from error


def score_events(
    truth: EventMap,
    answers: EventMap,
    classes: Sequence[str],
    *,
    durations_s: Mapping[str, float] | None = None,
    tracks: Mapping[str, Track] | None = None,
    groups: Mapping[str, str] | None = None,
    baselines: Mapping[str, EventMap] | None = None,
    split: Mapping[str, Any] | None = None,
    resamples: int = 2000,
    confidence: float = 0.95,
    seed: int = 0,
) -> EventScorecard:
    """Score the events found in recordings.

    Overlapping events of one label are one, in the truth and in the answers, and are counted.

    Args:
        truth: events of each recording. answers: what was found; a recording may be lacking.
        classes: their names.
        durations_s: length of each recording, for PSDS and for the baseline `everything`, which
            answers every class from beginning to end.
        tracks: scores over time of each recording (`tracks.frame_track`, `event_track`), for PSDS.
        groups: what must not be parted, by recording; None: each recording by itself.
        baselines: the answers of others on the same recordings.
        split: how the parts were made, kept as given; it must be JSON.
        resamples: draws of the groups. confidence: e.g. 0.95. seed: of the draws.
    Raises:
        ConfigError: no recording, unknown labels or recordings, a length that lacks for PSDS.

    >>> heard = {"a.wav": [Event("dog", 1.0, 2.0)], "b.wav": []}
    >>> card = score_events(heard, {"a.wav": [Event("dog", 1.1, 2.1)]}, ["dog"])
    >>> card.figures["event_f1"].value, card.figures["psds1"]
    (1.0, None)
    """
    if not truth:
        raise ConfigError("scoring events needs at least 1 recording, got 0")
    known = dict(durations_s or {})
    files = list(truth)
    whole = {name: merge_overlaps(events) for name, events in truth.items()}
    given = {name: merge_overlaps(events) for name, events in answers.items()}
    grouped = Grouped(
        as_groups("groups", None if groups is None else _groups(groups, files), len(files)),
        resamples=resamples,
        confidence=confidence,
        seed=seed,
    )
    counted = _count(whole, given, classes, known)
    figures: dict[str, Interval | None] = dict.fromkeys(FIGURES)
    figures |= _bands(counted, grouped)
    by_setting: dict[str, dict[str, float | None]] = {}
    if tracks is not None and any(whole.values()):
        length_s = lengths(whole, known)
        for setting, name in SETTINGS.items():
            changes = intersection_changes(whole, tracks, classes, setting.tolerance, setting.cttc)
            figures[name] = psds_interval(changes, length_s, setting, grouped)
            by_setting[name] = from_changes(changes, length_s, setting).by_class
    total_s = sum(known[name] for name in files) if set(files) <= set(known) else None
    others = dict(baselines or {})
    if total_s is not None:
        others = {EVERYTHING: _throughout(files, classes, known), **others}
    return EventScorecard(
        classes=tuple(classes),
        figures=figures,
        error_parts={name: _parts(counted[name]) for name in ("event", "segment")},
        per_class=_per_class(counted, tuple(classes), by_setting),
        recordings=len(files),
        groups=grouped.count,
        events=sum(map(len, whole.values())),
        answered=sum(map(len, given.values())),
        duration_s=total_s,
        merged=_number(truth) - _number(whole) + _number(answers) - _number(given),
        baselines={
            name: {
                figure: band
                for figure, band in _bands(_count(whole, other, classes, known), grouped).items()
                if band is not None
            }
            for name, other in others.items()
        },
        split=dict(split or {}),
        confidence=confidence,
    )


def _count(
    truth: EventMap, answers: EventMap, classes: Sequence[str], durations_s: Mapping[str, float]
) -> dict[str, Counts]:
    packed = pack(truth, answers, classes)
    return {
        "event": collar_counts(packed),
        "segment": segment_counts(packed, durations_s),
        "intersection": intersection_counts(packed),
    }


def _bands(counted: Mapping[str, Counts], grouped: Grouped) -> dict[str, Interval | None]:
    found: dict[str, Interval | None] = {}
    for name, counts in counted.items():
        f1 = f1_intervals(counts, grouped)
        found |= {f"{name}_f1": f1["micro"], f"{name}_f1_macro": f1["macro"]}
        if name != "intersection":
            found[f"{name}_error_rate"] = error_rate_interval(counts, grouped)
    return found


def _parts(counts: Counts) -> dict[str, float | None]:
    parts = rates(counts.errors.sum(axis=0))
    return {name: _plain(value) for name, value in vars(parts).items()}


def _per_class(
    counted: Mapping[str, Counts],
    classes: tuple[str, ...],
    by_setting: Mapping[str, Mapping[str, float | None]],
) -> tuple[EventClass, ...]:
    event = counted["event"].total
    columns: list[Floats] = [
        precision(event),
        recall(event),
        class_f1(event),
        class_error_rate(event),
        class_f1(counted["segment"].total),
        class_f1(counted["intersection"].total),
    ]
    return tuple(
        EventClass(
            int(event[1, at]),
            int(event[2, at]),
            *(_plain(float(column[at])) for column in columns),
            *(by_setting.get(name, {}).get(label) for name in SETTINGS.values()),
        )
        for at, label in enumerate(classes)
    )


def _throughout(
    files: Sequence[str], classes: Sequence[str], durations_s: Mapping[str, float]
) -> dict[str, list[Event]]:
    return {name: [Event(label, 0.0, durations_s[name]) for label in classes] for name in files}


def _groups(groups: Mapping[str, str], files: Sequence[str]) -> npt.NDArray[Any]:
    lacking = [name for name in files if name not in groups]
    if lacking:
        raise ConfigError(
            f"groups must name the group of each recording, that of '{lacking[0]}' is lacking"
        )
    return np.array([groups[name] for name in files])


def _number(events: EventMap) -> int:
    return sum(map(len, events.values()))


def _plain(value: float) -> float | None:
    return None if math.isnan(value) else float(value)
