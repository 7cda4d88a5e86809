"""Drawing sounds, each with its waveform above its features, some beside one another."""

import math
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from earmark.features._colours import Colours
from earmark.features._ticks import label_bins, place_ticks
from earmark.features.frontend import Frontend
from earmark.features.outline import Outline
from earmark.style import BLUE, FAINT, STYLE_WITH_NAMES, printable, quiet, save_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

A_ROW = 4
MOST_PIXELS = 256  # that the smallest panel surely has, either way


def draw(sounds: Sequence[Outline], frontend: Frontend, path: Path) -> None:
    """Draw recordings, each with its waveform above its features, some beside one another."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    rows = math.ceil(len(sounds) / A_ROW)
    columns = math.ceil(len(sounds) / rows)
    panel = {1: 8.2, 2: 5.2}.get(columns, 3.7)  # inches
    colours = Colours(sounds, frontend)
    names = _names([sound.path for sound in sounds])
    with rc_context(STYLE_WITH_NAMES):
        figure = Figure(figsize=(panel * columns + 1.1, 3.3 * rows + 0.4), layout="constrained")
        grid = figure.subplots(
            2 * rows, columns, squeeze=False, gridspec_kw={"height_ratios": [1.0, 2.4] * rows}
        )
        images = []
        for number, sound in enumerate(sounds):
            row, column = divmod(number, columns)
            above, below = grid[2 * row, column], grid[2 * row + 1, column]
            quiet(above, _fitting(names[number], panel))
            _draw_wave(above, sound, frontend.rate_hz)
            images.append(_draw_features(below, sound, frontend, colours))
            place_ticks(below, frontend)
            if column == 0:
                above.set_ylabel("Amplitude")
                label_bins(below, frontend)
            else:  # the same bins as to the left
                below.tick_params(labelleft=False)
            if number + columns >= len(sounds):
                below.set_xlabel("Time (s)")
        for number in range(len(sounds), rows * columns):
            row, column = divmod(number, columns)
            figure.delaxes(grid[2 * row, column])
            figure.delaxes(grid[2 * row + 1, column])
        bar = figure.colorbar(
            images[0],
            ax=grid[1::2].ravel().tolist() if rows > 1 else grid[1].tolist(),
            label=colours.label,
            extend=colours.extend,
            shrink=1 / rows,
            anchor=(0.0, 1.0),
            aspect=22,
        )
        bar.outline.set_visible(False)
        bar.ax.tick_params(length=0, labelsize=8.5)
        _remark(figure, sounds, frontend, colours)
        save_figure(figure, path, dpi=130)


def _draw_wave(axes: "Axes", sound: Outline, rate_hz: int) -> None:
    wave = sound.wave
    if sound.wave_step_s * rate_hz < 1.5:  # every sample
        axes.plot(sound.onset_s + np.arange(len(wave)) / rate_hz, wave[:, 1], color=BLUE, lw=0.7)
    else:
        middle_s = sound.onset_s + (np.arange(len(wave)) + 0.5) * sound.wave_step_s
        axes.fill_between(middle_s, -wave[:, 0], wave[:, 1], color=BLUE, linewidth=0.4)
    reach = max(float(wave.max()), 1e-3) * 1.05
    axes.set_ylim(-reach, reach)
    axes.set_xlim(sound.onset_s, sound.onset_s + sound.duration_s)
    axes.locator_params(axis="y", nbins=3)
    axes.tick_params(labelbottom=False)


def _draw_features(axes: "Axes", sound: Outline, frontend: Frontend, colours: Colours) -> Any:
    step_s = sound.frames_per_column * frontend.hop / frontend.rate_hz
    # a column stands around the middles of its frames
    left_s = (frontend.frame / 2 - frontend.hop / 2 - frontend.pad_left) / frontend.rate_hz
    columns = colours.scaled(sound.features)
    before = max(0, math.ceil(left_s / step_s))  # the first frame heard the time before its middle
    columns = np.concatenate([np.repeat(columns[:1], before, axis=0), columns])
    begin_s = sound.onset_s + left_s - before * step_s
    # averaged where there is more to see than pixels, but the few bins of a front-end stay sharp
    fine = max(columns.shape) > MOST_PIXELS
    if fine:
        columns = np.repeat(columns, -(-MOST_PIXELS // frontend.bins), axis=1)
    image = axes.imshow(
        columns.T,
        interpolation="antialiased" if fine else "nearest",
        origin="lower",
        aspect="auto",
        extent=(begin_s, begin_s + len(columns) * step_s, -0.5, frontend.bins - 0.5),
        cmap=colours.map,
        vmin=colours.low,
        vmax=colours.high,
    )
    axes.set_xlim(sound.onset_s, sound.onset_s + sound.duration_s)
    axes.tick_params(length=2, labelsize=8.5)
    return image


def _remark(
    figure: "Figure", sounds: Sequence[Outline], frontend: Frontend, colours: Colours
) -> None:
    """What the picture cannot show of itself: front-end, frames, scale."""
    frame, hop = (_duration(n / frontend.rate_hz) for n in (frontend.frame, frontend.hop))
    parts = [
        f"{frontend.name} at {frontend.rate_hz / 1000:g} kHz",
        f"frames of {frame} every {hop}",
        f"colours: {colours.remark}",
    ]
    if any(sound.frames_per_column > 1 for sound in sounds):
        parts.append("neighbouring frames averaged")
    figure.supxlabel(" · ".join(parts), x=0.01, ha="left", fontsize=8, color=FAINT)


def _duration(seconds: float) -> str:
    return f"{seconds:.3g} s" if seconds >= 1 else f"{1000 * seconds:.3g} ms"


def _names(paths: Sequence[Path]) -> list[str]:
    """File names, with the folder where two are the same."""
    count = Counter(path.name for path in set(paths))
    names = [path.name if count[path.name] == 1 else "/".join(path.parts[-2:]) for path in paths]
    return [printable(name) for name in names]


def _fitting(name: str, inches: float) -> str:
    """A name that fits over its panel: its beginning and its end tell it from others."""
    most = int(inches * 11)  # characters of the title an inch (measured)
    if len(name) <= most:
        return name
    head = most // 2
    return f"{name[:head]}…{name[len(name) - (most - head - 1) :]}"
