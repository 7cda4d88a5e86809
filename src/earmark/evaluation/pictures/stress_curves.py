"""Where a model breaks: accuracy against each degradation, one small panel each."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from earmark.errors import ConfigError
from earmark.style import BLUE, FAINT, GREY, INK, ORANGE, STYLE_WITH_NAMES, quiet, save_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes

COLUMNS = 4  # panels beside one another


def plot_stress(report: Mapping[str, Any], path: str | Path, title: str | None = None) -> None:
    """Draw the document of `earmark stress` (see `StressReport.to_dict`).

    A panel has the levels as steps of equal width, the 95 % interval as a band, the undisturbed
    level as an open ring and its accuracy as a thin line; where it breaks is orange. Dashed is
    what always answering the most frequent class would score.

    Raises:
        ConfigError: no degradation in it, or another ending.
    """
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    panels = report["degradations"]
    if not panels:
        raise ConfigError("a picture of a stress test needs at least 1 degradation, got 0")
    columns = min(COLUMNS, len(panels))
    rows = -(-len(panels) // columns)
    with rc_context(STYLE_WITH_NAMES):
        figure = Figure(figsize=(max(5.6, 2.9 * columns), 2.15 * rows + 1.0), layout="constrained")
        grid = figure.subplots(rows, columns, squeeze=False, sharey=True)
        for at, axes in enumerate(grid.flat):
            if at < len(panels):
                _panel(axes, panels[at], report)
            else:
                axes.set_visible(False)
        for row in grid:
            row[0].set_ylabel("%", rotation=0, labelpad=8, color=FAINT, fontsize=8.5)
        figure.suptitle(title or _title(report), x=0.01, ha="left", fontsize=12, fontweight="bold")
        figure.supxlabel(_legend(report), x=0.01, ha="left", fontsize=8.5, color=FAINT)
        save_figure(figure, path)


def _panel(axes: "Axes", panel: Mapping[str, Any], report: Mapping[str, Any]) -> None:
    levels = panel["levels"]
    places = range(len(levels))
    values = [100 * level["accuracy"]["value"] for level in levels]
    unit = f" ({panel['unit']})" if panel["unit"] not in ("×", "st") else ""
    quiet(axes, panel["title"] + unit)
    axes.title.set_fontsize(9)
    calm = 100 * report["undisturbed"]["accuracy"]["value"]
    axes.axhline(calm, color=GREY, linewidth=0.8, zorder=1)
    if "majority" in report["baselines"]:
        axes.axhline(
            100 * report["baselines"]["majority"], color=INK, linewidth=0.9, linestyle=(0, (4, 3))
        )
    low, high = ([100 * level["accuracy"][end] for level in levels] for end in ("low", "high"))
    axes.fill_between(places, low, high, color=BLUE, alpha=0.15, linewidth=0)
    axes.plot(places, values, color=BLUE, linewidth=1.6, marker="o", markersize=3.2, zorder=3)
    if any(level["answered"] < 1 for level in levels):
        answered = [100 * level["answered"] for level in levels]
        axes.plot(places, answered, color=GREY, linewidth=1.2, linestyle=":", zorder=2)
    broken = {entry["level"] for entry in panel["breaks_at"]}
    for place, level in enumerate(levels):
        if level["undisturbed"]:
            look: dict[str, Any] = {"color": "white", "markeredgecolor": BLUE, "markersize": 6}
        elif level["level"] in broken:
            look = {"color": ORANGE, "markersize": 6}
        else:
            continue
        axes.plot(place, values[place], "o", markeredgewidth=1.4, zorder=4, **look)
    axes.set_xticks(list(places), [_tick(level["level"]) for level in levels], fontsize=7.5)
    axes.set_xlim(-0.35, len(levels) - 0.65)
    axes.set_ylim(-3, 104)
    axes.set_yticks(range(0, 101, 20))


def _tick(level: float | None) -> str:
    """A level in few characters.

    >>> _tick(None), _tick(12000.0), _tick(-5.0), _tick(3400.0), _tick(0.25)
    ('none', '12k', '-5', '3.4k', '0.25')
    """
    if level is None:
        return "none"
    return f"{level / 1000:g}k" if abs(level) >= 1000 else f"{level:g}"


def _title(report: Mapping[str, Any]) -> str:
    figure = str(report["figure"]).capitalize()
    return f"{figure} of the same {report['clips']} clips, disturbed more and more"


def _legend(report: Mapping[str, Any]) -> str:
    parts = ["band: 95 % interval", "ring and grey line: undisturbed"]
    parts.append("orange: first level 10 points below it")
    if "majority" in report["baselines"]:
        parts.append("dashed: majority")
    if any(level["answered"] < 1 for each in report["degradations"] for level in each["levels"]):
        parts.append("dotted: share answered")
    return " · ".join(parts)
