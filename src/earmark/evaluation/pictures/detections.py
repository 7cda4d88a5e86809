"""A recording as a picture: its spectrogram, what was found in it, and what there is to find."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from earmark.audio import probe
from earmark.datasets.strong.event import Event
from earmark.errors import ConfigError
from earmark.features import create_frontend
from earmark.features._ticks import place_ticks
from earmark.features.frontend import Frontend
from earmark.features.outline import Outline, outline
from earmark.features.rates import suiting_rate_hz
from earmark.style import (
    FAINT,
    GREY,
    INK,
    PALETTE,
    STYLE_WITH_NAMES,
    picture_path,
    printable,
    save_figure,
    shorten,
)

if TYPE_CHECKING:
    from matplotlib.axes import Axes

COLOURS = PALETTE[:6]  # without black and yellow, which are hard to see on grey or white
ROW_S, ONE_ROW_S = 60.0, 90.0  # a recording of up to a minute and a half is one row
MOST_ROWS, MOST_LANES_IN_ROWS = 6, 12  # else the whole recording is one row, as an overview
WIDTH_IN, LANE_IN, SOUND_IN = 9.5, 0.21, 1.7
RANGE_DB = 60.0  # below the loudest: what is softer is white, so that boxes are seen
MOST_BOXES = 60  # more would hide the sound; the lanes tell them all the same
TICKS_S = (10, 20, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 43_200, 86_400)


def plot_detections(
    path: str | Path,
    events: Sequence[Event],
    out: str | Path,
    truth: Sequence[Event] | None = None,
    title: str | None = None,
) -> Path:
    """Draw what was found in a recording below its spectrogram, and the truth, if given, above it.

    Each class has a lane and a colour, wide bars their score. Up to six minutes are drawn in rows
    of one, longer recordings as one row in which neighbouring frames are averaged. Memory stays
    the same however long it is. `out` ends in .png, .svg or .pdf; it is returned.

    Raises:
        AudioError: the recording cannot be read.
        ConfigError: another ending, or a place that cannot be written.
    """
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    sound, place = Path(path), picture_path(out)
    info = probe(sound)
    frontend = create_frontend("log_mel", suiting_rate_hz([info.rate_hz]))
    labels = sorted({event.label for event in [*events, *(truth or ())]})
    count = _rows(info.duration_s, len(labels))
    length_s = info.duration_s / count if count == 1 else ROW_S
    outlines = [
        outline(sound, frontend, row * length_s, None if count == 1 else length_s)
        for row in range(count)
    ]
    lanes_in = LANE_IN * max(len(labels), 1)
    heights = [*([lanes_in] if truth is not None else []), SOUND_IN, lanes_in]
    panels = len(heights)
    with rc_context(STYLE_WITH_NAMES):
        size = (WIDTH_IN, count * (sum(heights) + 0.3 * panels) + 0.9)
        figure = Figure(figsize=size, layout="constrained")
        grid = figure.subplots(
            count * panels, 1, squeeze=False, gridspec_kw={"height_ratios": heights * count}
        )[:, 0]
        high_db = max(float(each.features.max()) for each in outlines)
        for row, each in enumerate(outlines):
            axes = list(grid[row * panels : (row + 1) * panels])
            span = (each.onset_s, each.onset_s + length_s)
            if truth is not None:
                _draw_lanes(axes[0], "Truth", labels, truth, span)
            _draw_sound(axes[-2], each, frontend, high_db)
            if len(events) <= MOST_BOXES * count:
                _draw_boxes(axes[-2], labels, events, frontend.bins)
            _draw_lanes(axes[-1], "Found", labels, events, span)
            for panel in axes:
                panel.set_xlim(span)
                _time_ticks(panel, info.duration_s)
                panel.tick_params(labelbottom=panel is axes[-1])
        minutes = info.duration_s >= ONE_ROW_S
        grid[-1].set_xlabel("Time (min:s)" if minutes else "Time (s)")
        name = title or sound.name
        figure.suptitle(
            shorten(printable(name), 110), x=0.01, ha="left", fontsize=11, fontweight="bold"
        )
        try:
            place.parent.mkdir(parents=True, exist_ok=True)
            save_figure(figure, place, dpi=110)
        except OSError as error:
            reason = error.strerror or error
            raise ConfigError(f"{place}: cannot be written ({reason})") from error
    return place


def _rows(duration_s: float, lanes: int) -> int:
    """How many rows a recording is drawn in."""
    rows = math.ceil(duration_s / ROW_S)
    if duration_s <= ONE_ROW_S or rows > MOST_ROWS or lanes > MOST_LANES_IN_ROWS:
        return 1
    return rows


def _draw_sound(axes: "Axes", sound: Outline, frontend: Frontend, high_db: float) -> None:
    axes.imshow(
        sound.features.T,
        origin="lower",
        aspect="auto",
        interpolation="antialiased",
        extent=(sound.onset_s, sound.onset_s + sound.duration_s, -0.5, frontend.bins - 0.5),
        cmap="Greys",
        vmin=high_db - RANGE_DB,
        vmax=high_db,
    )
    place_ticks(axes, frontend)
    axes.set_ylabel("kHz")
    axes.tick_params(length=0, labelsize=8)


@dataclass(frozen=True)
class _Bar:
    begin_s: float
    length_s: float
    event: Event


def _bars(events: Iterable[Event], span: tuple[float, float]) -> list[_Bar]:
    """The parts of events within a row; a short one is as wide as can be seen."""
    least_s = (span[1] - span[0]) / 500
    found = []
    for event in events:
        begin, end = max(event.onset_s, span[0]), min(event.offset_s, span[1])
        if end > begin or span[0] <= event.onset_s == event.offset_s <= span[1]:
            found.append(_Bar(begin, max(end - begin, least_s), event))
    return found


def _draw_boxes(axes: "Axes", labels: list[str], events: Sequence[Event], bins: int) -> None:
    """Each found event as a box; those of several classes within one another."""
    from matplotlib.patches import Rectangle

    for event in events:
        lane = labels.index(event.label) % len(COLOURS)
        inset = bins * 0.02 * (lane + 1)
        axes.add_patch(
            Rectangle(
                (event.onset_s, inset - 0.5),
                event.duration_s,
                bins - 2 * inset,
                edgecolor=COLOURS[lane],
                facecolor="none",
                linewidth=1.3,
            )
        )


def _draw_lanes(
    axes: "Axes",
    name: str,
    labels: list[str],
    events: Sequence[Event],
    span: tuple[float, float],
) -> None:
    """A lane a class, the first at the top."""
    axes.set_title(name, loc="left", fontsize=9, fontweight="bold", pad=3)
    axes.set_yticks(range(len(labels)), [shorten(printable(label), 24) for label in labels])
    axes.set_ylim(max(len(labels), 1) - 0.5, -0.5)
    for spine in axes.spines.values():
        spine.set_visible(False)
    axes.tick_params(length=0, labelsize=8)
    for lane in range(max(len(labels), 1)):
        axes.axhspan(lane - 0.42, lane + 0.42, color="#F1F2F4", linewidth=0, zorder=0)
    if not events:
        middle = (max(len(labels), 1) - 1) / 2
        axes.text(sum(span) / 2, middle, "no event", color=FAINT, ha="center", va="center", size=8)
    for bar in _bars(events, span):
        lane = labels.index(bar.event.label)
        place = [(bar.begin_s, bar.length_s)]
        axes.broken_barh(
            place, (lane - 0.36, 0.72), color=COLOURS[lane % len(COLOURS)], linewidth=0
        )
        if bar.event.score is not None and bar.length_s > 0.045 * (span[1] - span[0]):
            axes.text(
                bar.begin_s + bar.length_s / 2,
                lane + 0.03,
                f"{100 * bar.event.score:.0f} %",
                color="white",
                ha="center",
                va="center",
                size=7,
            )
    axes.grid(axis="x", color=GREY, linewidth=0.3, alpha=0.5)
    axes.set_axisbelow(True)


def _time_ticks(axes: "Axes", duration_s: float) -> None:
    from matplotlib.ticker import FuncFormatter, MaxNLocator, MultipleLocator

    if duration_s < ONE_ROW_S:
        axes.xaxis.set_major_locator(MaxNLocator(10))
        return
    low, high = axes.get_xlim()
    step = next((step for step in TICKS_S if (high - low) / step <= 10), TICKS_S[-1])
    axes.xaxis.set_major_locator(MultipleLocator(step))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda at, _: clock(at, digits=0)))
    axes.tick_params(axis="x", colors=INK)


def clock(seconds: float, digits: int = 2) -> str:
    """A time for people.

    >>> clock(3725.5), clock(59.999), clock(1.5), clock(90, digits=0)
    ('1:02:05.50', '1:00.00', '0:01.50', '1:30')
    """
    units = round(seconds * 10**digits)
    minutes, rest = divmod(units, 60 * 10**digits)
    hours, minutes = divmod(minutes, 60)
    whole, fraction = divmod(rest, 10**digits)
    tail = f"{whole:02}" + (f".{fraction:0{digits}}" if digits else "")
    return f"{hours}:{minutes:02}:{tail}" if hours else f"{minutes}:{tail}"
