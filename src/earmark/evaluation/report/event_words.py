"""A score card of events in words: what it finds, when, and what it answers in vain."""

from collections.abc import Mapping, Sequence
from typing import Any

from earmark.evaluation.report.words import band, counted, is_band, number, percent

MUCH = 0.15  # between two F1, before anything is said of it
MOST_NAMED = 4


def score(card: Mapping[str, Any]) -> str:
    """How well events are found in time.

    >>> print(score({"event_f1": {"value": 0.45, "low": 0.4, "high": 0.5}, "recordings": 200}))
    Finds events with an F1 of 45.0 % in 200 recordings that training had not heard (95 % interval \
40.0 to 50.0): the begin within 0.2 s, the end within 0.2 s or a fifth of the event.
    """
    figure, recordings = card.get("event_f1"), counted(card["recordings"], "recording")
    if not is_band(figure):
        return f"No event is known in {recordings}: nothing can be said of what was found."
    sure = f"{100 * card.get('confidence', 0.95):g} % interval {band(figure)}"
    return (
        f"Finds events with an F1 of {percent(figure['value'])} in {recordings} that training had "
        f"not heard ({sure}): the begin within 0.2 s, the end within 0.2 s or a fifth of the event."
    )


def by_the_second(card: Mapping[str, Any]) -> str:
    """How well it knows what is heard in each second, or ''."""
    figure = card.get("segment_f1")
    if not is_band(figure):
        return ""
    return f"Second by second its F1 is {percent(figure['value'])} ({band(figure)})."


def meaning(card: Mapping[str, Any]) -> list[str]:
    """What the figures come to, a sentence each."""
    return [*filter(None, [_errors(card), _when(card), _how_many(card), _weakest(card)])]


def _errors(card: Mapping[str, Any]) -> str:
    parts = (card.get("error_parts") or {}).get("event") or {}
    names = ("substitutions", "deletions", "insertions")
    if not all(number(parts.get(name)) for name in names):
        return ""
    called, missed, vain = (round(100 * parts[name]) for name in names)
    return (
        f"Of 100 events it finds {100 - called - missed} in their time, takes {called} for another "
        f"class and misses {missed}. For every 100 events it gives {vain} answers that fit none."
    )


def _when(card: Mapping[str, Any]) -> str:
    event, segment = card.get("event_f1"), card.get("segment_f1")
    if not (is_band(event) and is_band(segment)) or segment["value"] - event["value"] < MUCH:
        return ""
    return (
        "It knows what is heard better than when: its F1 by the second is "
        f"{100 * (segment['value'] - event['value']):.0f} points above that of events, whose begin "
        "and end must fit."
    )


def _how_many(card: Mapping[str, Any]) -> str:
    events, answered = card.get("events") or 0, card.get("answered") or 0
    if not events or 0.75 <= answered / events <= 4 / 3:
        return ""
    few = answered < events
    return (
        f"It answers {'less' if few else 'more'} than there is: {counted(answered, 'event')}, "
        f"where the truth has {events}."
    )


def _weakest(card: Mapping[str, Any]) -> str:
    scored = {
        name: each["event_f1"]
        for name, each in (card.get("per_class") or {}).items()
        if number(each.get("event_f1"))
    }
    low = sorted(scored, key=lambda name: scored[name])[:MOST_NAMED]
    event = card.get("event_f1")
    if not is_band(event) or len(scored) < 2:
        return ""
    low = [name for name in low if scored[name] < event["value"] - MUCH]
    if not low:
        return ""
    return "Weakest are " + ", ".join(f"{name} ({percent(scored[name])})" for name in low) + "."


def doubts(card: Mapping[str, Any]) -> list[str]:
    """What to doubt of the figures, beside what every card may have against it."""
    classes = card.get("per_class") or {}
    unheard = [name for name, each in classes.items() if not each.get("events")]
    found = []
    if unheard and len(unheard) < len(classes):
        found.append(
            f"{counted(len(unheard), 'class has', 'classes have')} no event in the scored "
            f"recordings, so nothing is known of {_named(unheard)}."
        )
    return found


def _named(names: Sequence[str]) -> str:
    more = len(names) - MOST_NAMED
    if more > 0:
        return f"{', '.join(names[:MOST_NAMED])} and {more} more"
    return ", ".join(names)
