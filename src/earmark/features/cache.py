"""Features kept on disk: one memory-mapped array and an index, found again by content.

    <cache>/<front-end key>/features.f32    all rows of all clips, one after another
    <cache>/<front-end key>/index.txt       a line a clip: digest, first row, rows
    <cache>/<front-end key>/frontend.json   the settings, for people

Rows are written before the line that names them, so a process killed at any moment loses only the
clips that waited to be written (some dozens, see `extract`): rows that no line names are
overwritten, a half-written line is not read, and a line whose rows are gone is taken out before
others are written in their place.
"""

import errno
import hashlib
import json
import os
from collections.abc import Mapping
from io import FileIO
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from filelock import FileLock

from earmark.errors import DatasetError
from earmark.features.frontend import Array

Rows = tuple[int, int]
"""(first row, rows) of a clip."""


class Kept(Protocol):
    """What values are kept of: a front-end, or anything else that is known by a key."""

    @property
    def bins(self) -> int:
        """Values a row."""

    @property
    def key(self) -> str:
        """Differs whenever the values could."""

    def settings(self) -> dict[str, Any]:
        """For people."""


def default_cache_dir() -> Path:
    """`EARMARK_CACHE`, else `earmark` in the user's cache folder."""
    asked = os.environ.get("EARMARK_CACHE")
    if asked:
        return Path(asked)
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "earmark"


def content_digest(path: Path, onset_s: float = 0.0, offset_s: float | None = None) -> str:
    """Digest of a file's bytes and of the part of it that is meant."""
    digest = hashlib.blake2b(digest_size=16)
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    if onset_s or offset_s is not None:
        digest.update(f"|{onset_s!r}|{offset_s!r}".encode())
    return digest.hexdigest()


FROM_FEATURES = "features-"
"""How the digest of features begins whose sound nobody has seen."""


def features_digest(features: Array) -> str:
    """Digest of features (frames, bins) themselves: what knows a clip again without its sound."""
    values = np.ascontiguousarray(features, "<f4")
    return FROM_FEATURES + hashlib.blake2b(values.tobytes(), digest_size=16).hexdigest()


def _write_all(file: FileIO, data: bytes) -> None:
    """An unbuffered file may take less than it is given."""
    rest = memoryview(data)
    while rest:
        rest = rest[file.write(rest) :]


class FeatureCache:
    """What one front-end has computed, on disk."""

    def __init__(self, frontend: Kept, directory: Path | None = None) -> None:
        self.frontend = frontend
        self.directory = (directory or default_cache_dir()) / frontend.key
        self._data = self.directory / "features.f32"
        self._index = self.directory / "index.txt"
        self._row_bytes = 4 * frontend.bins
        try:
            self.directory.mkdir(parents=True, exist_ok=True)
            settings = self.directory / "frontend.json"
            if not settings.exists():
                settings.write_text(json.dumps(frontend.settings(), indent=2) + "\n")
        except OSError as error:
            raise self._failure(error) from error
        self._lock = FileLock(self.directory / "lock")

    def entries(self) -> dict[str, Rows]:
        """What is there: digest -> rows. Lines that are broken, or whose rows are not, are left."""
        if not self._index.exists() or not self._data.exists():
            return {}
        available = self._data.stat().st_size // self._row_bytes
        found: dict[str, Rows] = {}
        for line in self._index.read_text(encoding="ascii", errors="replace").splitlines(True):
            fields = line.split()
            if not line.endswith("\n") or not line.isascii() or len(fields) != 3:
                continue
            if not (fields[1] + fields[2]).isdigit():
                continue
            first, rows = int(fields[1]), int(fields[2])
            if first + rows <= available:
                found[fields[0]] = (first, rows)
        return found

    def append(self, features: Mapping[str, Array]) -> None:
        """Keep the features (frames, bins) of clips by their digests."""
        try:
            with self._lock:
                known = self.entries()
                self._keep_only(known)
                new = {digest: rows for digest, rows in features.items() if digest not in known}
                end = max((first + rows for first, rows in known.values()), default=0)
                lines: list[str] = []
                mode = "r+" if self._data.exists() else "w+"
                with FileIO(self._data, mode) as data:
                    data.seek(end * self._row_bytes)
                    try:
                        for digest, rows in new.items():
                            _write_all(data, np.ascontiguousarray(rows, np.float32).tobytes())
                            lines.append(f"{digest} {end} {len(rows)}\n")
                            end += len(rows)
                    finally:  # a full disk keeps the clips before the one that did not fit
                        data.truncate(end * self._row_bytes)
                        os.fsync(data.fileno())  # the rows before the lines that name them
                        self._name(lines)
        except OSError as error:
            raise self._failure(error) from error

    def _name(self, lines: list[str]) -> None:
        with self._index.open("ab") as index:
            index.write("".join(lines).encode("ascii"))

    def _keep_only(self, known: Mapping[str, Rows]) -> None:
        """Take lines out of the index that are broken, or name rows that the file has not."""
        text = "".join(f"{digest} {first} {rows}\n" for digest, (first, rows) in known.items())
        if self._index.exists() and self._index.read_bytes() != text.encode("ascii"):
            temporary = self._index.with_name("index.part")
            temporary.write_bytes(text.encode("ascii"))
            temporary.replace(self._index)

    def array(self) -> Array:
        """All rows, (rows, bins), memory-mapped and read-only."""
        if not self._data.exists() or self._data.stat().st_size < self._row_bytes:
            return np.zeros((0, self.frontend.bins), np.float32)
        rows = self._data.stat().st_size // self._row_bytes
        return np.memmap(self._data, np.float32, "r", shape=(rows, self.frontend.bins))

    def _failure(self, error: OSError) -> DatasetError:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            hint = "the disk is full; what was computed so far is kept. Free some space"
        else:
            hint = f"{error.strerror or error}. Make it writable"
        return DatasetError(
            f"cannot write the feature cache {self.directory}: {hint}, "
            "or choose another place by EARMARK_CACHE"
        )
