"""Figures as they are written in the page and in Markdown."""

import math
from collections.abc import Mapping
from typing import Any, TypeGuard

NAMES = {
    "accuracy": "Accuracy",
    "balanced_accuracy": "Balanced accuracy",
    "macro_f1": "Macro F1",
    "macro_average_precision": "Macro average precision",
    "micro_f1": "Micro F1",
    "mean_average_precision": "Mean average precision",
    "exact_match": "Exact match",
    "mfcc": "MFCC statistics",
    "event_f1": "Event F1",
    "event_f1_macro": "Event F1, mean of classes",
    "segment_f1": "Segment F1 (1 s)",
    "segment_f1_macro": "Segment F1, mean of classes",
    "intersection_f1": "Intersection F1",
    "intersection_f1_macro": "Intersection F1, mean of classes",
    "psds1": "PSDS1",
    "psds2": "PSDS2",
}
EVENTS = "events"  # the kind of a score card of events
DASH = "–"


def percent(value: Any, digits: int = 1) -> str:
    """A share in percent; a dash for what could not be counted.

    >>> percent(0.925), percent(1), percent(None)
    ('92.5 %', '100 %', '–')
    """
    if not number(value):
        return DASH
    text = f"{100 * value:.{digits}f}"
    return ("100" if text == f"{100:.{digits}f}" else text) + " %"


def band(interval: Mapping[str, float]) -> str:
    """The interval alone.

    >>> band({"value": 0.925, "low": 0.893, "high": 0.948})
    '89.3 to 94.8'
    """
    return f"{100 * interval['low']:.1f} to {100 * interval['high']:.1f}"


def points(value: float) -> str:
    """A difference of shares in points, with its sign.

    >>> points(0.041), points(-0.1), points(0.0)
    ('+4.1', '−10.0', '0.0')
    """
    text = f"{abs(100 * value):.1f}"
    return text if text == "0.0" else ("+" if value > 0 else "−") + text


def apart(interval: Mapping[str, float]) -> str:
    """How far a model is above a baseline, or below it, as the score card tells it.

    >>> apart({"value": 0.05, "low": -0.01, "high": 0.11})
    '5.0 points [-1.0, 11.0] above'
    >>> apart({"value": -0.05, "low": -0.11, "high": 0.01})
    '5.0 points [-1.0, 11.0] below'
    """
    value, low, high = (100 * interval[name] for name in ("value", "low", "high"))
    where = "below" if value < 0 else "above"
    if value < 0:
        value, low, high = -value, -high, -low
    return f"{value:.1f} points [{low:.1f}, {high:.1f}] ".replace("-0.0", "0.0") + where


def margin(interval: Mapping[str, float]) -> str:
    """Points above a baseline, with their interval.

    >>> margin({"value": -0.05, "low": -0.11, "high": 0.01})
    '−5.0 [−11.0, +1.0]'
    """
    value, low, high = (points(interval[name]) for name in ("value", "low", "high"))
    return f"{value} [{low}, {high}]"


def grouped(number_: float) -> str:
    """A count with its thousands set apart.

    >>> grouped(1234567)
    '1\u202f234\u202f567'
    """
    return f"{number_:,.0f}".replace(",", "\N{NARROW NO-BREAK SPACE}")


def counted(count: int, thing: str, things: str = "") -> str:
    """A number with its noun.

    >>> counted(1, "clip"), counted(400, "clip"), counted(2, "class", "classes")
    ('1 clip', '400 clips', '2 classes')
    """
    return f"{grouped(count)} {thing if count == 1 else things or thing + 's'}"


def duration(seconds: float) -> str:
    """A time in the unit that suits it.

    >>> duration(0.25), duration(5), duration(161), duration(5000)
    ('0.25 s', '5 s', '2 min 41 s', '1 h 23 min')
    """
    if seconds < 60:
        return f"{seconds:.3g} s"
    if seconds < 3600:
        return f"{seconds // 60:.0f} min {seconds % 60:.0f} s"
    return f"{seconds // 3600:.0f} h {seconds % 3600 // 60:.0f} min"


def number(value: Any) -> bool:
    """Whether it is a finite number."""
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def is_band(value: Any) -> TypeGuard[Mapping[str, float]]:
    """Whether it is a figure with its interval."""
    return isinstance(value, Mapping) and all(
        number(value.get(key)) for key in ("value", "low", "high")
    )


def figures_of(card: Mapping[str, Any]) -> Mapping[str, Any]:
    """What has the main figures of a card: its clips, or of events the card itself."""
    found: Mapping[str, Any] = card if card.get("kind") == EVENTS else card["clip"]
    return found


def main_metric(card: Mapping[str, Any]) -> str:
    """The one figure that is told where there is room for one."""
    if card.get("kind") == EVENTS:
        return "event_f1"
    return "accuracy" if is_band(card["clip"].get("accuracy")) else "micro_f1"


def title_of(name: str) -> str:
    """A key as a heading: `spectral_centroid` as `Spectral centroid`."""
    words = name.replace("_", " ")
    return NAMES.get(name, words[:1].upper() + words[1:])
