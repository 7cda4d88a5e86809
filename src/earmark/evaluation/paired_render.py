"""Comparisons of pairs in plain words: a sentence each, and a table of 80 columns."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from earmark.evaluation.paired import PairedTest

if TYPE_CHECKING:
    from rich.console import RenderableType

_WIDTH, _GAP = 80, 2  # characters
_HEADINGS, _SHOWN = ("Points", "Only right", "p"), "Told apart"


def p_words(p: float) -> str:
    """A p-value as it is written: no 0 before the point.

    >>> p_words(0.0123), p_words(0.00004), p_words(0.9996), p_words(1.0)
    ('= .012', '< .001', '= 1', '= 1')
    """
    if p < 0.001:
        return "< .001"
    return "= 1" if p >= 0.9995 else f"= {p:.3f}".replace("0.", ".", 1)


def _better_first(test: PairedTest) -> tuple[str, str, tuple[float, float, float], tuple[int, int]]:
    """Better, other, (difference, low, high) in points, clips that only one gets right."""
    band = test.difference
    points = (100 * band.value + 0.0, 100 * band.low + 0.0, 100 * band.high + 0.0)
    if band.value >= 0:
        return test.first, test.second, points, (test.only_first, test.only_second)
    value, low, high = points
    return test.second, test.first, (-value, -high, -low), (test.only_second, test.only_first)


def _between(points: float) -> str:
    return " over " if points else " level with "


def _points(points: tuple[float, float, float]) -> str:
    value, low, high = points
    sign = "+" if round(value, 1) else ""
    return f"{sign}{value:.1f} [{low:.1f}, {high:.1f}]".replace("-0.0", "0.0")


def paired_sentence(test: PairedTest) -> str:
    """One comparison in one line, the better model first.

    >>> from earmark.evaluation.paired import compare_paired
    >>> truth = [0, 1] * 20
    >>> test, = compare_paired(truth, {"simple": [0] * 40, "vgg": truth}, None)
    >>> paired_sentence(test)
    'vgg over simple: +50.0 points [31.1, 64.1], p < .001 (Holm)'
    """
    first, second, points, _ = _better_first(test)
    value, _, interval = _points(points).partition(" ")
    return f"{first}{_between(points[0])}{second}: {value} points {interval}, " + (
        f"p {p_words(test.holm_p)} (Holm)"
    )


def paired_table(tests: Sequence[PairedTest]) -> "RenderableType":
    """All comparisons for `rich.console.Console().print`, the clearest first; 80 columns."""
    from rich import box
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    ordered = sorted(tests, key=lambda test: (test.holm_p, -abs(test.difference.value)))
    shown = [_better_first(test) for test in ordered]
    cells = [
        (_points(points), f"{only[0]} : {only[1]}", p_words(test.holm_p).removeprefix("= "))
        for test, (_, _, points, only) in zip(ordered, shown, strict=True)
    ]
    used = sum(max([len(h), *(len(row[at]) for row in cells)]) for at, h in enumerate(_HEADINGS))
    room = _WIDTH - used - len(_SHOWN) - _GAP * (len(_HEADINGS) + 1)
    table = Table(
        box=box.SIMPLE_HEAD,
        header_style="dim",
        pad_edge=False,
        show_edge=False,
        padding=(0, 0, 0, 1),
    )
    table.add_column("Pair", no_wrap=True)
    for heading in _HEADINGS:
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column(_SHOWN, no_wrap=True)
    for test, (first, second, points, _), row in zip(ordered, shown, cells, strict=True):
        table.add_row(
            Text(_fitted(first, _between(points[0]), second, room)),
            *(Text(cell) for cell in row),  # Text: never read as markup
            Text("yes", style="bold") if test.told_apart else Text("no", style="dim"),
        )
    return Group(table, Text(), Text(_legend(tests), style="dim"))


def _fitted(first: str, between: str, second: str, width: int) -> str:
    """Both names cut evenly where they are too long together; a short one leaves its room.

    >>> _fitted("a" * 30, " over ", "vgg", 16)
    'aaaaaa… over vgg'
    """
    room = width - len(between)
    half = room // 2
    names = (
        (first, max(room - len(second), half)),
        (second, max(room - len(first), room - half)),
    )
    return between.join(
        name if len(name) <= most else name[: most - 1] + "…" for name, most in names
    )


def _legend(tests: Sequence[PairedTest]) -> str:
    if not tests:
        return "nothing to compare"
    one = tests[0]
    how = "a sign-flip test over groups" if one.grouped_p is not None else "McNemar's test (mid-p)"
    pairs = f", corrected for {len(tests)} pairs (Holm)" if len(tests) > 1 else ""
    return (
        f"Points of accuracy with {100 * one.confidence:g} % interval, of {one.clips} clips in "
        f"{one.groups} groups. Only right: clips that the first gets right and the second wrong, "
        f"and the other way round. p by {how}{pairs}."
    )
