"""What every score card in a terminal is made of: figures as text, tables, facts by the line."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from earmark.evaluation.intervals import Interval

if TYPE_CHECKING:
    from earmark.evaluation.pooling import HasLeaks

WIDTH = 80  # characters
_LABEL_WIDTH = 30  # leaves room for four columns of figures in 80


def percent(band: Interval) -> str:
    """A figure with its interval, in percent.

    >>> percent(Interval(0.912, 0.881, 0.936))
    '91.2 % [88.1, 93.6]'
    """
    return f"{100 * band.value:.1f} % [{100 * band.low:.1f}, {100 * band.high:.1f}]"


def counted(number: int, thing: str) -> str:
    """A number with its noun, thousands set apart.

    >>> counted(1, "clip"), counted(12000, "window")
    ('1 clip', '12 000 windows')
    """
    return f"{number:,}".replace(",", " ") + f" {thing}" + ("" if number == 1 else "s")


def split_line(split: Mapping[str, Any]) -> str:
    """The split in one line: its description, or else its plain values, in their order.

    >>> split_line({"kind": "group folds", "folds": 5, "grouped_by": "cd", "files": ["a"]})
    'group folds · folds 5 · grouped by cd'
    >>> split_line({"kind": "fold", "name": "fold 2", "description": "5 folds; seed 0", "seed": 0})
    'fold 2 · 5 folds · seed 0'
    """
    if "description" in split:
        name = split.get("name", split.get("kind", ""))
        return " · ".join(filter(None, (str(name), *str(split["description"]).split("; "))))
    plain = {
        key: ("yes" if value else "no") if isinstance(value, bool) else value
        for key, value in split.items()
        if isinstance(value, str | int | float)
    }
    line = " · ".join(
        str(value) if key == "kind" else f"{key.replace('_', ' ')} {value}"
        for key, value in plain.items()
    )
    return line or "not stated"


def leak_line(split: Mapping[str, Any]) -> str:
    """What must be said for ever of a split whose test clips have copies in training, or ''.

    >>> leak_line({"leak": {"test_clips": 12, "of": 80, "allowed_by": "--allow-leak"}})
    'Leak: 12 of 80 test clips have a copy in training (allowed by --allow-leak)'
    """
    leak = split.get("leak")
    if not leak:
        return ""
    return (
        f"Leak: {leak['test_clips']} of {counted(leak['of'], 'test clip')} "
        f"{'has' if leak['test_clips'] == 1 else 'have'} a copy in training "
        f"(allowed by {leak['allowed_by']})"
    )


def baseline_title(name: str) -> str:
    """A baseline as tables name it.

    >>> baseline_title("mfcc"), baseline_title("loudness")
    ('MFCC statistics', 'Loudness')
    """
    return "MFCC statistics" if name == "mfcc" else name[:1].upper() + name[1:]


def leak_facts(card: "HasLeaks") -> list[Any]:
    """What a random split would claim, where that is known."""
    facts = []
    if card.leak is not None:
        facts.append(fact("Leak", str(card.leak)))
    if card.leak_of_baseline is not None:
        name = "" if card.leak is not None else "Leak"
        facts.append(fact(name, f"by MFCC alone {card.leak_of_baseline}"))
    return facts


def plain_table(*headings: str, title: str = "") -> Any:
    """A `rich` table without rules between rows; columns of labels stand left, figures right."""
    from rich import box
    from rich.table import Table

    table = Table(
        box=box.SIMPLE_HEAD,
        title=title or None,
        title_justify="left",
        title_style="bold",
        header_style="dim",
        pad_edge=False,
        show_edge=False,
        padding=(0, 0, 0, 1),
    )
    for heading in headings:
        left = heading in ("", "Baseline", "Class", "Truth", "Answer")
        table.add_column(
            heading,
            justify="left" if left else "right",
            no_wrap=True,
            overflow="ellipsis",
            max_width=_LABEL_WIDTH if left else None,
        )
    return table


def fact(name: str, text: str) -> Any:
    """A name and what is so called, beside each other; breaks at ` · ` where it is too long."""
    from rich.table import Table
    from rich.text import Text

    grid = Table.grid(padding=(0, 1))
    grid.add_column(width=12, style="dim", no_wrap=True)
    grid.add_column(overflow="fold")
    grid.add_row(name, Text(_packed(text)))
    return grid


def _packed(text: str) -> str:
    """Break between facts, not within one."""
    lines = [""]
    for item in text.split(" · "):
        joined = f"{lines[-1]} · {item}" if lines[-1] else item
        if lines[-1] and len(joined) > WIDTH - 13:
            lines.append(item)
        else:
            lines[-1] = joined
    return "\n".join(lines)
