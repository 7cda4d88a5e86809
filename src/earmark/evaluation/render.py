"""The score card in a terminal of 80 columns: what was scored, against what, and where it errs."""

from typing import TYPE_CHECKING, Any

from earmark.evaluation.figures import Figures
from earmark.evaluation.intervals import Interval
from earmark.evaluation.scorecard import Scorecard
from earmark.evaluation.terminal import (
    WIDTH,
    baseline_title,
    counted,
    fact,
    leak_facts,
    leak_line,
    percent,
    plain_table,
    split_line,
)

if TYPE_CHECKING:
    from rich.console import RenderableType

METRIC_NAMES = {
    "accuracy": "Accuracy",
    "balanced_accuracy": "Balanced accuracy",
    "macro_f1": "Macro F1",
}
RANKED_NAMES = {"mean_average_precision": "Mean avg. precision"}
_MOST_CONFUSIONS = 5
_GAP = 2  # characters


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
        fact("Clips", _counts(card)),
        fact("Split", split_line(card.split)),
        fact(
            "Calibration",
            f"expected error {100 * card.clip.ece:.1f} %{_before(card)} · "
            f"Brier {card.clip.brier:.3f} · negative log-likelihood {card.clip.nll:.3f}",
        ),
    ]
    parts += leak_facts(card)
    if card.trust.answered is not None:
        right = card.trust.answered_accuracy
        told = "" if right is None else f" · {percent(right)} of these are right"
        parts.append(fact("Answered", f"{percent(card.trust.answered)}{told}"))
    accuracy = card.mean_over_folds().get("accuracy")
    if accuracy is not None:
        spread = "" if accuracy["sd"] is None else f" ± {100 * accuracy['sd']:.1f} (sd)"
        values = ", ".join(f"{100 * value:.1f}" for value in accuracy["values"])
        parts.append(fact("Folds", f"accuracy {100 * accuracy['mean']:.1f} %{spread}: {values}"))
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
    """What a reader must not overlook: the strongest baseline that may be as good."""
    accuracy = {name: figures["accuracy"].value for name, figures in card.baselines.items()}
    level = {name: value for name, value in accuracy.items() if not _beaten(card, name)}
    if not level:
        return ""
    best = max(level, key=lambda name: level[name])
    text = (
        f"Not shown to beat the {'MFCC' if best == 'mfcc' else best} baseline: "
        f"it scores {100 * level[best]:.1f} %, "
    )
    margin = card.baselines[best].get("margin")
    if margin is None:
        return text + f"and the accuracy may be as low as {100 * card.clip.accuracy.low:.1f} %."
    if margin.value < 0:
        margin = Interval(-margin.value, -margin.high, -margin.low)
        return text + f"and the model is {_margin(margin)} points below it."
    return text + f"and the model is {_margin(margin)} points above it."


def _beaten(card: Scorecard, name: str) -> bool:
    """Whether the paired interval lies above it; cards of old have none."""
    figures = card.baselines[name]
    if "margin" in figures:
        return figures["margin"].low > 0
    return card.clip.accuracy.low > figures["accuracy"].value


def _figures_table(card: Scorecard) -> Any:
    from rich.text import Text

    parts = [card.clip] + ([card.window] if card.window is not None else [])
    table = plain_table(*["", "Clips", "Windows"][: 1 + len(parts)])
    for metric, title in {**METRIC_NAMES, **RANKED_NAMES}.items():
        if metric not in card.clip.intervals:  # a card of old
            continue
        cells = [percent(part.intervals[metric]) for part in parts]
        styled = [Text(cell, style="" if at else "bold") for at, cell in enumerate(cells)]
        table.add_row(Text(title), *styled)
    return table


def _baseline_table(card: Scorecard) -> Any:
    """The baselines for the clips, the strongest first, and by how much the model is above each."""
    from rich.text import Text

    figures = card.baselines
    names = sorted(figures, key=lambda name: -figures[name]["accuracy"].value)
    rows = [
        [
            percent(figures[name]["accuracy"]),
            f"{100 * figures[name]['macro_f1'].value:.1f} %",
            _margin(figures[name].get("margin")),
        ]
        for name in names
    ]
    used = sum(_GAP + max(map(len, column)) for column in zip(*rows, strict=True))
    table = plain_table("Baseline", "Accuracy", "Macro F1", "Model above it")
    for name, row in zip(names, rows, strict=True):
        title = _cut(baseline_title(name), WIDTH - used)
        table.add_row(Text(title), *(Text(cell) for cell in row))
    return table


def _margin(band: Interval | None) -> str:
    """Points above a baseline.

    >>> _margin(Interval(0.123, 0.081, 0.162)), _margin(None)
    ('12.3 [8.1, 16.2]', '–')
    """
    if band is None:
        return "–"
    value, low, high = (100 * each + 0.0 for each in (band.value, band.low, band.high))
    return f"{value:.1f} [{low:.1f}, {high:.1f}]".replace("-0.0", "0.0")


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"


def _class_table(card: Scorecard) -> Any:
    from rich.text import Text

    table = plain_table("Class", "Clips", "Precision", "Recall", "F1", "Avg. precision")
    for label, figures in zip(card.classes, card.clip.per_class, strict=True):
        cells = [
            "–" if value is None else f"{100 * value:.1f}"
            for value in (
                figures.precision,
                figures.recall,
                figures.f1,
                figures.average_precision,
            )
        ]
        table.add_row(Text(label), str(figures.support), *cells)
    return table


def _confusion_table(card: Scorecard, worst: list[tuple[int, int, int]]) -> Any:
    from rich.text import Text

    table = plain_table("Truth", "Answer", "Clips", "of class")
    for truth, answer, count in worst:
        share = 100 * count / card.clip.per_class[truth].support
        labels = (Text(card.classes[truth]), Text(card.classes[answer]))
        table.add_row(*labels, str(count), f"{share:.0f} %")
    return table
