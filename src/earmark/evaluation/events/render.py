"""The score card of events in a terminal of 80 columns."""

from typing import TYPE_CHECKING, Any

from earmark.evaluation.events.scorecard import EventScorecard
from earmark.evaluation.intervals import Interval
from earmark.evaluation.terminal import counted, fact, percent, plain_table, split_line

if TYPE_CHECKING:
    from rich.console import RenderableType

FIGURE_NAMES = {
    "event_f1": "Event F1",
    "event_f1_macro": "  mean of classes",
    "segment_f1": "Segment F1 (1 s)",
    "segment_f1_macro": "  mean of classes",
    "intersection_f1": "Intersection F1",
    "intersection_f1_macro": "  mean of classes",
    "psds1": "PSDS1",
    "psds2": "PSDS2",
    "event_error_rate": "Event error rate",
    "segment_error_rate": "Segment error rate",
}
_LONGEST_BASELINE = 16  # characters; two fit into 80 columns


def card_table(card: EventScorecard) -> "RenderableType":
    """The whole card for `rich.console.Console().print`; nothing is wider than 80 columns."""
    from rich.console import Group
    from rich.text import Text

    parts: list[RenderableType] = [
        _figures_table(card),
        Text(),
        fact("Recordings", _recordings(card)),
        fact("Events", _events(card)),
        fact("Event errors", _errors(card.error_parts["event"])),
        fact("Split", split_line(card.split)),
        Text(),
        _class_table(card),
    ]
    warning = _warning(card)
    if warning:
        parts += [Text(), Text(warning, style="yellow")]
    return Group(*parts)


def score_table(card: EventScorecard) -> str:
    """The figures with their intervals and baselines, Markdown."""
    known = [name for name in FIGURE_NAMES if card.figures[name] is not None]
    if not known:
        return "The truth has no event: no figure can be told."
    names = list(card.baselines)
    heads = ["this model", *(f"baseline: {name}" for name in names)]
    lines = [f"| | {' | '.join(heads)} |", "|---|" + "---|" * len(heads)]
    title = ""
    for name in known:
        own = FIGURE_NAMES[name]
        title = f"{title}, {own.strip()}" if own.startswith(" ") else own
        cells = [
            "" if band is None else _full(name, band)
            for band in (card.figures[name], *(card.baselines[b].get(name) for b in names))
        ]
        lines.append(f"| {title} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _full(name: str, band: Interval) -> str:
    return rate(band) if name.endswith("error_rate") else percent(band)


def rate(band: Interval) -> str:
    """An error rate with its interval: no share, as it may be above 1.

    >>> rate(Interval(1.25, 1.0, 1.5))
    '1.25 [1.00, 1.50]'
    """
    return f"{band.value:.2f} [{band.low:.2f}, {band.high:.2f}]"


def _figures_table(card: EventScorecard) -> Any:
    from rich.text import Text

    shown = list(card.baselines)[:2]
    headings = [name.capitalize()[:_LONGEST_BASELINE] for name in shown]
    table = plain_table("", f"{100 * card.confidence:g} % interval", *headings)
    for name, title in FIGURE_NAMES.items():
        band = card.figures[name]
        if band is None:
            continue
        is_rate = name.endswith("error_rate")
        cells = [Text(title), Text(rate(band) if is_rate else percent(band), style="bold")]
        for baseline in shown:
            other = card.baselines[baseline].get(name)
            text = "" if other is None else _brief(other, is_rate)
            cells.append(Text(text, style="dim"))
        table.add_row(*cells)
    return table


def _brief(band: Interval, is_rate: bool) -> str:
    return f"{band.value:.2f}" if is_rate else f"{100 * band.value:.1f} %"


def _recordings(card: EventScorecard) -> str:
    line = f"{counted(card.recordings, 'recording')} in {counted(card.groups, 'group')}"
    if card.duration_s is not None:
        line += f" · {card.duration_s / 60:.1f} min"
    return line


def _events(card: EventScorecard) -> str:
    line = f"{card.events} in the truth · {card.answered} answered"
    if card.merged:
        line += f" · {card.merged} overlapped another of their label, and were joined to it"
    return line


def _errors(parts: dict[str, float | None]) -> str:
    names = ("substitutions", "deletions", "insertions")
    known = [f"{name} {value:.2f}" for name in names if (value := parts[name]) is not None]
    return " · ".join(known) or "none can be counted: the truth has no event"


def _class_table(card: EventScorecard) -> Any:
    from rich.text import Text

    scored = card.figures["psds1"] is not None
    columns = {
        "Precision": "precision",
        "Recall": "recall",
        "Event F1": "event_f1",
        "Segment F1": "segment_f1",
        **({"PSDS1": "psds1", "PSDS2": "psds2"} if scored else {}),
    }
    table = plain_table("Class", "Events", *columns)
    if scored:
        table.columns[0].max_width = 18
    for label, each in zip(card.classes, card.per_class, strict=True):
        values = [getattr(each, name) for name in columns.values()]
        cells = ["–" if value is None else f"{100 * value:.1f}" for value in values]
        table.add_row(Text(label), str(each.events), *cells)
    return table


def _warning(card: EventScorecard) -> str:
    """What a reader must not overlook."""
    if card.figures["segment_f1"] is None:
        return "The truth has no event: nothing can be said of what was found."
    found = []
    for figure in ("event_f1", "segment_f1"):
        mine = card.figures[figure]
        known = {
            name: bands[figure].value for name, bands in card.baselines.items() if figure in bands
        }
        best = max(known, key=lambda name: known[name], default=None)
        if mine is not None and best is not None and mine.low <= known[best]:
            what = figure.replace("_f1", " F1")
            found.append(
                f"Not shown to beat the baseline '{best}': it has {_AN[figure]} {what} of "
                f"{100 * known[best]:.1f} %, and this one may be as low as {100 * mine.low:.1f} %."
            )
    return "\n".join(found)


_AN = {"event_f1": "an", "segment_f1": "a"}
