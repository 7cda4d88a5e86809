"""A stress test in a terminal of 80 columns: where the model breaks, and how far it falls."""

from typing import TYPE_CHECKING

from earmark.evaluation.terminal import counted, percent
from earmark.inference.stress.curve import FALL, Curve, shown
from earmark.inference.stress.report import StressReport

if TYPE_CHECKING:
    from rich.console import RenderableType

HOLDS = "holds"
DASH = "–"


def stress_table(report: StressReport) -> "RenderableType":
    """One row a degradation: where accuracy has fallen by ten points, and the worst level."""
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for name in ("Degradation", "Breaks at"):
        table.add_column(name)
    table.add_column("Worst", justify="right")
    table.add_column("at")
    partly = report.undisturbed.answered < 1 or any(
        point.answered < 1 for curve in report.curves for point in curve.points
    )
    if partly:
        table.add_column("Answered", justify="right")
    can_fall = report.undisturbed.accuracy.value >= FALL
    for curve in report.curves:
        worst = curve.worst
        row = [curve.way.name, breaks_at(curve) if can_fall else DASH]
        row += [f"{100 * worst.accuracy.value:.0f} %", curve.way.told(worst.level)]
        if partly:
            row.append(f"{100 * worst.answered:.0f} %")
        table.add_row(*row, style="" if curve.breaks else "dim")
    calm = report.undisturbed
    head = f"{report.figure.capitalize()} {percent(calm.accuracy)} undisturbed"
    if report.majority is not None:
        head += f", majority {100 * report.majority:.1f} %"
    if partly:
        head += f"; {100 * calm.answered:.0f} % answered, unknown is not right"
    where = f"{report.split}; {counted(report.groups, 'group')}."
    lines: list[RenderableType] = [Text(head), Text(where, style="dim"), Text(""), table, Text("")]
    lines += [Text(note, style="dim") for note in _notes(report)]
    return Group(*lines)


def breaks_at(curve: Curve) -> str:
    """The first level on each side that costs ten points; (?) where that may be chance."""
    told = [
        curve.way.told(point.level) + ("" if shown(point) else " (?)") for point in curve.breaks
    ]
    return ", ".join(told) or HOLDS


def _notes(report: StressReport) -> list[str]:
    notes = [
        f"Breaks at: the first level tried at which the same clips score {100 * FALL:.0f} points "
        "less than undisturbed."
    ]
    if report.undisturbed.accuracy.value < FALL:
        notes.append(f"{DASH}: it scores too little undisturbed to fall so far.")
    if any(not shown(point) for curve in report.curves for point in curve.breaks):
        notes.append("(?) the interval of that fall reaches 0: it may be chance.")
    notes += [f"{name} was skipped: {why}" for name, why in report.skipped.items()]
    return notes
