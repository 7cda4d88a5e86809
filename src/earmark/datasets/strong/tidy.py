"""Make annotations fit for training and scoring; what is mended or left out is told."""

import difflib
from collections.abc import Collection, Iterable, Mapping

from earmark.datasets.clip import Problem
from earmark.datasets.strong.event import Annotations, Event, in_order
from earmark.datasets.words import count

ROUNDING_S = 1e-6  # label files have times to the microsecond


def tidy(
    annotations: Annotations,
    durations_s: Mapping[str, float] | None = None,
    classes: Collection[str] | None = None,
) -> Annotations:
    """Annotations without what cannot be, each change a Problem.

    An event past the end of its recording is clipped, or left out if it begins there; events of
    one label that overlap become one; labels outside `classes` are left out.

    Args:
        durations_s: length of each recording, where known; it goes before what a label file says.
        classes: the labels a model knows; None: all.

    >>> rough = Annotations({"a.wav": (Event("dog", 1, 3), Event("dog", 2, 9))})
    >>> fit = tidy(rough, {"a.wav": 5.0})
    >>> fit["a.wav"]
    (Event(label='dog', onset_s=1, offset_s=5.0, score=None),)
    >>> [problem.kind for problem in fit.problems]
    ['past the end', 'overlapping events']
    """
    lengths = {**annotations.durations_s, **(durations_s or {})}
    problems: list[Problem] = []
    kept = {}
    for name, events in annotations.items():
        known = _known(name, events, classes, problems)
        within = _within(name, known, lengths.get(name), problems)
        merged = merge_overlaps(within)
        if len(merged) < len(within):
            detail = (
                f"{count(len(within), 'event')} of which some of one label overlap became "
                f"{len(merged)}"
            )
            problems.append(Problem("overlapping events", name, detail))
        kept[name] = merged
    lengths = {name: lengths[name] for name in kept if name in lengths}
    return Annotations(kept, lengths, (*annotations.problems, *problems), annotations.cells)


def merge_overlaps(events: Iterable[Event]) -> tuple[Event, ...]:
    """Events of one label that overlap as one, with the higher score; those that touch stay two.

    >>> merge_overlaps([Event("dog", 0, 2), Event("dog", 1, 3), Event("dog", 3, 4)])
    (Event(label='dog', onset_s=0, offset_s=3, score=None),
     Event(label='dog', onset_s=3, offset_s=4, score=None))
    """
    last: dict[str, Event] = {}
    merged = []
    for event in in_order(events):
        before = last.get(event.label)
        if before is not None and (
            event.onset_s < before.offset_s or _is_same_moment(event, before)
        ):
            scores = [each.score for each in (before, event) if each.score is not None]
            offset_s = max(before.offset_s, event.offset_s)
            both = Event(event.label, before.onset_s, offset_s, max(scores, default=None))
            last[event.label] = both
        else:
            if before is not None:
                merged.append(before)
            last[event.label] = event
    return in_order([*merged, *last.values()])


def _is_same_moment(event: Event, before: Event) -> bool:
    """Two marks at one moment are one mark."""
    return event.onset_s == event.offset_s == before.onset_s == before.offset_s


def _known(
    name: str,
    events: tuple[Event, ...],
    classes: Collection[str] | None,
    problems: list[Problem],
) -> list[Event]:
    if classes is None:
        return list(events)
    for label in sorted({event.label for event in events} - set(classes)):
        near = difflib.get_close_matches(label, classes, n=3, cutoff=0.5)
        hint = f"; did you mean {' or '.join(near)}?" if near else ""
        number = count(sum(event.label == label for event in events), "event")
        problems.append(Problem("unknown label", name, f"{number} of '{label}' left out{hint}"))
    return [event for event in events if event.label in classes]


def _within(
    name: str, events: list[Event], duration_s: float | None, problems: list[Problem]
) -> list[Event]:
    if duration_s is None:
        return events
    kept = []
    for event in events:
        if event.offset_s <= duration_s:
            kept.append(event)
            continue
        if event.onset_s < duration_s >= event.offset_s - ROUNDING_S:
            kept.append(Event(event.label, event.onset_s, duration_s, event.score))
            continue
        what = f"'{event.label}' from {event.onset_s:.10g} to {event.offset_s:.10g} s"
        end = f"the recording ends at {duration_s:.10g} s"
        if event.onset_s >= duration_s:
            problems.append(Problem("past the end", name, f"{what} left out: {end}"))
        else:
            problems.append(Problem("past the end", name, f"{what} clipped: {end}"))
            kept.append(Event(event.label, event.onset_s, duration_s, event.score))
    return kept
