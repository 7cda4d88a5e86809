"""Where the answers went: a confusion matrix as a picture."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from earmark.errors import ConfigError
from earmark.style import FAINT, INK, STYLE_WITH_NAMES, save_figure, shorten

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
        ConfigError: a matrix that is not (classes, classes), or another ending.
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
    names = [shorten(name, _LONGEST_NAME) for name in classes]
    longest = max(len(name) for name in names)
    cell = 0.62 if size <= 12 else max(0.26, 7.5 / size)  # inches
    label = 9.0 if size <= 12 else max(6.0, min(9.0, cell * 24))  # points
    side = max(size * cell, 1.9)
    # A character of DejaVu Sans is about 0.6 em wide; 72 points an inch. Figures grow, cells stay.
    margin = 0.45 + longest * label * 0.6 / 72
    width, height = side + margin + 0.25, side + margin + 0.85
    width = max(width, 0.5 + len(title) * 0.115)
    with rc_context(STYLE_WITH_NAMES):
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
            color=FAINT,
            va="center",
        )
        save_figure(
            figure, path, dpi=160 if size <= 20 else 200, bbox_inches="tight", pad_inches=0.18
        )


def _turn(longest: int, points: float, cell: float) -> int:
    """Column names lie flat while they fit their cell, else they stand upright."""
    return 0 if longest * points * 0.6 / 72 < cell * 0.95 else 90
