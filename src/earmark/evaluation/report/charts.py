"""Lines and points in a panel: values to the coordinates that the template draws as SVG."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

WIDTH, HEIGHT = 320.0, 210.0
LEFT, RIGHT, TOP, BOTTOM = 44.0, 8.0, 10.0, 36.0
MOST_TICKS = 5


@dataclass(frozen=True)
class Line:
    """One series; where a value is not finite the line is broken."""

    name: str
    x: Sequence[float]
    y: Sequence[float]
    kind: str = "main"
    """The look: main, second, faint or guide."""
    low: Sequence[float] = ()
    high: Sequence[float] = ()
    """Ends of the interval of each point; drawn as a band, or as whiskers of single points."""
    points: bool = False


@dataclass(frozen=True)
class Drawn:
    """A series in the panel's coordinates."""

    name: str
    kind: str
    path: str
    band: str
    whiskers: tuple[tuple[float, float, float], ...]
    dots: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Panel:
    """All that is drawn: `x_ticks` and `y_ticks` are (position, text)."""

    title: str
    x_name: str
    lines: tuple[Drawn, ...]
    x_ticks: tuple[tuple[float, str], ...]
    y_ticks: tuple[tuple[float, str], ...]
    marks: tuple[tuple[float, str], ...] = ()
    summary: str = ""
    """In words, for who cannot see it."""
    width: float = WIDTH
    height: float = HEIGHT
    box: tuple[float, float, float, float] = field(
        default=(LEFT, TOP, WIDTH - RIGHT, HEIGHT - BOTTOM)
    )


def panel(
    title: str,
    lines: Sequence[Line],
    *,
    x_name: str = "",
    y_range: tuple[float, float] | None = None,
    share: bool = False,
    share_x: bool = False,
    log_x: bool = False,
    backwards: bool = False,
    marks: Sequence[tuple[float, str]] = (),
    summary: str = "",
) -> Panel:
    """A panel of lines. `share`, `share_x`: y, x in percent; `backwards`: the largest x is left.

    >>> drawn = panel("Loss", [Line("train", [1, 2, 3], [2.0, 1.0, 0.5])])
    >>> drawn.lines[0].path
    'M44.0 19.3L178.0 96.6L312.0 135.3'
    >>> [text for _, text in drawn.x_ticks]
    ['1', '1.5', '2', '2.5', '3']
    """

    def scale(value: float) -> float:
        return math.log10(value) if log_x else value

    xs = [scale(x) for line in lines for x in line.x if not log_x or x > 0]
    ys = [y for line in lines for y in (*line.y, *line.low, *line.high) if math.isfinite(y)]
    x_low, x_high = (min(xs), max(xs)) if xs else (0.0, 1.0)
    y_low, y_high = y_range or _loose(ys)
    if x_high <= x_low:
        x_low, x_high = x_low - 0.5, x_high + 0.5

    def at_x(value: float) -> float:
        part = (scale(value) - x_low) / (x_high - x_low)
        return LEFT + (1 - part if backwards else part) * (WIDTH - LEFT - RIGHT)

    def at_y(value: float) -> float:
        part = min(max((value - y_low) / (y_high - y_low), 0.0), 1.0)
        return HEIGHT - BOTTOM - part * (HEIGHT - TOP - BOTTOM)

    drawn = []
    for line in lines:
        known = [
            [(at_x(x), at_y(y)) for x, y in run] for run in _runs(line.x, line.y, positive=log_x)
        ]
        dots = [point for run in known for point in run] if line.points else []
        ends = list(zip(line.x, line.low, line.high, strict=False))
        band, whiskers = "", []
        if ends and line.points:
            whiskers = [(at_x(x), at_y(low), at_y(high)) for x, low, high in ends]
        elif ends:
            over = [(at_x(x), at_y(high)) for x, _, high in ends]
            under = [(at_x(x), at_y(low)) for x, low, _ in reversed(ends)]
            band = _path([*over, *under]) + "Z"
        path = "" if line.points else "".join(_path(run) for run in known)
        drawn.append(Drawn(line.name, line.kind, path, band, tuple(whiskers), tuple(dots)))
    x_ticks = _decades(x_low, x_high) if log_x else _ticks(x_low, x_high)
    return Panel(
        title=title,
        x_name=x_name,
        lines=tuple(drawn),
        x_ticks=tuple((at_x(x), f"{100 * x:.0f} %" if share_x else _short(x)) for x in x_ticks),
        y_ticks=tuple(
            (at_y(y), f"{100 * y:.0f} %" if share else _short(y)) for y in _ticks(y_low, y_high)
        ),
        marks=tuple((at_x(x), text) for x, text in marks),
        summary=summary,
    )


def _loose(values: Sequence[float]) -> tuple[float, float]:
    """A range a little wider than the values, from 0 where they come near it."""
    if not values:
        return 0.0, 1.0
    low, high = min(values), max(values)
    if high <= low:
        return low - 0.5, high + 0.5
    room = 0.08 * (high - low)
    return (0.0 if 0 <= low < 0.5 * high else low - room), high + room


def _runs(
    x: Sequence[float], y: Sequence[float], *, positive: bool
) -> list[list[tuple[float, float]]]:
    """Stretches of finite values."""
    runs: list[list[tuple[float, float]]] = [[]]
    for one, other in zip(x, y, strict=False):
        if math.isfinite(other) and (one > 0 or not positive):
            runs[-1].append((one, other))
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if run]


def _path(run: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in run)


def _ticks(low: float, high: float) -> list[float]:
    """At most five round values within a range.

    >>> _ticks(0, 1), _ticks(1, 120)
    ([0.0, 0.25, 0.5, 0.75, 1.0], [25.0, 50.0, 75.0, 100.0])
    """
    span = high - low
    size = 10 ** math.floor(math.log10(span / MOST_TICKS))
    steps = (factor * size for factor in (1, 2, 2.5, 5, 10, 20))
    step = next(one for one in steps if math.floor(high / one) - math.ceil(low / one) < MOST_TICKS)
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    return [round(number * step, 10) for number in range(first, last + 1)]


def _decades(low: float, high: float) -> list[float]:
    """Powers of ten between two logarithms."""
    return [10.0**power for power in range(math.ceil(low - 1e-9), math.floor(high + 1e-9) + 1)]


def _short(value: float) -> str:
    if value and abs(value) < 1e-3:
        return f"{value:.0e}".replace("e-0", "e-")
    return f"{value:g}"
