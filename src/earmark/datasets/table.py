"""Read a CSV or Parquet file into rows of text; nothing here knows what a clip is."""

import csv
import io
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from earmark.datasets.layout import missing
from earmark.errors import DatasetError

TEXT_SUFFIXES = (".csv", ".tsv", ".txt")
PARQUET_SUFFIXES = (".parquet", ".pq")
DELIMITERS = (",", ";", "\t")


@dataclass(frozen=True)
class Row:
    """One row: where it stands ('line 3') and its cells by lower-case column name."""

    place: str
    cells: dict[str, str]
    extra: int = 0
    """Filled fields past the last column: the sign of an unquoted delimiter."""


@dataclass(frozen=True)
class Table:
    """A table as read: column names in lower case without blanks around them, and the rows."""

    file: Path
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


def is_table(path: Path) -> bool:
    """Whether the suffix says that this is a table Earmark reads."""
    return path.suffix.lower() in TEXT_SUFFIXES + PARQUET_SUFFIXES


def read_table(file: Path) -> Table:
    """Read a table whole. Raises DatasetError: missing, a folder, broken, or without a header."""
    if not file.exists():
        raise missing(file)
    if file.is_dir():
        raise DatasetError(f"'{file}' is a folder; a table was wanted: open it with from_folder")
    if not is_table(file):
        known = ", ".join(TEXT_SUFFIXES + PARQUET_SUFFIXES)
        raise DatasetError(f"'{file}' is no table Earmark reads; tables are: {known}")
    if file.suffix.lower() in PARQUET_SUFFIXES:
        return _read_parquet(file)
    return _read_csv(file)


def _columns(file: Path, names: Sequence[str]) -> tuple[str, ...]:
    columns = tuple(name.strip().lower() for name in names)
    for name in columns:
        if name and columns.count(name) > 1:
            raise DatasetError(f"'{file}' has the column '{name}' twice; rename one of them")
    return columns


def _read_csv(file: Path) -> Table:
    try:
        text = file.read_bytes().decode("utf-8-sig")  # with or without a byte order mark
    except UnicodeDecodeError as error:
        raise DatasetError(
            f"'{file}' is not UTF-8 text (byte {error.start}); save it as CSV UTF-8"
        ) from error
    except OSError as error:
        raise DatasetError(f"cannot read the table '{file}': {error.strerror}") from error
    if not text.strip():
        raise DatasetError(f"the table '{file}' is empty; it needs the columns path and label")
    columns, rows = csv_rows(file, io.StringIO(text, newline=""), delimiter_of(text))
    return Table(file, columns, tuple(rows))


def csv_rows(
    file: Path, lines: Iterable[str], delimiter: str
) -> tuple[tuple[str, ...], Iterator[Row]]:
    """The columns and, one at a time, the rows of CSV text that `file` names in errors."""
    records = csv_records(lines, delimiter, f"'{file}', ")
    _, header = next(records)
    columns = _columns(file, header)

    def rows() -> Iterator[Row]:
        for line, fields in records:
            padded = [*fields, *[""] * (len(columns) - len(fields))]
            cells = dict(zip(columns, padded, strict=False))
            yield Row(f"line {line}", cells, sum(map(bool, padded[len(columns) :])))

    return columns, rows()


def delimiter_of(text: str) -> str:
    """The delimiter under which the first line names path and label, else the most columns.

    The header decides alone: sniffing the rows is misled by commas in file names.
    """
    first = next(line for line in text.splitlines() if line.strip())

    def merit(delimiter: str) -> tuple[bool, int]:
        names = [name.strip(' "').lower() for name in first.split(delimiter)]
        return "path" in names and not {"label", "labels"}.isdisjoint(names), len(names)

    return max(DELIMITERS, key=merit)  # the first of equals


def csv_records(
    lines: Iterable[str], delimiter: str, where: str = "", *, skip: bool = True
) -> Iterator[tuple[int, list[str]]]:
    """(first line's number, fields) of each record that is not blank.

    `skip`: blanks after a delimiter, which else belong to the cell. DatasetError, which begins
    with `where`: a quote is left open.
    """
    # strict: a quote left open must not swallow the rest of the table in silence
    reader = csv.reader(lines, delimiter=delimiter, strict=True, skipinitialspace=skip)
    while True:
        line = reader.line_num + 1
        try:
            fields = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise DatasetError(
                f"{where}line {line}: {error}; look for a quote that is not closed"
            ) from error
        if any(cell.strip() for cell in fields):
            yield line, fields


def _read_parquet(file: Path) -> Table:
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError as error:
        raise DatasetError(
            f"reading '{file}' needs pyarrow: pip install 'earmark[train]', or save it as CSV"
        ) from error
    try:
        # ParquetFile, not read_table: that one would guess columns from folders named key=value
        content = pq.ParquetFile(file).read()
    except (pa.ArrowException, OSError, ValueError) as error:
        raise DatasetError(f"cannot read the Parquet table '{file}': {error}") from error
    columns = _columns(file, content.column_names)
    values = [[_text(value) for value in column.to_pylist()] for column in content.columns]
    rows = [
        Row(f"row {number}", dict(zip(columns, cells, strict=True)))
        for number, cells in enumerate(zip(*values, strict=True), start=1)
    ]
    return Table(file, columns, tuple(rows))


def _text(value: object) -> str:
    """A Parquet value as a CSV cell would have it; missing is empty, a list has `;` in it."""
    if isinstance(value, list):
        return ";".join(map(_text, value))
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))  # pandas turns whole numbers into floats where one is missing
    if isinstance(value, bytes):
        return value.decode("utf-8", "backslashreplace")
    return str(value)
