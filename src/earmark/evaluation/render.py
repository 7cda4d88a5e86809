"""The score card in a terminal of 80 columns: what was scored, against what, and where it errs."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from earmark.evaluation.figures import Figures
from earmark.evaluation.intervals import Interval
from earmark.evaluation.scorecard import Scorecard

if TYPE_CHECKING:
    from rich.console import RenderableType

METRIC_NAMES = {
    "accuracy": "Accuracy",
    "balanced_accuracy": "Balanced accuracy",
    "macro_f1": "Macro F1",
}
_MOST_CONFUSIONS = 5
_WIDTH, _GAP = 80, 2  # characters
_LABEL_WIDTH = 30  # leaves room for four columns of figures in 80


def percent(band: Interval) -> str:
    """A figure with its interval, in percent.

    >>> percent(Interval(0.912, 0.881, 0.936))
    '91.2 % [88.1, 93.6]'
    """
    return f"{100 * band.value:.1f} % [{100 * band.low:.1f}, {100 * band.high:.1f}]"


def counted(number: int, thing: str) -> str:
    """A number with its noun, thousands set apart.

    >>> counted(1, "clip"), counted(12000, "window")
    ('1 clip', '12 000 windows')
    """
    return f"{number:,}".replace(",", " ") + f" {thing}" + ("" if number == 1 else "s")


def split_line(split: Mapping[str, Any]) -> str:
    """The split in one line: its description, or else its plain values, in their order.

    >>> split_line({"kind": "group folds", "folds": 5, "grouped_by": "cd", "files": ["a"]})
    'group folds · folds 5 · grouped by cd'
    >>> split_line({"kind": "fold", "name": "fold 2", "description": "5 folds; seed 0", "seed": 0})
    'fold 2 · 5 folds · seed 0'
    """
    if "description" in split:
        name = split.get("name", split.get("kind", ""))
        return " · ".join(filter(None, (str(name), *str(split["description"]).split("; "))))
    plain = {
        key: ("yes" if value else "no") if isinstance(value, bool) else value
        for key, value in split.items()
        if isinstance(value, str | int | float)
    }
    line = " · ".join(
        str(value) if key == "kind" else f"{key.replace('_', ' ')} {value}"
        for key, value in plain.items()
    )
    return line or "not stated"


def leak_line(split: Mapping[str, Any]) -> str:
    """What must be said for ever of a split whose test clips have copies in training, or ''.

    >>> leak_line({"leak": {"test_clips": 12, "of": 80, "allowed_by": "--allow-leak"}})
    'Leak: 12 of 80 test clips have a copy in training (allowed by --allow-leak)'
    """
    leak = split.get("leak")
    if not leak:
        return ""
    return (
        f"Leak: {leak['test_clips']} of {counted(leak['of'], 'test clip')} "
        f"{'has' if leak['test_clips'] == 1 else 'have'} a copy in training "
        f"(allowed by {leak['allowed_by']})"
    )


def worst_confusions(figures: Figures, most: int = _MOST_CONFUSIONS) -> list[tuple[int, int, int]]:
    """The pairs confused most often, as (truth, answer, count), the largest count first."""
    pairs = [
        (truth, answer, count)
        for truth, row in enumerate(figures.confusion)
        for answer, count in enumerate(row)
        if truth != answer and count > 0
    ]
    return sorted(pairs, key=lambda pair: (-pair[2], pair[0], pair[1]))[:most]


def card_table(card: Scorecard) -> "RenderableType":
    """The whole card for `rich.console.Console().print`; nothing is wider than 80 columns."""
    from rich.console import Group
    from rich.text import Text

    parts: list[RenderableType] = [
        _figures_table(card),
        Text(),
        *([_baseline_table(card), Text()] if card.baselines else []),
        _fact("Clips", _counts(card)),
        _fact("Split", split_line(card.split)),
        _fact(
            "Calibration",
            f"expected error {100 * card.clip.ece:.1f} %{_before(card)} · "
            f"Brier {card.clip.brier:.3f} · negative log-likelihood {card.clip.nll:.3f}",
        ),
    ]
    if card.trust.answered is not None:
        right = card.trust.answered_accuracy
        told = "" if right is None else f" · {percent(right)} of these are right"
        parts.append(_fact("Answered", f"{percent(card.trust.answered)}{told}"))
    accuracy = card.mean_over_folds().get("accuracy")
    if accuracy is not None:
        spread = "" if accuracy["sd"] is None else f" ± {100 * accuracy['sd']:.1f} (sd)"
        values = ", ".join(f"{100 * value:.1f}" for value in accuracy["values"])
        parts.append(_fact("Folds", f"accuracy {100 * accuracy['mean']:.1f} %{spread}: {values}"))
    parts += [Text(), _class_table(card)]
    worst = worst_confusions(card.clip)
    if worst:
        parts += [Text(), _confusion_table(card, worst)]
    for warning in filter(None, (leak_line(card.split), _warning(card))):
        parts += [Text(), Text(warning, style="yellow")]
    return Group(*parts)


def _before(card: Scorecard) -> str:
    before = card.trust.ece_before
    return "" if before is None else f" (before: {100 * before:.1f} %)"


def _counts(card: Scorecard) -> str:
    line = f"{counted(card.clip.count, 'clip')} in {counted(card.clip.groups, 'group')}"
    if card.window is not None:
        line += f" · {counted(card.window.count, 'window')}"
    return f"{line} · [{100 * card.confidence:g} % interval]"


def _warning(card: Scorecard) -> str:
    """What a reader must not overlook."""
    if not card.baselines:
        return ""
    best = max(card.baselines, key=lambda name: card.baselines[name]["accuracy"].value)
    value = card.baselines[best]["accuracy"].value
    if card.clip.accuracy.low > value:
        return ""
    low = 100 * card.clip.accuracy.low
    return (
        f"Not shown to beat the {best} baseline: it scores {100 * value:.1f} %, "
        f"and the accuracy may be as low as {low:.1f} %."
    )


def _plain_table(*headings: str, title: str = "") -> Any:
    from rich import box
    from rich.table import Table

    table = Table(
        box=box.SIMPLE_HEAD,
        title=title or None,
        title_justify="left",
        title_style="bold",
        header_style="dim",
        pad_edge=False,
        show_edge=False,
        padding=(0, 0, 0, 1),
    )
    for heading in headings:
        left = heading in ("", "Baseline", "Class", "Truth", "Answer")
        table.add_column(
            heading,
            justify="left" if left else "right",
            no_wrap=True,
            overflow="ellipsis",
            max_width=_LABEL_WIDTH if left else None,
        )
    return table


def _fact(name: str, text: str) -> Any:
    from rich.table import Table
    from rich.text import Text

    grid = Table.grid(padding=(0, 1))
    grid.add_column(width=12, style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    grid.add_row(name, Text(_packed(text)))
    return grid


def _packed(text: str) -> str:
    """Break between facts, not within one."""
    lines = [""]
    for item in text.split(" · "):
        joined = f"{lines[-1]} · {item}" if lines[-1] else item
        if lines[-1] and len(joined) > _WIDTH - 13:
            lines.append(item)
        else:
            lines[-1] = joined
    return "\n".join(lines)


def _figures_table(card: Scorecard) -> Any:
    from rich.text import Text

    parts = [card.clip] + ([card.window] if card.window is not None else [])
    table = _plain_table(*["", "Clips", "Windows"][: 1 + len(parts)])
    for metric, title in METRIC_NAMES.items():
        cells = [percent(part.intervals[metric]) for part in parts]
        styled = [Text(cell, style="" if at else "bold") for at, cell in enumerate(cells)]
        table.add_row(Text(title), *styled)
    return table


def _baseline_table(card: Scorecard) -> Any:
    """The baselines for the clips, the strongest first."""
    from rich.text import Text

    figures = card.baselines
    names = sorted(figures, key=lambda name: -figures[name]["accuracy"].value)
    rows = [[percent(figures[name][metric]) for metric in METRIC_NAMES] for name in names]
    used = sum(_GAP + max(map(len, column)) for column in zip(*rows, strict=True))
    table = _plain_table("Baseline", *METRIC_NAMES.values())
    for name, row in zip(names, rows, strict=True):
        title = name[:1].upper() + name[1:]
        table.add_row(Text(_cut(title, _WIDTH - used)), *(Text(cell) for cell in row))
    return table


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"


def _class_table(card: Scorecard) -> Any:
    from rich.text import Text

    table = _plain_table("Class", "Clips", "Precision", "Recall", "F1")
    for label, figures in zip(card.classes, card.clip.per_class, strict=True):
        cells = [
            "–" if value is None else f"{100 * value:.1f}"
            for value in (figures.precision, figures.recall, figures.f1)
        ]
        table.add_row(Text(label), str(figures.support), *cells)
    return table


def _confusion_table(card: Scorecard, worst: list[tuple[int, int, int]]) -> Any:
    from rich.text import Text

    table = _plain_table("Truth", "Answer", "Clips", "of class")
    for truth, answer, count in worst:
        share = 100 * count / card.clip.per_class[truth].support
        labels = (Text(card.classes[truth]), Text(card.classes[answer]))
        table.add_row(*labels, str(count), f"{share:.0f} %")
    return table
