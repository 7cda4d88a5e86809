"""The multi-label score card in a terminal of 80 columns."""

from typing import TYPE_CHECKING, Any

from earmark.evaluation.multilabel.figures import MultilabelFigures
from earmark.evaluation.multilabel.scorecard import MultilabelScorecard
from earmark.evaluation.terminal import (
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
    "micro_f1": "Micro F1",
    "macro_f1": "Macro F1",
    "mean_average_precision": "Mean avg. precision",
    "exact_match": "Exact match",
}
WAY_NAMES = {"mean": "mean of windows", "sum": "normalised sum of windows"}


def card_table(card: MultilabelScorecard) -> "RenderableType":
    """The whole card for `rich.console.Console().print`; nothing is wider than 80 columns."""
    from rich.console import Group
    from rich.text import Text

    parts: list[RenderableType] = [
        _figures_table(card),
        Text(),
        _baseline_table(card),
        Text(),
        fact("Clips", _counts(card)),
        fact("Split", split_line(card.split)),
        fact("Answers", _answers(card.aggregate, card.clip)),
    ]
    for way, figures in card.by_aggregate.items():
        if way != card.aggregate:
            parts.append(fact("Other way", f"{_answers(way, figures)} · {_brief(figures)}"))
    plain = card.by_aggregate["mean"]
    if plain.ece is not None and plain.brier is not None:
        text = f"expected error {100 * plain.ece:.1f} % · Brier {plain.brier:.3f}"
        parts.append(fact("Calibration", text))
    parts += leak_facts(card)
    over = card.mean_over_folds().get("micro_f1")
    if over is not None:
        spread = "" if over["sd"] is None else f" ± {100 * over['sd']:.1f} (sd)"
        values = ", ".join(f"{100 * value:.1f}" for value in over["values"])
        parts.append(fact("Folds", f"micro F1 {100 * over['mean']:.1f} %{spread}: {values}"))
    parts += [Text(), _class_table(card)]
    for warning in filter(None, (leak_line(card.split), _warning(card))):
        parts += [Text(), Text(warning, style="yellow")]
    return Group(*parts)


def score_table(card: MultilabelScorecard) -> str:
    """The figures with their intervals and baselines, Markdown."""
    lines = [
        f"| | {' | '.join(METRIC_NAMES.values())} |",
        "|---|" + "---|" * len(METRIC_NAMES),
    ]
    rows = {f"per clip, {WAY_NAMES[way]}": f.intervals for way, f in card.by_aggregate.items()}
    if card.window is not None:
        rows["per window"] = card.window.intervals
    rows |= {f"baseline: {name}": figures for name, figures in card.baselines.items()}
    for name, bands in rows.items():
        cells = [percent(bands[metric]) for metric in METRIC_NAMES]
        lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _figures_table(card: MultilabelScorecard) -> Any:
    from rich.text import Text

    table = plain_table("", "Clips", *(["Windows"] if card.window is not None else []))
    for metric, title in METRIC_NAMES.items():
        cells = [Text(title), Text(percent(card.clip.intervals[metric]), style="bold")]
        if card.window is not None:
            cells.append(Text(percent(card.window.intervals[metric])))
        table.add_row(*cells)
    return table


def _baseline_table(card: MultilabelScorecard) -> Any:
    """The baselines for the clips, the strongest first."""
    from rich.text import Text

    names = sorted(card.baselines, key=lambda name: -card.baselines[name]["micro_f1"].value)
    table = plain_table("Baseline", "Micro F1", "Macro F1", "Avg. precision", "Exact")
    for name in names:
        bands = card.baselines[name]
        rest = [f"{100 * bands[m].value:.1f} %" for m in list(METRIC_NAMES)[1:]]
        table.add_row(Text(baseline_title(name)), percent(bands["micro_f1"]), *rest)
    return table


def _class_table(card: MultilabelScorecard) -> Any:
    from rich.text import Text

    table = plain_table("Class", "Clips", "Precision", "Recall", "F1", "Avg. precision")
    for label, figures in zip(card.classes, card.clip.per_class, strict=True):
        values = (figures.precision, figures.recall, figures.f1, figures.average_precision)
        cells = ["–" if value is None else f"{100 * value:.1f}" for value in values]
        table.add_row(Text(label), str(figures.support), *cells)
    return table


def _counts(card: MultilabelScorecard) -> str:
    line = f"{counted(card.clip.count, 'clip')} in {counted(card.clip.groups, 'group')}"
    if card.window is not None:
        line += f" · {counted(card.window.count, 'window')}"
    return f"{line} · [{100 * card.confidence:g} % interval]"


def _answers(way: str, figures: MultilabelFigures) -> str:
    from_on = (
        "each fold's own threshold"
        if figures.threshold is None
        else f"labels from a score of {figures.threshold:.2f} on"
    )
    return f"{WAY_NAMES[way]} · {from_on}"


def _brief(figures: MultilabelFigures) -> str:
    names = {"micro_f1": "micro F1", "macro_f1": "macro F1", "exact_match": "exact"}
    return " · ".join(
        f"{text} {100 * figures.intervals[name].value:.1f} %" for name, text in names.items()
    )


def _warning(card: MultilabelScorecard) -> str:
    """What a reader must not overlook."""
    best = max(card.baselines, key=lambda name: card.baselines[name]["micro_f1"].value)
    value = card.baselines[best]["micro_f1"].value
    if card.clip.micro_f1.low > value:
        return ""
    return (
        f"Not shown to beat the {'MFCC' if best == 'mfcc' else best} baseline: it scores a micro "
        f"F1 of {100 * value:.1f} %, and this one may be as low as "
        f"{100 * card.clip.micro_f1.low:.1f} %."
    )
