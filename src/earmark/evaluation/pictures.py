"""Pictures of a run: where the answers went, and how training went. matplotlib is loaded here only.

Figures are made with the object interface, never pyplot, so no display and no global state is
touched. Colours: one sequential blue for shares, Okabe & Ito's blue and orange
(https://jfly.uni-koeln.de/color/), which colour-blind readers tell apart, for curves.
"""

import math
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from earmark.errors import ConfigError
from earmark.evaluation.checks import Floats

if TYPE_CHECKING:
    from matplotlib.axes import Axes

BLUE, ORANGE, GREY, INK = "#0072B2", "#D55E00", "#8A8F98", "#24292F"
STYLE: Any = {
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],  # ships with matplotlib, has the accents
    "text.color": INK,
    "axes.labelcolor": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "axes.edgecolor": "#C9CDD3",
    "axes.linewidth": 0.8,
    "font.size": 9,
}
_LONGEST_NAME = 28


def plot_confusion(
    matrix: npt.ArrayLike,
    classes: Sequence[str],
    path: str | Path,
    title: str = "Where the answers went",
) -> None:
    """Draw (classes, classes) counts, rows the truth: colour shows the share of a row.

    The form of the file is that of its ending (.png, .svg, .pdf). A row without clips stays white.

    Raises:
        ConfigError: a matrix that is not (classes, classes).
    """
    counts = np.asarray(matrix)
    size = len(classes)
    if counts.shape != (size, size) or size == 0:
        raise ConfigError(
            f"matrix must have shape {(size, size)} for {size} classes, got {counts.shape}"
        )
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    totals = counts.sum(axis=1, keepdims=True)
    share = np.divide(counts, totals, out=np.zeros((size, size)), where=totals > 0)
    names = [_short(name) for name in classes]
    longest = max(len(name) for name in names)
    cell = 0.62 if size <= 12 else max(0.26, 7.5 / size)  # inches
    label = 9.0 if size <= 12 else max(6.0, min(9.0, cell * 24))  # points
    side = max(size * cell, 1.9)
    # A character of DejaVu Sans is about 0.6 em wide; 72 points an inch. Figures grow, cells stay.
    margin = 0.45 + longest * label * 0.6 / 72
    width, height = side + margin + 0.25, side + margin + 0.85
    width = max(width, 0.5 + len(title) * 0.115)
    with rc_context({**STYLE, "text.parse_math": False}):  # a class may be named "$"
        figure = Figure(figsize=(width, height))
        left, bottom = margin / width, margin / height
        axes = figure.add_axes((left, bottom, side / width, side / height))
        axes.imshow(share, cmap="Blues", vmin=0, vmax=1, aspect="auto")
        axes.set_xticks(range(size), names, fontsize=label, rotation=_turn(longest, label, cell))
        axes.set_yticks(range(size), names, fontsize=label)
        axes.tick_params(length=0, pad=4)
        axes.set_xticks(np.arange(1, size) - 0.5, minor=True)
        axes.set_yticks(np.arange(1, size) - 0.5, minor=True)
        axes.grid(which="minor", color="white", linewidth=1.2 if size <= 20 else 0.6)
        axes.tick_params(which="minor", length=0)
        for spine in axes.spines.values():
            spine.set_visible(False)
        for (row, column), count in np.ndenumerate(counts):
            if count:
                dark = share[row, column] > 0.55
                digits = len(str(count))
                points = min(10.0, label + 1, cell * 72 * 0.8 / (0.64 * max(digits, 2)))
                axes.text(
                    column,
                    row,
                    str(count),
                    ha="center",
                    va="center",
                    fontsize=points,
                    color="white" if dark else INK,
                    fontweight="bold" if row == column else None,
                )
        at = 0.12 / width
        figure.text(at, 1 - 0.3 / height, title, fontsize=12, fontweight="bold", va="center")
        right = int(np.trace(counts))
        total = int(counts.sum())
        figure.text(
            at,
            1 - 0.58 / height,
            f"rows: truth, columns: answer · {right} of {total} right",
            fontsize=8.5,
            color="#5A6069",
            va="center",
        )
        with warnings.catch_warnings():
            # A name in a script that no font here has is drawn as boxes; that is no user's fault.
            warnings.filterwarnings("ignore", message="Glyph .* missing")
            figure.savefig(
                path,
                dpi=160 if size <= 20 else 200,
                facecolor="white",
                bbox_inches="tight",
                pad_inches=0.18,
            )


