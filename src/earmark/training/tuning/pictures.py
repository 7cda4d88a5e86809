"""Pictures of a search: how it went, what mattered, and what each setting that mattered did."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from earmark.style import (
    BLUE,
    FAINT,
    GREY,
    ORANGE,
    STYLE_WITH_NAMES,
    quiet,
    save_figure,
    shorten,
)
from earmark.training.tuning.study import Tried

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from earmark.training.tuning.outcome import Tuned

HISTORY, IMPORTANCES, SLICES = "history.png", "importances.png", "slices.png"
SLICED = 4  # parameters that have a panel
MOST_BARS = 15
RATIO = 20  # a parameter that spans more is drawn on a logarithmic axis


def draw_all(found: "Tuned", out: Path) -> None:
    """Write the pictures that there is something to draw of; others of before are taken away."""
    plot_history(found, out / HISTORY)
    for name, draw in ((IMPORTANCES, plot_importances), (SLICES, plot_slices)):
        if found.importances:
            draw(found, out / name)
        else:
            (out / name).unlink(missing_ok=True)


def plot_history(found: "Tuned", path: Path) -> None:
    """Every trial's value in order, the best so far, and the default."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator

    finished = _finished(found.trials)
    pruned = [one for one in found.with_state("pruned") if one.value is not None]
    failed = found.with_state("failed")
    with rc_context(STYLE_WITH_NAMES):
        figure = Figure(figsize=(7.2, 3.6), layout="constrained")
        axes = figure.subplots()
        quiet(axes, f"{found.figure.capitalize()} on inner folds, trial by trial")
        x, y = [one.number for one in finished], [_percent(one) for one in finished]
        axes.scatter(x, y, s=26, color=BLUE, label="finished", zorder=3)
        if pruned:
            axes.scatter(
                [one.number for one in pruned],
                [_percent(one) for one in pruned],
                s=26,
                color=GREY,
                marker="x",
                label="pruned, on its first folds",
                zorder=2,
            )
        axes.step(
            x,
            np.maximum.accumulate(y),
            where="post",
            color=BLUE,
            linewidth=1.4,
            label="best so far",
        )
        if found.default is not None:
            axes.axhline(
                _percent(found.default),
                color=ORANGE,
                linestyle="--",
                linewidth=1.4,
                label="default",
            )
        low, high = axes.get_ylim()
        if failed:
            axes.scatter(
                [one.number for one in failed],
                [low] * len(failed),
                s=30,
                color=ORANGE,
                marker="|",
                label="failed",
                clip_on=False,
            )
        axes.set_ylim(low, high)
        axes.set_xlim(0.5, len(found.trials) + 0.5)
        axes.set_xlabel("Trial")
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.yaxis.set_major_formatter("{x:g} %")
        figure.legend(loc="outside lower left", ncols=5, frameon=False, fontsize=8.5)
        save_figure(figure, path)


def plot_importances(found: "Tuned", path: Path) -> None:
    """A bar for each parameter, the largest on top."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    items = list(found.importances.items())[:MOST_BARS]
    with rc_context(STYLE_WITH_NAMES):
        figure = Figure(figsize=(7.2, 1.0 + 0.28 * len(items)), layout="constrained")
        axes = figure.subplots()
        quiet(axes, "What told the best quarter of the trials from the others")
        places = np.arange(len(items))[::-1]
        shares = [100 * value for _, value in items]
        axes.barh(places, shares, color=BLUE, height=0.62)
        for place, share in zip(places, shares, strict=True):
            axes.text(share, place, f" {share:.0f} %", va="center", fontsize=8, color=FAINT)
        axes.set_yticks(places, [shorten(name, 32) for name, _ in items])
        axes.set_xlim(0, 1.12 * max(*shares, 1))
        axes.grid(visible=False)
        axes.set_xticks([])
        axes.spines["bottom"].set_visible(False)
        save_figure(figure, path)


def plot_slices(found: "Tuned", path: Path) -> None:
    """The value of each finished trial by each of the parameters that mattered most."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    names = list(found.importances)[:SLICED]
    finished = _finished(found.trials)
    columns = min(2, len(names))
    rows = -(-len(names) // columns)
    with rc_context(STYLE_WITH_NAMES):
        figure = Figure(figsize=(3.8 * columns, 0.4 + 2.5 * rows), layout="constrained")
        grid = figure.subplots(rows, columns, squeeze=False, sharey=True)
        for axes, name in zip(grid.flat, names, strict=False):
            quiet(axes, shorten(name, 36))
            _slice(axes, [one for one in finished if name in one.params], name)
            axes.yaxis.set_major_formatter("{x:g} %")
        for axes in grid.flat[len(names) :]:
            axes.set_visible(False)
        handles, labels = grid.flat[0].get_legend_handles_labels()
        for axes in grid.flat[1 : len(names)]:
            for handle, label in zip(*axes.get_legend_handles_labels(), strict=True):
                if label not in labels:
                    handles.append(handle)
                    labels.append(label)
        figure.legend(
            handles, labels, loc="outside lower left", ncols=3, frameon=False, fontsize=8.5
        )
        figure.suptitle(
            f"{found.figure.capitalize()} on inner folds by setting",
            x=0.01,
            ha="left",
            fontsize=12,
            fontweight="bold",
        )
        save_figure(figure, path)


def _slice(axes: "Axes", trials: Sequence[Tried], name: str) -> None:
    values = [one.params[name] for one in trials]
    kinds = sorted(set(values), key=lambda value: (isinstance(value, str), value))
    few = isinstance(values[0], str) or len(kinds) <= 5
    x: Any = [kinds.index(value) for value in values] if few else values
    if few:
        # trials of one value side by side, so that none hides another
        seen = dict.fromkeys(kinds, 0)
        total = {kind: values.count(kind) for kind in kinds}
        for at, value in enumerate(values):
            seen[value] += 1
            x[at] += 0.5 * (seen[value] / (total[value] + 1) - 0.5)
        axes.set_xticks(
            range(len(kinds)), [f"{kind:g}" if _number(kind) else kind for kind in kinds]
        )
        axes.set_xlim(-0.5, len(kinds) - 0.5)
    elif min(values) > 0 and max(values) / min(values) > RATIO:
        axes.set_xscale("log")
    for is_default, colour, marker, size, label in (
        (False, BLUE, "o", 22, "finished trial"),
        (True, ORANGE, "D", 34, "default"),
    ):
        chosen = [at for at, one in enumerate(trials) if one.default == is_default]
        if chosen:
            axes.scatter(
                [x[at] for at in chosen],
                [_percent(trials[at]) for at in chosen],
                s=size,
                color=colour,
                marker=marker,
                label=label,
                alpha=0.85,
                linewidths=0,
                zorder=3,
            )


def _number(value: object) -> bool:
    return isinstance(value, int | float)


def _finished(trials: Sequence[Tried]) -> list[Tried]:
    return [one for one in trials if one.state == "finished" and one.value is not None]


def _percent(one: Tried) -> float:
    assert one.value is not None
    return 100 * one.value
