"""Several networks on the same clips: scores, costs, and which differences are more than chance."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from earmark.evaluation.intervals import Interval
from earmark.evaluation.paired import PairedTest
from earmark.evaluation.pooling import baselines_to_dict
from earmark.evaluation.terminal import counted, leak_line, percent, split_line

if TYPE_CHECKING:
    from rich.console import RenderableType

FIGURES = ("parameters", "gmac", "window_s", "epochs", "train_s", "realtime", "learning_rate")


@dataclass(frozen=True)
class Contender:
    """One network of a comparison."""

    name: str
    model: str
    recipe: str
    accuracy: Interval
    macro_f1: Interval
    parameters: int
    gmac: float
    """Multiply-accumulates of one window, in milliards."""
    window_s: float
    epochs: int
    """Epochs trained, of all folds."""
    train_s: float
    """Seconds of training, of all folds."""
    realtime: float | None
    """Seconds of sound that prediction answers in one second, from file to probabilities; None
    where the dataset has features and no sound."""
    learning_rate: float | None = None
    """The largest one; of folds, the geometric mean."""

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return {
            **vars(self),
            "accuracy": self.accuracy.to_dict(),
            "macro_f1": self.macro_f1.to_dict(),
        }


@dataclass(frozen=True)
class Comparison:
    """What `compare` found, on clips that no network had learned."""

    contenders: tuple[Contender, ...]
    """In the order they were asked for."""
    baselines: Mapping[str, Mapping[str, Interval]]
    """{"majority": {"accuracy": ...}}"""
    paired: tuple[PairedTest, ...]
    split: Mapping[str, Any]
    clips: int
    failed: Mapping[str, str] = field(default_factory=dict)
    """Why a network has no score, by its name."""

    def to_dict(self) -> dict[str, Any]:
        """The JSON document of `compare`."""
        return {
            "networks": [contender.to_dict() for contender in self.contenders],
            "baselines": baselines_to_dict(self.baselines),
            "paired": [test.to_dict() for test in self.paired],
            "split": dict(self.split),
            "clips": self.clips,
            "failed": dict(self.failed),
        }

    def rows(self) -> list[dict[str, Any]]:
        """The table as flat values, for a CSV file: networks, then baselines."""
        rows: list[dict[str, Any]] = []
        for one in self.contenders:
            rows.append({"name": one.name, **_flat(one.accuracy, one.macro_f1)})
            for key in FIGURES:
                rows[-1][key] = getattr(one, key)
        for name, figures in self.baselines.items():
            rows.append({"name": name, **_flat(figures["accuracy"], figures["macro_f1"])})
        return rows


def _flat(accuracy: Interval, macro_f1: Interval) -> dict[str, float]:
    return {
        f"{name}{end}": getattr(band, value)
        for name, band in (("accuracy", accuracy), ("macro_f1", macro_f1))
        for end, value in (("", "value"), ("_low", "low"), ("_high", "high"))
    }


def short_count(number: float) -> str:
    """A large number in three digits.

    >>> short_count(85_214_440), short_count(447_208), short_count(1_196_216), short_count(96)
    ('85.2 M', '447 k', '1.20 M', '96')
    """
    for size, unit in ((1e6, " M"), (1e3, " k")):
        if number >= size:
            value = number / size
            digits = max(0, 2 - int(math.log10(value)))
            return f"{value:.{digits}f}{unit}"
    return f"{number:.0f}"


def comparison_table(comparison: Comparison) -> "RenderableType":
    """The comparison for `rich.console.Console().print`, within 80 columns."""
    from rich import box
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    from earmark.evaluation.paired_render import paired_table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, collapse_padding=True)
    table.add_column("network", overflow="fold", max_width=20)
    for heading in ("accuracy", "F1", "weights", "GMAC", "train", "predict"):
        table.add_column(heading, justify="right", no_wrap=True)
    for one in comparison.contenders:
        table.add_row(
            one.name,
            percent(one.accuracy),
            f"{100 * one.macro_f1.value:.1f}",
            short_count(one.parameters),
            f"{one.gmac:.3f}",
            f"{one.train_s:.0f} s",
            "" if one.realtime is None else f"{one.realtime:.0f}x",
        )
    for name in comparison.failed:
        table.add_row(name, "failed", "", "", "", "", "")
    if comparison.baselines:
        table.add_section()
    for name, figures in comparison.baselines.items():
        f1 = f"{100 * figures['macro_f1'].value:.1f}"
        table.add_row(name, percent(figures["accuracy"]), f1, "", "", "", "")
    parts: list[RenderableType] = [
        table,
        Text(
            "accuracy with its 95 % interval; F1: mean over classes, in percent; GMAC: of one "
            "window; train: seconds, of all folds; predict: times real time, file to answer",
            style="dim",
        ),
        Text(f"\nClips  {counted(comparison.clips, 'clip')} scored"),
        Text(f"Split  {split_line(comparison.split)}"),
    ]
    if leak := leak_line(comparison.split):
        parts.append(Text(leak, style="yellow"))
    for name, why in comparison.failed.items():
        parts.append(Text(f"{name} failed: {why}", style="red"))
    if comparison.paired:
        parts += [Text(), paired_table(comparison.paired)]
    return Group(*parts)
