"""The files of a run folder as they are read for its report: what is not there is None."""

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Rows = list[dict[str, str]]


class Folder:
    """A folder whose files are read; `remarks` says which could not be."""

    def __init__(self, path: Path, remarks: list[str]) -> None:
        self.path = path
        self.remarks = remarks

    def inner(self, name: str) -> "Folder":
        """A folder in it."""
        return Folder(self.path / name, self.remarks)

    def json(self, name: str) -> Any:
        """A JSON document."""
        try:
            return json.loads((self.path / name).read_text(encoding="utf-8"))
        except FileNotFoundError:
            return None
        except (OSError, ValueError) as error:
            self._unreadable(name, error)
            return None

    def mapping(self, name: str) -> dict[str, Any] | None:
        """A JSON object."""
        found = self.json(name)
        if found is None or isinstance(found, dict):
            return found
        self._unreadable(name, ValueError("it is no JSON object"))
        return None

    def rows(self, name: str) -> Rows | None:
        """The rows of a CSV file."""
        try:
            with (self.path / name).open(encoding="utf-8", newline="") as file:
                return [
                    {key: value or "" for key, value in row.items() if isinstance(key, str)}
                    for row in csv.DictReader(file)
                ]
        except FileNotFoundError:
            return None
        except (OSError, ValueError, csv.Error) as error:
            self._unreadable(name, error)
            return None

    def arrays(self, name: str) -> dict[str, NDArray[Any]] | None:
        """The arrays of an npz file."""
        try:
            with np.load(self.path / name, allow_pickle=False) as file:
                return {key: file[key] for key in file.files}
        except FileNotFoundError:
            return None
        except Exception as error:  # zipfile, zlib and numpy have errors of their own
            self._unreadable(name, error)
            return None

    def _unreadable(self, name: str, error: Exception) -> None:
        self.remarks.append(f"{self.path.name}/{name} cannot be read, and is left out: {error}")


def place_of(root: Path, name: str) -> tuple[Path, float, float | None]:
    """The file of a clip's name, and its part: (path, onset_s, offset_s).

    >>> place_of(Path("sounds"), "dog/a.wav#0.5-2")
    (PosixPath('sounds/dog/a.wav'), 0.5, 2.0)
    """
    whole = root / name
    if whole.is_file():
        return whole, 0.0, None
    file, _, part = name.rpartition("#")
    onset, dash, offset = part.partition("-")
    try:
        if file and dash:
            return root / file, float(onset), None if offset == "end" else float(offset)
    except ValueError:
        pass
    return whole, 0.0, None
