"""Two columns, `category` and the matrix as text: the seed experiment's table.

The matrix's column is named by the front-end, with its rate where that is not the usual one:
`mfcc`, `log_mel@8000`. Columns `path`, `group` and `fold` are read where somebody added them.
"""

import csv
import difflib
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from earmark.datasets.clip import Clip, Problem
from earmark.datasets.feature_files.format import (
    BAD,
    FORMATS,
    FeatureFormat,
    FeatureRow,
    written_whole,
)
from earmark.datasets.table import TEXT_SUFFIXES, Row, csv_rows, delimiter_of
from earmark.datasets.words import clean_label, one_spelling
from earmark.errors import ConfigError, DatasetError
from earmark.features import FRONTENDS, Frontend, create_frontend
from earmark.features.extract import FeatureStore
from earmark.features.matrix_text import matrix_text, read_matrix
from earmark.parallel import Progress

LABEL = "category"
LONGEST_CELL = 1 << 28  # characters: hours of features; a quote left open must end somewhere
HEADER_BYTES = 1 << 16
NEAR = 0.7  # how alike a column's name must be to be offered


@FORMATS.register("csv")
class _Csv(FeatureFormat):
    name = "csv"
    suffix = ".csv"
    suffixes = TEXT_SUFFIXES
    keeps_groups = False
    one_label = True

    def check(self, out: Path, clips: Sequence[Clip], frontend: Frontend) -> None:
        super().check(out, clips, frontend)
        column_name(frontend)

    def write(
        self,
        out: Path,
        clips: Sequence[Clip],
        store: FeatureStore,
        frontend: Frontend,
        progress: Progress | None = None,
    ) -> None:
        column = column_name(frontend)
        delimiter = "\t" if out.suffix.lower() == ".tsv" else ","
        with (
            written_whole(out) as part,
            part.open("w", encoding="utf-8", newline="") as file,
        ):
            writer = csv.writer(file, delimiter=delimiter, lineterminator="\n")
            writer.writerow([LABEL, column])
            for index, clip in enumerate(clips):
                writer.writerow([clip.label, matrix_text(store[index])])
                if progress is not None:
                    progress(index + 1, len(clips))

    def recognises(self, path: Path) -> bool:
        if path.suffix.lower() not in self.suffixes or not path.is_file():
            return False
        line = _first_line(path)
        if not line:
            return False
        names = [name.strip(' "').lower() for name in line.split(delimiter_of(line))]
        if "path" in names and any(name.startswith("label") for name in names):
            return False  # a table of sounds, whatever else is in it
        known = [*FRONTENDS, LABEL] if len(names) == 2 else list(FRONTENDS)
        return any(difflib.get_close_matches(_base(name), known, 1, NEAR) for name in names)

    def read(self, path: Path) -> Iterator[FeatureRow | Problem]:
        delimiter = delimiter_of(_first_line(path))
        try:
            with _long_cells(), path.open(encoding="utf-8-sig", newline="") as file:
                columns, rows = csv_rows(path, file, delimiter)
                column, frontend = _feature_column(path, columns)
                for row in rows:
                    try:
                        yield _clip(path, row, column, frontend)
                    except DatasetError as error:
                        yield Problem(BAD, path.name, f"{row.place}: {error}")
        except UnicodeDecodeError as error:
            raise DatasetError(f"'{path}' is not UTF-8 text; save it as CSV UTF-8") from error
        except OSError as error:
            raise DatasetError(f"cannot read the table '{path}': {error.strerror}") from error


def column_name(frontend: Frontend) -> str:
    """The name of a front-end's column: with its rate where that is not the usual one.

    >>> column_name(create_frontend("mfcc")), column_name(create_frontend("log_mel", 8000))
    ('mfcc', 'log_mel@8000')
    """
    for rate_hz, column in (
        (None, frontend.name),
        (frontend.rate_hz, f"{frontend.name}@{frontend.rate_hz}"),
    ):
        if create_frontend(frontend.name, rate_hz) == frontend:
            return column
    raise ConfigError(
        f"a CSV of features has no room for settings of {frontend.name} that are not the usual "
        "ones for its rate: take json or parquet"
    )


def _base(name: str) -> str:
    return name.partition("@")[0]


def _first_line(path: Path) -> str:
    try:
        with path.open("rb") as file:
            text = file.read(HEADER_BYTES).decode("utf-8-sig", "replace")
    except OSError:
        return ""  # reading it will say what is wrong
    return next((line for line in text.splitlines() if line.strip()), "")


def _feature_column(path: Path, columns: Sequence[str]) -> tuple[str, Frontend]:
    """The column of the matrices, and the front-end that its name means."""
    known = list(FRONTENDS)
    of_features = [name for name in columns if _base(name) in known]
    if len(of_features) > 1:
        raise DatasetError(
            f"'{path}' has {len(of_features)} columns of features ({', '.join(of_features)}); "
            "keep one of them"
        )
    if not of_features:
        raise _no_column(path, columns, "column of features", known)
    if LABEL not in columns:
        raise _no_column(path, columns, f"column '{LABEL}'", [LABEL])
    name, _, rate = of_features[0].partition("@")
    try:
        if rate and not rate.isdecimal():
            raise ConfigError(f"'{rate}' is no sample rate in hertz")
        return of_features[0], create_frontend(name, int(rate) if rate else None)
    except ConfigError as error:
        raise DatasetError(f"'{path}', column '{of_features[0]}': {error}") from error


def _no_column(path: Path, columns: Sequence[str], what: str, names: Sequence[str]) -> DatasetError:
    near = [
        f"'{column}' into '{match}'"
        for column in columns
        for match in difflib.get_close_matches(_base(column), names, 1, NEAR)
    ]
    hint = f"; did you mean to rename {near[0]}?" if near else "."
    return DatasetError(
        f"'{path}' has no {what}{hint} Its first line has: "
        f"{', '.join(name or '(unnamed)' for name in columns)}. A table of features has the "
        f"columns {LABEL} and {' or '.join(FRONTENDS)}"
    )


def _clip(path: Path, row: Row, column: str, frontend: Frontend) -> FeatureRow:
    if row.extra:
        more = len(row.cells) + row.extra
        raise DatasetError(f"{more} fields in {len(row.cells)} columns; quote the matrix")
    label = clean_label(row.cells[LABEL])
    if not label:
        raise DatasetError(f"the {LABEL} is empty")
    features = read_matrix(row.cells.pop(column), frontend.bins)
    number = int(row.place.removeprefix("line "))
    name = one_spelling(row.cells.get("path", "").strip()) or f"line-{number:07}"
    clip = Clip(
        path,
        name,
        label,
        group=clean_label(row.cells.get("group", "")) or None,
        fold=clean_label(row.cells.get("fold", "")) or None,
    )
    return FeatureRow(clip, features, frontend, row)


_lock = threading.Lock()
_readers = 0
_usual_limit = 0


@contextmanager
def _long_cells() -> Iterator[None]:
    """Let csv read long cells for as long as anybody reads features; its limit is one for all."""
    global _readers, _usual_limit
    with _lock:
        if _readers == 0:
            _usual_limit = csv.field_size_limit(LONGEST_CELL)
        _readers += 1
    try:
        yield
    finally:
        with _lock:
            _readers -= 1
            if _readers == 0:
                csv.field_size_limit(_usual_limit)
