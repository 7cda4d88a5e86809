"""Delimited text with a header, as `table` and `desed` have it."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from earmark.datasets.table import csv_records

DELIMITERS = (",", ";", "\t")


@dataclass(frozen=True)
class Row:
    """A row by the names of its columns."""

    place: str
    cells: dict[str, str]


def header(text: str, delimiter: str) -> list[str]:
    """The names in the first line that is not blank, in lower case."""
    for line in text.split("\n"):
        if line.strip():
            try:
                fields = next(csv.reader([line.rstrip("\r")], delimiter=delimiter))
            except (csv.Error, StopIteration):
                return []
            return [name.strip().lower() for name in fields]
    return []


def named(
    names: Sequence[str], aliases: Mapping[str, Sequence[str]], needed: Sequence[str]
) -> dict[str, str] | None:
    """What each column is called here; None if one that is needed is lacking."""
    found = {}
    for column, known in aliases.items():
        matching = [name for name in known if name in names]
        if matching:
            found[column] = matching[0]
    return found if all(column in found for column in needed) else None


def rows(text: str, delimiter: str) -> Iterator[Row]:
    """Each row below the header. DatasetError: a quote left open, a row with too many fields."""
    records = csv_records(io.StringIO(text, newline=""), delimiter, skip=False)
    _, names = next(records, (0, []))
    columns = [name.strip().lower() for name in names]
    for line, fields in records:
        padded = [*fields, *[""] * (len(columns) - len(fields))]
        yield Row(f"line {line}", dict(zip(columns, padded, strict=False)))


def write_rows(lines: Sequence[Sequence[str]], delimiter: str) -> str:
    """Rows as text, quoted where needed."""
    out = io.StringIO()
    # by itself the writer leaves a lone carriage return bare, which ends a row for readers
    returns = any("\r" in cell for line in lines for cell in line)
    if returns:
        writer = csv.writer(out, delimiter=delimiter, lineterminator="\n", quoting=csv.QUOTE_ALL)
    else:
        writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
    writer.writerows(lines)
    return out.getvalue()
