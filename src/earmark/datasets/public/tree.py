"""Find things in a tree as published, wherever its archive put them."""

import csv
import os
from collections.abc import Iterator
from pathlib import Path

from earmark.errors import DatasetError


def files_below(tree: Path) -> Iterator[Path]:
    """Every file, sorted; hidden names and what macOS leaves beside files are passed over."""
    for folder, folders, names in os.walk(tree):
        folders[:] = sorted(n for n in folders if not n.startswith(".") and n != "__MACOSX")
        for name in sorted(names):
            if not name.startswith("."):
                yield Path(folder) / name


def sounds_below(tree: Path) -> list[Path]:
    """Every sound file; of one name in one folder's name, such as two copies, only the first."""
    from earmark.audio import is_audio

    seen: dict[tuple[str, str], Path] = {}
    for path in files_below(tree):
        if is_audio(path):
            seen.setdefault((path.parent.name, path.name), path)
    return list(seen.values())


def find_file(tree: Path, *names: str) -> Path | None:
    """The first file that bears one of the names."""
    return next((path for path in files_below(tree) if path.name in names), None)


def need_file(tree: Path, name: str) -> Path:
    """The file of that name; DatasetError if there is none."""
    path = find_file(tree, name)
    if path is None:
        raise DatasetError(
            f"no {name} below '{tree}': is this the whole set, unpacked? It says which clip is what"
        )
    return path


def rows_of(path: Path, *, delimiter: str = ",") -> list[dict[str, str]]:
    """The rows of a table with a header; DatasetError if it cannot be read."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            return [
                {str(key): value or "" for key, value in row.items()}
                for row in csv.DictReader(lines, delimiter=delimiter)
            ]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DatasetError(f"cannot read '{path}': {error}") from error


def lines_of(path: Path) -> list[str]:
    """The lines that are not blank; DatasetError if the file cannot be read."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise DatasetError(f"cannot read '{path}': {error}") from error
    return [line.strip() for line in text.splitlines() if line.strip()]
