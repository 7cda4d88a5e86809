"""A range test of the learning rate as a picture."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import numpy.typing as npt

from earmark.errors import ConfigError
from earmark.style import BLUE, FAINT, GREY, INK, ORANGE, PALETTE, STYLE, quiet, save_figure

MARKERS = ("o", "s", "^", "D", "v", "P")


def plot_range_test(
    rates: npt.ArrayLike,
    losses: npt.ArrayLike,
    smoothed: npt.ArrayLike,
    path: str | Path,
    *,
    suggestions: Mapping[str, float] | None = None,
    span: tuple[float, float] | None = None,
    chosen: float | None = None,
    title: str = "Which learning rate?",
) -> None:
    """Draw losses (steps,), raw and smoothed, over rates (steps,) on a logarithmic axis.

    `suggestions` are marked on the smoothed curve, `span` (where the loss begins to fall, where it
    falls no more) is shaded, and `chosen` is a line.

    Raises:
        ConfigError: no step, shapes that differ, or another ending.
    """
    x, raw, smooth = (np.asarray(each, np.float64) for each in (rates, losses, smoothed))
    if not (x.ndim == 1 and len(x) and x.shape == raw.shape == smooth.shape):
        raise ConfigError(
            "rates, losses and smoothed must be of one shape (steps,) with at least 1 step, got "
            f"{x.shape}, {raw.shape} and {smooth.shape}"
        )
    from matplotlib import rc_context
    from matplotlib.figure import Figure
    from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

    with rc_context(STYLE):
        figure = Figure(figsize=(7.2, 4.2), layout="constrained")
        axes = figure.subplots()
        quiet(axes, title)
        axes.set_xscale("log")
        if span is not None and span[0] < span[1]:
            axes.axvspan(*span, color=BLUE, alpha=0.08, linewidth=0, label="the loss falls")
        axes.plot(x, raw, color=GREY, linewidth=0.9, alpha=0.7, label="loss of a step")
        axes.plot(x, smooth, color=BLUE, linewidth=2.0, label="smoothed")
        if chosen is not None:
            axes.axvline(chosen, color=ORANGE, linewidth=1.6, label=f"chosen: {_told(chosen)}")
        for number, (name, rate) in enumerate((suggestions or {}).items()):
            at = float(np.interp(np.log(rate), np.log(x), smooth))
            axes.plot(
                rate,
                at,
                MARKERS[number % len(MARKERS)],
                color=PALETTE[2 + number % (len(PALETTE) - 2)],
                markeredgecolor="white",
                markersize=8,
                linestyle="none",
                zorder=4,
                label=f"{name}: {_told(rate)}",
            )
        low, high = smooth.min(), max(smooth[: max(1, len(smooth) // 2)].max(), raw[0])
        room = max(high - low, 1e-3 * abs(high), 1e-9)
        axes.set_ylim(low - 0.35 * room, high + 0.6 * room)  # what flies away is cut off
        axes.set_xlim(x[0], max(x[-1], x[0] * 1.01))
        axes.xaxis.set_major_locator(LogLocator(10, numticks=12))
        axes.xaxis.set_major_formatter(FuncFormatter(_rate))
        axes.xaxis.set_minor_formatter(NullFormatter())
        axes.set_xlabel("Learning rate")
        axes.set_ylabel("Loss", color=INK)
        legend = axes.legend(
            frameon=False, fontsize=8.5, loc="upper left", bbox_to_anchor=(1.0, 1.0)
        )
        for text in legend.get_texts():
            text.set_color(INK if "chosen" in text.get_text() else FAINT)
        save_figure(figure, path)


def _told(rate: float) -> str:
    """A rate in two digits.

    >>> _told(2.57e-4), _told(0.00234)
    ('2.6e-4', '0.0023')
    """
    return f"{rate:.2g}" if rate >= 1e-3 else f"{rate:.1e}".replace("e-0", "e-")


def _rate(value: float, _: object = None) -> str:
    """A rate as people write it.

    >>> _rate(1e-5), _rate(0.001), _rate(10.0)
    ('1e-5', '0.001', '10')
    """
    if value >= 1e-3:
        return f"{value:g}"
    return f"{value:.0e}".replace("e-0", "e-")
