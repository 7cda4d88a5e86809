"""Turn the rows of a table into clips; a bad row is skipped and reported, the rest is kept."""

import math
import os
import unicodedata
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from earmark.datasets.clip import Clip, Problem, part_name
from earmark.datasets.table import Row, Table
from earmark.datasets.words import clean_label, count, examples, one_spelling
from earmark.errors import DatasetError

WANTED = (
    "path, label (or labels, several with ';' between them); optional: group, fold, onset, offset "
    "(seconds), exclude (a reason to leave the row out)"
)


NOT_EXCLUDED = ("", "0", "no", "false")


class _BadRowError(Exception):
    """Why one row cannot be used: kind and detail of its Problem."""


def clips_of(table: Table) -> tuple[list[Clip], list[Row], list[Problem]]:
    """The clips sorted by name, the row of each, and what was skipped.

    Relative paths are relative to the table's folder. Raises DatasetError: a column is missing, or
    there is not one good row.
    """
    several = "labels" in table.columns and "label" not in table.columns
    wanted = ("path", "labels" if several else "label")
    lacking = [name for name in wanted if name not in table.columns]
    if lacking:
        found = ", ".join(name or "(unnamed)" for name in table.columns)
        raise DatasetError(
            f"'{table.file}' has no column {' and no column '.join(map(repr, lacking))}; its first "
            f"line has: {found}. Wanted: {WANTED}"
        )
    if not table.rows:
        raise DatasetError(f"'{table.file}' has a header but no rows")
    problems: list[Problem] = []
    by_name: dict[str, list[tuple[Clip, Row]]] = {}
    excluded: Counter[str] = Counter()
    for row in table.rows:
        if why := _excluded(row):
            excluded[why] += 1
            continue
        try:
            clip = _clip(row, table.file.parent, several)
        except _BadRowError as bad:
            kind, detail = bad.args
            problems.append(Problem(kind, row.cells["path"], f"{row.place}: {detail}"))
        else:
            by_name.setdefault(clip.name, []).append((clip, row))
    if excluded:
        problems.append(_told(excluded))
    kept = []
    for name, same in sorted(by_name.items()):
        if len(same) > 1:
            problems.append(repeated(name, same))
        if len({clip.label for clip, _ in same}) == 1:
            kept.append(same[0])
    if not kept:
        first = "; ".join(f"{p.kind} '{p.path}' ({p.detail})" for p in problems[:3])
        raise DatasetError(
            f"not one of the {len(table.rows)} rows of '{table.file}' is usable: {first}"
        )
    return [clip for clip, _ in kept], [row for _, row in kept], problems


def _excluded(row: Row) -> str:
    """Why a row is to be left out; empty where it is not."""
    why = row.cells.get("exclude", "").strip()
    return "" if why.casefold() in NOT_EXCLUDED else why


def _told(excluded: Counter[str]) -> Problem:
    """One line for all rows that are left out; the names of copies are no reason of their own."""
    sorts = Counter[str]()
    for why, number in excluded.items():
        what, labels, _ = why.partition(" of ")[0].partition(" under ")
        sorts[f"{what} under two labels or more" if labels else what] += number
    listed = ", ".join(f"{why} ({number})" for why, number in sorts.most_common(4))
    more = ", ..." if len(sorts) > 4 else ""
    rows = count(excluded.total(), "row")
    detail = f"{rows} left out, as the column 'exclude' says: {listed}{more}"
    return Problem("excluded", "", detail)


def repeated(name: str, same: Sequence[tuple[Clip, Row]]) -> Problem:
    """What is told of rows of one name: the first is kept, or none where their labels differ."""
    places = ", ".join(row.place for _, row in same)
    labels = sorted({clip.label for clip, _ in same})
    if len(labels) == 1:
        return Problem("duplicate row", name, f"given more than once ({places}); the first is kept")
    detail = f"given with the labels {examples(labels)} ({places}); all of them were skipped"
    return Problem("conflicting labels", name, detail)


def labels_of(text: str) -> tuple[str, ...]:
    """The labels in a cell, cleaned and sorted, each once.

    >>> labels_of("violin; cello;; violin")
    ('cello', 'violin')
    """
    return tuple(sorted({label for part in text.split(";") if (label := clean_label(part))}))


def _clip(row: Row, root: Path, several: bool) -> Clip:
    if row.extra:
        more = len(row.cells) + row.extra
        raise _BadRowError("bad row", f"{more} fields in {len(row.cells)} columns; quote the text")
    given = row.cells["path"].strip()
    if not given:
        raise _BadRowError("unknown path", "the path is empty")
    labels = labels_of(row.cells["labels"]) if several else None
    label = clean_label(row.cells["label"]) if labels is None else ";".join(labels)
    if not label:
        raise _BadRowError("empty label", "the label is empty")
    path = _find(root, given)
    onset_s = _seconds(row, "onset")
    offset_s = _seconds(row, "offset")
    start_s = 0.0 if onset_s is None else onset_s
    if offset_s is not None and offset_s <= start_s:
        raise _BadRowError(
            "bad part", f"the offset ({offset_s:g} s) must be after the onset ({start_s:g} s)"
        )
    return Clip(
        path,
        part_name(_name(root, path), start_s, offset_s),
        label,
        group=clean_label(row.cells.get("group", "")) or None,
        fold=clean_label(row.cells.get("fold", "")) or None,
        onset_s=start_s,
        offset_s=offset_s,
        labels=labels,
    )


def _seconds(row: Row, column: str) -> float | None:
    """The onset or offset in seconds; a decimal comma is read as a point."""
    text = (row.cells.get(f"{column}_s") or row.cells.get(column) or "").strip()
    if not text:
        return None
    try:
        value_s = float(text.replace(",", "."))
    except ValueError:
        value_s = math.nan
    if not (math.isfinite(value_s) and value_s >= 0):
        raise _BadRowError("bad part", f"the {column} must be seconds, 0 or more; got '{text}'")
    return value_s


def _find(root: Path, given: str) -> Path:
    """The file a row means: as spelled, else with the other system's slashes or accents."""
    from earmark.audio import is_audio

    slashed = given.replace("\\", "/")
    spellings = [given, slashed, *(unicodedata.normalize(form, slashed) for form in ("NFC", "NFD"))]
    for spelling in spellings:
        path = root / spelling
        try:
            if path.is_file():
                break
            if path.is_dir():
                raise _BadRowError("unknown path", "it is a folder; a sound file was wanted")
        except (OSError, ValueError):  # too long, or a NUL in it: no such file either
            continue
    else:
        raise _BadRowError("unknown path", f"no such file, looked from '{root}'")
    if not is_audio(path):
        raise _BadRowError("not audio", f"the suffix '{path.suffix}' is none of a sound")
    return path


def _name(root: Path, path: Path) -> str:
    """The path relative to the table's folder where it is below it, else as given."""
    tidy = Path(os.path.normpath(path))
    for base in (Path(os.path.normpath(root)), root.absolute()):
        if tidy.is_relative_to(base):
            return one_spelling(tidy.relative_to(base).as_posix())
    if path.is_relative_to(root):  # "../elsewhere/a.wav"
        return one_spelling(Path(os.path.normpath(path.relative_to(root))).as_posix())
    return one_spelling(tidy.as_posix())
