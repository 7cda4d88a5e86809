"""How the training of several networks went, on one picture."""

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from earmark.errors import ConfigError
from earmark.evaluation.checks import Floats
from earmark.evaluation.pictures._history import History, best_epoch, epochs_of, pair, percent, told
from earmark.evaluation.pictures.curves import draw_curve
from earmark.style import FAINT, PALETTE, STYLE_WITH_NAMES, quiet, save_figure, shorten

Dash = Literal["-", "--", ":", "-."]
DASHES: tuple[Dash, ...] = ("-", "--", ":", "-.")  # the colours come again with the next one
MOST_NETWORKS = len(PALETTE) * len(DASHES)
_KINDS, _PARTS = ("accuracy", "loss"), ("training", "validation")
_LONGEST_NAME = 32
_LEGEND_CHARACTERS = 110  # that fit beside one another


def plot_joint_curves(
    histories: Mapping[str, History],
    path: str | Path,
    title: str = "Training of all networks",
) -> None:
    """Draw accuracy and loss of several networks by epoch: training left, validation right.

    `histories` has a name for each network and its history as `plot_curves` takes it; histories may
    differ in length. The legend tells the best validation accuracy (or loss, where there is no
    accuracy). A row of panels without any figure is left out, a panel without one says so.

    Raises:
        ConfigError: no network or too many, or one without a figure to draw.
    """
    if not 1 <= len(histories) <= MOST_NETWORKS:
        raise ConfigError(
            f"plot_joint_curves takes 1 to {MOST_NETWORKS} networks, got {len(histories)}"
        )
    figures = {
        name: {kind: pair(history, kind) for kind in _KINDS} for name, history in histories.items()
    }
    for name, found in figures.items():
        if not any(found.values()):
            raise ConfigError(
                f"the history of {name!r} must hold train_accuracy, validation_accuracy, "
                f"train_loss or validation_loss, got {sorted(set().union(*histories[name]))}"
            )
    kinds = [kind for kind in _KINDS if any(found[kind] for found in figures.values())]
    labels = [f"{shorten(name, _LONGEST_NAME)}: {_best(found)}" for name, found in figures.items()]
    columns = max(1, min(len(labels), _LEGEND_CHARACTERS // (max(map(len, labels)) + 8)))

    from matplotlib import rc_context
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    with rc_context(STYLE_WITH_NAMES):
        height = 1.1 + 2.6 * len(kinds) + 0.2 * math.ceil(len(labels) / columns)
        figure = Figure(figsize=(9.6, height), layout="constrained")
        panels = figure.subplots(len(kinds), 2, sharex=True, sharey="row", squeeze=False)
        for row, kind in zip(panels, kinds, strict=True):
            for axes, part in zip(row, _PARTS, strict=True):
                quiet(axes, f"{kind.capitalize()}, {part}")
                for number, (name, found) in enumerate(figures.items()):
                    if part in found[kind]:
                        x = epochs_of(histories[name])
                        draw_curve(axes, x, found[kind][part], "", *_look(number))
                if not axes.lines:
                    axes.text(0.5, 0.5, "none", ha="center", color=FAINT, transform=axes.transAxes)
            row[1].tick_params(labelleft=True)
            if kind == "accuracy":
                row[0].yaxis.set_major_formatter(FuncFormatter(percent))
        for axes in panels[-1]:
            axes.set_xlabel("Epoch")
            axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        figure.suptitle(title, x=0.01, ha="left", fontsize=12, fontweight="bold")
        looks = [_look(number) for number in range(len(labels))]
        figure.legend(
            [Line2D([], [], color=colour, linestyle=dash, linewidth=1.8) for colour, dash in looks],
            labels,
            title="network: best validation",
            loc="outside lower left",
            alignment="left",
            ncols=columns,
            frameon=False,
            fontsize=8.5,
            title_fontsize=8.5,
        )
        save_figure(figure, path)


def _look(number: int) -> tuple[str, Dash]:
    """Colour and dashes of a network."""
    return PALETTE[number % len(PALETTE)], DASHES[number // len(PALETTE)]


def _best(found: Mapping[str, Mapping[str, Floats]]) -> str:
    """The best validation figure as text: accuracy, or else loss."""
    for kind in _KINDS:
        if "validation" in found[kind]:
            values = found[kind]["validation"]
            best = told(float(values[best_epoch(values, kind)]), kind)
            return best if kind == "accuracy" else f"loss {best}"
    return "none"
