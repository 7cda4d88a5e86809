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
    """The split in one line: its plain values, in their order; nested ones are left to the JSON.

    >>> split_line({"kind": "folds", "folds": 5, "grouped_by": "cd", "files": ["a"]})
    'kind folds · folds 5 · grouped by cd'
    """
    plain = {
        key: ("yes" if value else "no") if isinstance(value, bool) else value
        for key, value in split.items()
        if isinstance(value, str | int | float)
    }
    line = " · ".join(f"{key.replace('_', ' ')} {value}" for key, value in plain.items())
    return line or "not stated"


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
        _fact("Clips", _counts(card)),
        _fact("Split", split_line(card.split)),
        _fact(
            "Calibration",
            f"expected error {100 * card.clip.ece:.1f} % · Brier {card.clip.brier:.3f} · "
            f"negative log-likelihood {card.clip.nll:.3f}",
        ),
    ]
    accuracy = card.mean_over_folds().get("accuracy")
    if accuracy is not None:
        spread = "" if accuracy["sd"] is None else f" ± {100 * accuracy['sd']:.1f} (sd)"
        values = ", ".join(f"{100 * value:.1f}" for value in accuracy["values"])
        parts.append(_fact("Folds", f"accuracy {100 * accuracy['mean']:.1f} %{spread}: {values}"))
    parts += [Text(), _class_table(card)]
    worst = worst_confusions(card.clip)
    if worst:
        parts += [Text(), _confusion_table(card, worst)]
    warning = _warning(card)
    if warning:
        parts += [Text(), Text(warning, style="yellow")]
    return Group(*parts)


def _counts(card: Scorecard) -> str:
    line = f"{counted(card.clip.count, 'clip')} in {counted(card.clip.groups, 'group')}"
    if card.window is not None:
        line += f" · {counted(card.window.count, 'window')}"
    return line + " · brackets: 95 % interval over groups"


def _warning(card: Scorecard) -> str:
    """What a reader must not overlook."""
    best = (
        max((bands["accuracy"].value, name) for name, bands in card.baselines.items())
        if card.baselines
        else (0.0, "")
    )
    if best[1] and card.clip.accuracy.low <= best[0]:
        return (
            f"Not shown to beat the {best[1]} baseline: its {100 * best[0]:.1f} % is not below "
            f"the interval of the accuracy."
        )
    return ""


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
        padding=(0, 1),
    )
    for heading in headings:
        left = heading in ("", "Class", "Truth", "Answer")
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
    grid.add_row(name, Text(text))
    return grid


def _figures_table(card: Scorecard) -> Any:
    from rich.text import Text

    headings = ["", "Clips"] + (["Windows"] if card.window is not None else [])
    # Two baselines beside two columns of intervals is what 80 columns hold.
    shown = sorted(card.baselines, key=lambda name: -card.baselines[name]["accuracy"].value)[:2]
    table = _plain_table(*headings, *(name.capitalize()[:10] for name in shown))
    for metric, name in METRIC_NAMES.items():
        row = [Text(name), Text(percent(card.clip.intervals[metric]), style="bold")]
        if card.window is not None:
            row.append(Text(percent(card.window.intervals[metric])))
        row += [
            Text(f"{100 * card.baselines[base][metric].value:.1f} %", style="dim") for base in shown
        ]
        table.add_row(*row)
    return table


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
