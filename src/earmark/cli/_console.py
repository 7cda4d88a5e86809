"""What every verb prints with: results to stdout, everything else to stderr."""

import json
import re
import sys
from collections.abc import Sequence
from enum import StrEnum
from typing import IO, TYPE_CHECKING, Any, NoReturn, TextIO, cast

if TYPE_CHECKING:
    from rich.console import Console

    from earmark.datasets import Problem

MOST_PROBLEMS = 8


class CardFormat(StrEnum):
    """How a verb that scores reports."""

    table = "table"
    json = "json"


def stdout() -> "Console":
    """For results."""
    from rich.console import Console

    return Console(file=cast("IO[str]", _Trimmed(sys.stdout)), highlight=False, markup=False)


class _Trimmed:
    """A stream without the blanks at a line's end that fill a table's last column.

    They are ugly in a file, and wrap where a terminal is narrowed.
    """

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream

    def write(self, text: str) -> int:
        """Write it; the colours among the blanks stay."""
        return self.stream.write(
            re.sub(r"(?: |\x1b\[[\d;]*m)+(?=\n)", lambda end: end[0].replace(" ", ""), text)
        )

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)


def stderr() -> "Console":
    """For progress, remarks and errors."""
    from rich.console import Console

    return Console(stderr=True, highlight=False, markup=False)


def remark(text: str, style: str = "", console: "Console | None" = None) -> None:
    """A remark on stderr: broken between words on a terminal, one line for whoever reads a log."""
    console = console or stderr()
    console.print(text, style=style, soft_wrap=not console.is_terminal)


def print_json(values: Any) -> None:
    """One JSON document on stdout; a character that cannot be printed there is escaped."""
    unicode = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    text = json.dumps(values, indent=2, ensure_ascii=not unicode, allow_nan=False)
    # a file name that is no text has lone surrogates; JSON's own escapes of them are the same
    sys.stdout.write(text.encode("utf-8", "backslashreplace").decode() + "\n")


def fail(text: str) -> NoReturn:
    """Say what is wrong and end with status 1."""
    from rich.text import Text

    console = stderr()
    line = Text("Error: ", style="bold red") + Text(text)
    console.print(line, soft_wrap=not console.is_terminal)
    sys.exit(1)


def need(module: str, verb: str) -> None:
    """MissingExtraError at once, rather than after reading a large folder."""
    from importlib.util import find_spec

    from earmark.errors import missing_extra

    if find_spec(module) is None:
        raise missing_extra(ModuleNotFoundError(name=module), f"earmark {verb}")


def print_problems(problems: "Sequence[Problem]") -> None:
    """What was skipped or is doubtful, a line each."""
    for problem in problems[:MOST_PROBLEMS]:
        place = f"{printable(problem.path)}: " if problem.path else ""
        remark(f"  {problem.kind}: {place}{problem.detail}", style="yellow")
    if len(problems) > MOST_PROBLEMS:
        remark(f"  ... and {len(problems) - MOST_PROBLEMS} more", style="yellow")


def printable(text: str) -> str:
    """Text without line breaks and control characters, so that no file name breaks a table."""
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in text)
