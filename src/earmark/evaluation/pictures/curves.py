"""How training went: loss, accuracy and learning rate of one run by epoch."""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from earmark.errors import ConfigError
from earmark.evaluation.checks import Floats
from earmark.evaluation.pictures._history import (
    History,
    best_epoch,
    epochs_of,
    pair,
    percent,
    series,
    told,
)
from earmark.style import BLUE, GREY, INK, ORANGE, STYLE, quiet, save_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def plot_curves(
    history: History, path: str | Path, kept_epoch: int | None = None, *, called: str = "accuracy"
) -> None:
    """Draw loss, accuracy and learning rate by epoch, from one mapping an epoch.

    Keys: `epoch` (else counted from 1), `train_loss`, `validation_loss` (or `val_loss`),
    `train_accuracy`, `validation_accuracy` (or `val_accuracy`), `learning_rate` (or `lr`). A key
    that is missing or NaN leaves a gap; a panel without any figure is left out. `kept_epoch` is the
    epoch whose weights were kept: it is marked, in place of the best of each validation curve.
    `called` is what accuracy is called.

    Raises:
        ConfigError: no epoch, no known key, or a kept epoch that is not in the history.
    """
    if not history:
        raise ConfigError("plot_curves needs at least 1 epoch, got 0")
    epochs = epochs_of(history)
    if kept_epoch is not None and kept_epoch not in epochs:
        raise ConfigError(
            f"kept_epoch must be one of the history's, {epochs.min():g} to {epochs.max():g}, "
            f"got {kept_epoch}"
        )
    panels = [(kind, found) for kind in ("loss", "accuracy") if (found := pair(history, kind))]
    rate = series(history, "learning_rate", "lr")
    if not panels and rate is None:
        raise ConfigError(
            "history must hold train_loss, validation_loss, train_accuracy, validation_accuracy "
            f"or learning_rate, got {sorted(history[0])}"
        )
    from matplotlib import rc_context
    from matplotlib.figure import Figure
    from matplotlib.ticker import FuncFormatter, MaxNLocator

    heights = [1.0] * len(panels) + ([0.38] if rate is not None else [])
    with rc_context(STYLE):
        figure = Figure(figsize=(7.2, 0.7 + 2.3 * sum(heights)), layout="constrained")
        rows = figure.subplots(
            len(heights), 1, sharex=True, squeeze=False, gridspec_kw={"height_ratios": heights}
        )[:, 0]
        for axes, (kind, found) in zip(rows, panels, strict=False):
            title = called if kind == "accuracy" else kind
            quiet(axes, title[0].upper() + title[1:])
            for part, colour in (("training", GREY), ("validation", BLUE)):
                if part in found:
                    draw_curve(axes, epochs, found[part], part, colour)
            if "validation" in found:
                _mark(axes, epochs, found["validation"], kind, kept_epoch)
            axes.legend(frameon=False, loc="best", fontsize=8.5)
            if kind == "accuracy":
                axes.yaxis.set_major_formatter(FuncFormatter(percent))
        if rate is not None:
            quiet(rows[-1], "Learning rate")
            draw_curve(rows[-1], epochs, rate, "", INK)
            positive = rate[rate > 0]
            if len(positive) and positive.max() / positive.min() > 30:
                rows[-1].set_yscale("log")
                rows[-1].minorticks_off()
            else:
                rows[-1].yaxis.set_major_locator(MaxNLocator(3))
        rows[-1].set_xlabel("Epoch")
        if len(epochs) > 1:
            rows[-1].set_xlim(epochs.min(), epochs.max() + 0.02 * (np.ptp(epochs)))
        rows[-1].xaxis.set_major_locator(MaxNLocator(integer=True))
        save_figure(figure, path)


def draw_curve(
    axes: "Axes", x: Floats, y: Floats, label: str, colour: str, dashes: str = "-"
) -> None:
    """One curve; NaN leave gaps."""
    known = np.isfinite(y)
    dot = "o" if known.sum() < 3 else ""  # a line of one or two points cannot be seen
    axes.plot(x, y, dashes, marker=dot, color=colour, linewidth=1.8, label=label or None)


def _mark(axes: "Axes", x: Floats, y: Floats, kind: str, kept_epoch: int | None) -> None:
    """A dot on the kept epoch, or else the best one, with its figure in the legend."""
    if kept_epoch is None:
        at, words = best_epoch(y, kind), "best"
    else:
        at, words = int(np.flatnonzero(x == kept_epoch)[0]), f"kept (epoch {kept_epoch})"
    if np.isfinite(y[at]):
        axes.plot(
            x[at], y[at], "o", color=ORANGE, markersize=6, label=f"{words}: {told(y[at], kind)}"
        )
