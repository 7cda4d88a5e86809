"""Whether "80 % sure" is right four times in five: a picture of calibration."""

from collections.abc import Sequence
from pathlib import Path

from earmark.errors import ConfigError
from earmark.evaluation.reliability import Bin, calibration_error
from earmark.style import BLUE, FAINT, GREY, INK, ORANGE, STYLE_WITH_NAMES, quiet, save_figure


def plot_reliability(
    bins: Sequence[Bin],
    path: str | Path,
    *,
    title: str = "Is it as sure as it should be?",
    confidence: str = "How sure the model was",
    right: str = "Share of right answers",
) -> None:
    """Draw what was right over how sure the model was, with the gap and the counts of each bin.

    `confidence` and `right` name the axes: where a clip may have several labels, each label's score
    is compared with the share of clips that have it.

    Raises:
        ConfigError: no bin, or another ending of the file's name.
    """
    if not bins:
        raise ConfigError("a picture of calibration needs at least 1 bin with answers, got 0")
    from matplotlib import rc_context
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator, PercentFormatter

    found = tuple(bins)
    with rc_context(STYLE_WITH_NAMES):
        figure = Figure(figsize=(5.0, 5.6), layout="constrained")
        axes, below = figure.subplots(2, 1, sharex=True, height_ratios=(3.6, 1))
        quiet(axes, title)
        axes.plot([0, 1], [0, 1], color=GREY, linewidth=1.0, linestyle=(0, (4, 3)), zorder=1)
        for each in found:
            width = each.high - each.low
            where = {"x": each.low, "width": width, "align": "edge", "linewidth": 0}
            least = min(each.right, each.confidence)
            axes.bar(height=least, color=BLUE, alpha=0.22, zorder=2, **where)
            gap = abs(each.confidence - each.right)
            axes.bar(height=gap, bottom=least, color=ORANGE, alpha=0.28, zorder=2, **where)
            axes.hlines(each.right, each.low, each.high, color=BLUE, linewidth=2.0, zorder=4)
            below.bar(height=each.count, color=BLUE, alpha=0.55, **where)
        x = [each.confidence for each in found]
        y = [each.right for each in found]
        spread = (
            [each.right - each.right_low for each in found],
            [each.right_high - each.right for each in found],
        )
        axes.errorbar(
            x, y, yerr=spread, fmt="o", color=INK, markersize=3.5, linewidth=1.0, zorder=5
        )
        axes.set_xlim(0, 1)
        axes.set_ylim(0, 1.02)
        axes.yaxis.set_major_formatter(PercentFormatter(1, decimals=0))
        axes.set_ylabel(right)
        handles = [
            axes.plot([], [], "o", color=INK, markersize=3.5, label="of a bin, 95 % interval"),
            [axes.bar([0], [0], color=ORANGE, alpha=0.28, label="gap")],
            axes.plot([], [], color=GREY, linestyle=(0, (4, 3)), label="as sure as right"),
        ]
        axes.text(
            1.0,
            1.02,
            f"expected error {100 * calibration_error(found):.1f} %",
            transform=axes.transAxes,
            ha="right",
            fontsize=8.5,
            color=FAINT,
        )
        figure.legend(
            handles=[group[0] for group in handles],
            loc="outside lower center",
            ncols=3,
            frameon=False,
            fontsize=8,
            labelcolor=FAINT,
            columnspacing=1.2,
            handlelength=1.4,
        )
        quiet(below)
        below.set_ylabel("Answers")
        below.set_xlabel(confidence)
        below.xaxis.set_major_formatter(PercentFormatter(1, decimals=0))
        below.yaxis.set_major_locator(MaxNLocator(3, integer=True))
        save_figure(figure, path)
