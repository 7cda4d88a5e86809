"""Lay clips out as LABEL/FILE with a table, by hard links: a second name, not a second copy."""

import csv
import io
import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from earmark.datasets.public.about import Found, Listener
from earmark.datasets.public.room import need_room, unwritable
from earmark.datasets.public.tree import rows_of
from earmark.errors import DatasetError

COLUMNS = ("path", "label", "group", "fold")


def place(found: Sequence[Found], directory: Path, listener: Listener | None = None) -> None:
    """Bring every clip that is not left out to its place; what is there already is kept.

    Clips of an earlier layout that have no place any more are taken away, if their source is still
    there. Where the disk knows no hard links, files are copied.
    """
    listener = listener or Listener()
    kept = [clip for clip in found if not clip.left_out]
    places = {clip.place: clip for clip in kept}
    if len(places) < len(kept):
        names = [clip.place for clip in kept]
        twice = next(name for name in names if names.count(name) > 1)
        raise DatasetError(f"two files of the tree belong at '{twice}'; take one of them away")
    _take_away(found, places, directory, listener)
    for done, (name, clip) in enumerate(places.items(), start=1):
        try:
            _bring(clip.source, directory / name)
        except OSError as error:
            raise unwritable(directory / name, error) from error
        listener.counting("laying out", done, len(places))


def _bring(source: Path, target: Path) -> None:
    if target.exists() and target.stat().st_size == source.stat().st_size:
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f"{target.name}.part")
    part.unlink(missing_ok=True)
    source = source.resolve()  # a link to a link breaks when the tree moves
    try:
        part.hardlink_to(source)
    except OSError:  # another disk, or one without hard links
        need_room(target, source.stat().st_size, target.name)
        shutil.copyfile(source, part)
    part.replace(target)


def _take_away(
    found: Sequence[Found], places: dict[str, Found], directory: Path, listener: Listener
) -> None:
    """Remove what an earlier layout listed and this one does not, as far as it can be had again."""
    sources = {clip.source.name: clip.source for clip in found}
    left = []
    for name in sorted(listed(directory) - set(places)):
        path = directory / name
        source = sources.get(path.name)
        if source is not None and path.is_file() and path.stat().st_size == source.stat().st_size:
            path.unlink()
            if not any(path.parent.iterdir()):
                path.parent.rmdir()
        elif path.exists():
            left.append(name)
    if left:
        listener.message(f"{len(left)} clips of an earlier layout were left: {left[0]}, ...")


def listed(directory: Path) -> set[str]:
    """The paths in the tables of an earlier layout that lead to LABEL/FILE below `directory`."""
    names: set[str] = set()
    for table in sorted(directory.glob("*.csv")):
        names |= {row.get("path", "") for row in rows_of(table)}
    return {name for name in names if len(Path(name).parts) == 2 and ".." not in Path(name).parts}


def write_tables(found: Sequence[Found], directory: Path) -> list[Path]:
    """Write `clips.csv`, and any other table the clips name; only columns with something in."""
    tables = []
    for table in sorted({clip.table for clip in found}):
        rows = [
            {"path": c.place, "label": c.label, "group": c.group, "fold": c.fold, **c.more}
            for c in found
            if c.table == table and not c.left_out
        ]
        names = list(dict.fromkeys([*COLUMNS, *(name for row in rows for name in row)]))
        used = [n for n in names if n == "path" or any(row.get(n) for row in rows)]
        if table != "clips.csv":  # a folder there is no label
            used.remove("label")
        text = io.StringIO()
        writer = csv.DictWriter(text, used, lineterminator="\n", extrasaction="ignore", restval="")
        writer.writeheader()
        writer.writerows(sorted(rows, key=lambda row: row["path"]))
        write(directory / table, text.getvalue())
        tables.append(directory / table)
    return tables


def write(path: Path, text: str) -> None:
    """Write a text file whole or not at all; DatasetError naming it."""
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        part.write_text(text, encoding="utf-8")
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise unwritable(path, error) from error
