"""What a reader must know first: how good, against what, and what to doubt."""

from collections.abc import Mapping, Sequence
from typing import Any

from earmark.evaluation.report import event_words
from earmark.evaluation.report.words import (
    EVENTS,
    NAMES,
    apart,
    band,
    counted,
    figures_of,
    is_band,
    main_metric,
    percent,
    title_of,
)

FEW_GROUPS = 10  # an interval over fewer rests on a guess more than on the clips


def strongest(
    card: Mapping[str, Any], metric: str | None = None
) -> tuple[str, Mapping[str, Any]] | None:
    """The baseline with the highest figure, the main one if None, and that figure."""
    metric = metric or main_metric(card)
    found = {
        name: figures[metric]
        for name, figures in (card.get("baselines") or {}).items()
        if isinstance(figures, Mapping) and is_band(figures.get(metric))
    }
    if not found:
        return None
    name = max(found, key=lambda one: found[one]["value"])
    return name, found[name]


def _told(name: str) -> str:
    """A baseline within a sentence."""
    return title_of(name) if name in NAMES else name.replace("_", " ")


def beaten(card: Mapping[str, Any]) -> bool | None:
    """Whether it is shown to beat the strongest baseline; None where there is no baseline."""
    best = strongest(card)
    return None if best is None else _beats(card, best[0], main_metric(card))


def _beats(card: Mapping[str, Any], name: str, metric: str) -> bool:
    """By the interval of the difference on the same clips, where the card has it; else by whether
    the figure's own interval lies above the baseline.
    """
    figures = card["baselines"][name]
    if is_band(figures.get("margin")):
        return bool(figures["margin"]["low"] > 0)
    return bool(figures_of(card)[metric]["low"] > figures[metric]["value"])


def _level(card: Mapping[str, Any], metric: str, scores: str = "scores") -> str:
    """The strongest baseline that it is not shown to beat, as the score card tells it, or ''."""
    figures = card.get("baselines") or {}
    level = [
        name
        for name in figures
        if isinstance(figures[name], Mapping)
        and is_band(figures[name].get(metric))
        and not _beats(card, name, metric)
    ]
    if not level:
        return ""
    best = max(level, key=lambda name: figures[name][metric]["value"])
    text = (
        f"Not shown to beat the baseline {_told(best)}: it {scores} "
        f"{percent(figures[best][metric]['value'])}, and the model "
    )
    margin = figures[best].get("margin")
    if not is_band(margin):
        return text + f"may score as low as {percent(figures_of(card)[metric]['low'])}."
    return text + f"is {apart(margin)} it."


def verdict(card: Mapping[str, Any]) -> str:
    """The score in two sentences.

    >>> print(verdict({"clip": {"accuracy": {"value": 0.9, "low": 0.8, "high": 0.95},
    ...                         "count": 400, "groups": 304},
    ...                "baselines": {"majority": {"accuracy": {"value": 0.1, "low": 0.05,
    ...                                                        "high": 0.17}}}}))
    Right on 90.0 % of 400 clips that training had not heard (95 % interval 80.0 to 95.0). The \
strongest baseline, majority, gets 10.0 %: shown to beat it.
    """
    if card.get("kind") == EVENTS:
        return _event_verdict(card)
    clip, metric = card["clip"], main_metric(card)
    figure = clip[metric]
    sure = f"{100 * card.get('confidence', 0.95):g} % interval {band(figure)}"
    clips = counted(clip["count"], "clip") + " that training had not heard"
    if metric == "accuracy":
        text = f"Right on {percent(figure['value'])} of {clips} ({sure})."
    else:
        text = f"Micro F1 of {percent(figure['value'])} on {clips} ({sure})."
    best = strongest(card)
    if best is None:
        return f"{text} No baseline stands beside it."
    name, value = best
    said = "shown to beat it" if beaten(card) else "not shown to beat it"
    return f"{text} The strongest baseline, {_told(name)}, gets {percent(value['value'])}: {said}."


def _event_verdict(card: Mapping[str, Any]) -> str:
    """What was found, when and by the second, and what a baseline finds."""
    lines = [event_words.score(card)]
    for metric, where in (("event_f1", ""), ("segment_f1", " there")):
        best = strongest(card, metric)
        if metric == "segment_f1":
            lines.append(event_words.by_the_second(card))
        if is_band(card.get(metric)) and best is not None:
            name, value = best
            said = "shown to beat it" if _beats(card, name, metric) else "not shown to beat it"
            lines.append(
                f"The strongest baseline{where}, {_told(name)}, gets "
                f"{percent(value['value'])}: {said}."
            )
    return " ".join(filter(None, lines))


def _event_warnings(card: Mapping[str, Any]) -> list[str]:
    found = [
        _level(card, metric, f"has {name} of")
        for metric, name in (("event_f1", "an event F1"), ("segment_f1", "a segment F1"))
        if is_band(card.get(metric))
    ]
    return [*filter(None, found), *event_words.doubts(card)]


def warnings(document: Mapping[str, Any]) -> list[str]:
    """What to doubt, the gravest first; empty where nothing is known against the score."""
    found: list[str] = []
    card = document.get("card")
    if card is not None:
        found += _leaks(card.get("split") or {})
        if card.get("kind") == EVENTS:
            found += _event_warnings(card)
        else:
            found += filter(None, [_level(card, main_metric(card))])
    audit = document.get("audit") or {}
    twice = two_labels(audit.get("duplicates") or ())
    if twice:
        found.append(
            f"{counted(len(twice), 'sound is', 'sounds are')} there under more than one label: "
            "no model can be right on all of their copies."
        )
    if card is not None or document.get("comparison"):
        found += _groups(figures_of(card) if card else {}, document.get("grouped_by", ""))
    calibrated = (document.get("model") or {}).get("calibrated_on")
    if calibrated == 0:
        found.append("Not calibrated: its probabilities are not to be taken at their word.")
    return [*found, *(document.get("remarks") or ())]


def _leaks(split: Mapping[str, Any]) -> list[str]:
    leak = split.get("leak")
    if not leak:
        return []
    if isinstance(leak, Mapping):
        number = leak.get("test_clips", leak.get("clips"))
        if isinstance(number, int):
            clips = counted(number, "test clip has", "test clips have")
            return [f"The split leaks, and that was allowed: {clips} a copy in training."]
    return ["The split leaks, and that was allowed: test clips have copies in training."]


def _groups(clip: Mapping[str, Any], grouped_by: str | None) -> list[str]:
    """`grouped_by`: None where no groups are known, empty where that itself is not known."""
    if grouped_by is None:
        return [
            "No groups are known: every file counts as one of its own. If clips belong together "
            "(one recording, one speaker), the score is too high and its interval too narrow."
        ]
    if clip.get("groups", FEW_GROUPS) < FEW_GROUPS:
        groups = counted(clip["groups"], "group")
        what = "recordings" if clip.get("kind") == EVENTS else "clips"
        return [f"The scored {what} come from {groups} only: so few cannot tell it closely."]
    return []


def two_labels(duplicates: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The sets of copies of one sound that have more than one label."""
    return [one for one in duplicates if len(set(one.get("labels") or ())) > 1]
