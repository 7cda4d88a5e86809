"""Read a folder of labelled sounds: each first-level folder is a label, at any depth below."""

import errno
import os
from dataclasses import dataclass, field
from pathlib import Path

from earmark.datasets.clip import Clip, Problem
from earmark.datasets.layout import missing, picture
from earmark.datasets.words import clean_label, count, examples, one_spelling, stable_names
from earmark.errors import DatasetError

FileId = tuple[int, int]  # (device, inode): the same folder whatever the way to it


def scan_folder(root: Path) -> tuple[list[Clip], list[Problem]]:
    """The clips below `root`, sorted by name, and what was skipped or is doubtful.

    Hidden names (leading dot) and `__MACOSX` are passed over in silence. Linked files and folders
    are followed; within one label a folder is read once, so a link cannot double its clips.

    Raises DatasetError: no such folder, not a folder, unreadable, or no labelled sound in it.
    """
    if not root.exists():
        raise missing(root)
    if not root.is_dir():
        raise DatasetError(
            f"'{root}' is a file; a folder was wanted. A CSV or Parquet table opens with "
            "Dataset.from_table"
        )
    scan = _Scan(root)
    scan.first_level()
    if not scan.found:
        raise scan.nothing_found()
    paths = [path for path, _ in scan.found]
    names = stable_names([path.relative_to(root).as_posix() for path in paths])
    clips = [Clip(path, name, label) for (path, label), name in zip(scan.found, names, strict=True)]
    return sorted(clips, key=lambda clip: clip.name), scan.all_problems()


@dataclass
class _Scan:
    """One walk through a folder: what it found so far."""

    root: Path
    found: list[tuple[Path, str]] = field(default_factory=list)
    unlabelled: list[str] = field(default_factory=list)
    other: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def first_level(self) -> None:
        """Sort the root's own entries: folders are labels, sounds have none."""
        here = _file_id(self.root)
        for entry in self._entries(self.root):
            kind = self._kind(entry)
            path = Path(entry.path)
            if kind == "file":
                self._file(path, None)
            elif kind == "folder":
                label = clean_label(entry.name)
                if label:
                    self._label(path, label, here)
                else:
                    detail = "the folder's name is blank; its clips were skipped"
                    self.problems.append(Problem("empty label", self._shown(path), detail))

    def _label(self, top: Path, label: str, root_id: FileId) -> None:
        """Read everything below one label's folder."""
        before = len(self.found)
        known: dict[FileId, Path] = {}
        # A stack, not recursion: a deep tree must not meet Python's recursion limit.
        stack: list[tuple[Path, frozenset[FileId]]] = [(top, frozenset([root_id]))]
        while stack:
            folder, above = stack.pop()
            try:
                here = _file_id(folder)
            except OSError as error:
                self._unreadable(folder, error)
                continue
            if here in above:
                detail = "the link leads back to a folder above it; it was not followed"
                self.problems.append(Problem("symlink loop", self._shown(folder), detail))
                continue
            if here in known:
                detail = f"the same folder was read as '{self._shown(known[here])}'; read once"
                self.problems.append(Problem("repeated folder", self._shown(folder), detail))
                continue
            known[here] = folder
            for entry in self._entries(folder):
                kind = self._kind(entry)
                if kind == "folder":
                    stack.append((Path(entry.path), above | {here}))
                elif kind == "file":
                    self._file(Path(entry.path), label)
        if len(self.found) == before:
            detail = f"no sound in the folder, so there is no class '{label}'"
            self.problems.append(Problem("empty folder", self._shown(top), detail))

    def _file(self, path: Path, label: str | None) -> None:
        from earmark.audio import is_audio

        if not is_audio(path):
            self.other.append(self._shown(path))
        elif label is None:
            self.unlabelled.append(self._shown(path))
        else:
            self.found.append((path, label))

    def _entries(self, folder: Path) -> list[os.DirEntry[str]]:
        """What is in a folder and not hidden, by name; nothing if it cannot be read."""
        try:
            with os.scandir(folder) as entries:
                seen = [e for e in entries if not e.name.startswith(".") and e.name != "__MACOSX"]
        except OSError as error:
            if folder == self.root:
                raise DatasetError(
                    f"cannot read the folder '{folder}': {error.strerror}"
                ) from error
            self._unreadable(folder, error)
            return []
        return sorted(seen, key=lambda entry: entry.name)

    def _kind(self, entry: os.DirEntry[str]) -> str:
        """'folder', 'file' or '' (reported): links are followed."""
        path = Path(entry.path)
        try:
            if entry.is_dir():
                return "folder"
            if entry.is_file():
                return "file"
        except OSError as error:
            if error.errno == errno.ELOOP:
                detail = "the link leads to itself"
                self.problems.append(Problem("symlink loop", self._shown(path), detail))
            else:
                self._unreadable(path, error)
            return ""
        if entry.is_symlink():
            detail = f"the link leads to '{path.readlink()}', which is not there"
            self.problems.append(Problem("broken link", self._shown(path), detail))
        else:
            detail = "neither a file nor a folder (a pipe, a socket or a device)"
            self.problems.append(Problem("not a file", self._shown(path), detail))
        return ""

    def _unreadable(self, path: Path, error: OSError) -> None:
        detail = f"{error.strerror or error}; what is in it was skipped"
        self.problems.append(Problem("unreadable", self._shown(path), detail))

    def _shown(self, path: Path) -> str:
        return one_spelling(path.relative_to(self.root).as_posix())

    def all_problems(self) -> list[Problem]:
        """The problems, with one line each for the sounds without label and the other files."""
        problems = list(self.problems)
        if self.unlabelled:
            detail = (
                f"{count(len(self.unlabelled), 'sound')} directly in the folder, so without a "
                f"label, skipped: {examples(self.unlabelled)}"
            )
            problems.append(Problem("no label", "", detail))
        if self.other:
            detail = f"{count(len(self.other), 'file')} skipped: {examples(self.other)}"
            problems.append(Problem("not audio", "", detail))
        return problems

    def nothing_found(self) -> DatasetError:
        """Why there is not one labelled sound, and what was wanted."""
        if self.unlabelled:
            what = (
                f"'{self.root}' holds {count(len(self.unlabelled), 'sound')} directly, but none in "
                "a folder that names its label"
            )
        else:
            notes = [f"{p.kind}: {p.path or ''} {p.detail}" for p in self.all_problems()[:3]]
            what = f"no sound found in '{self.root}'" + (f" ({'; '.join(notes)})" if notes else "")
        return DatasetError(f"{what}. {picture(self.root)}")


def _file_id(path: Path) -> FileId:
    status = path.stat()
    return status.st_dev, status.st_ino