def _short(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 1] + "…"


def _turn(longest: int, points: float, cell: float) -> int:
    """Column names lie flat while they fit their cell, else they stand upright."""
    return 0 if longest * points * 0.6 / 72 < cell * 0.95 else 90


def plot_curves(history: Sequence[Mapping[str, float]], path: str | Path) -> None:
    """Draw loss, accuracy and learning rate by epoch, from one mapping an epoch.

    Keys: `epoch` (else counted from 1), `train_loss`, `validation_loss` (or `val_loss`),
    `train_accuracy`, `validation_accuracy` (or `val_accuracy`), `learning_rate` (or `lr`). A key
    that is missing or NaN leaves a gap; a panel without any figure is left out.

    Raises:
        ConfigError: no epoch, or no known key.
    """
    if not history:
        raise ConfigError("plot_curves needs at least 1 epoch, got 0")
    epochs = np.array([row.get("epoch", i) for i, row in enumerate(history, start=1)], dtype=float)
    loss, accuracy = _pair(history, "loss"), _pair(history, "accuracy")
    rate = _series(history, "learning_rate", "lr")
    panels = [(name, pair) for name, pair in (("Loss", loss), ("Accuracy", accuracy)) if pair]
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
        for axes, (name, pair) in zip(rows, panels, strict=False):
            _quiet(axes, name)
            for part, colour in (("training", GREY), ("validation", BLUE)):
                if part in pair:
                    _curve(axes, epochs, pair[part], part, colour)
            if "validation" in pair:
                _mark_best(axes, epochs, pair["validation"], name)
            axes.legend(frameon=False, loc="best", fontsize=8.5)
            if name == "Accuracy":
                axes.yaxis.set_major_formatter(FuncFormatter(lambda y, _: f"{100 * y:.0f} %"))
        if rate is not None:
            _quiet(rows[-1], "Learning rate")
            _curve(rows[-1], epochs, rate, "", INK)
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
        figure.savefig(path, dpi=160, facecolor="white")


def _series(history: Sequence[Mapping[str, float]], *keys: str) -> Floats | None:
    """The values of the first key that any epoch has, (epochs,), NaN where it is missing."""
    for key in keys:
        values = np.array([row.get(key, math.nan) for row in history], dtype=np.float64)
        if np.isfinite(values).any():
            return values
    return None


def _pair(history: Sequence[Mapping[str, float]], kind: str) -> dict[str, Floats]:
    found = {
        "training": _series(history, f"train_{kind}", f"training_{kind}"),
        "validation": _series(history, f"validation_{kind}", f"val_{kind}"),
    }
    return {part: values for part, values in found.items() if values is not None}


def _quiet(axes: "Axes", title: str) -> None:
    axes.set_title(title, loc="left", fontsize=10, fontweight="bold")
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(axis="y", color="#E6E8EB", linewidth=0.7)
    axes.set_axisbelow(True)
    axes.tick_params(length=0, labelsize=8.5)


def _curve(axes: "Axes", x: Floats, y: Floats, label: str, colour: str) -> None:
    known = np.isfinite(y)
    dot = "o" if known.sum() < 3 else ""  # a line of one or two points cannot be seen
    axes.plot(x, y, marker=dot, color=colour, linewidth=1.8, label=label or None)


def _mark_best(axes: "Axes", x: Floats, y: Floats, name: str) -> None:
    """A dot on the best validation epoch, with its figure beside it."""
    best = int(np.nanargmin(y) if name == "Loss" else np.nanargmax(y))
    text = f"{y[best]:.3f}" if name == "Loss" else f"{100 * y[best]:.1f} %"
    axes.plot(x[best], y[best], "o", color=ORANGE, markersize=6, label=f"best: {text}")
