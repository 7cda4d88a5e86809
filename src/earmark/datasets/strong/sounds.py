"""The sound files below a folder, and which of them a label file means."""

import os
from collections import defaultdict
from pathlib import Path, PurePosixPath

from earmark.datasets.words import one_spelling, stable_names


class Sounds:
    """Sound files by name: the posix path below `root`."""

    def __init__(self, root: Path) -> None:
        from earmark.audio import is_audio

        self.root = root
        found = [path for path in files_below(root) if is_audio(path)]
        names = stable_names([path.relative_to(root).as_posix() for path in found])
        self.paths = dict(sorted(zip(names, found, strict=True)))
        self._by_path: dict[str, list[str]] = defaultdict(list)
        self._by_stem: dict[str, list[str]] = defaultdict(list)
        self._by_file: dict[str, list[str]] = defaultdict(list)
        for name in self.paths:
            pure = PurePosixPath(one_spelling(name))
            self._by_path[str(pure)].append(name)
            self._by_stem[str(pure.with_suffix(""))].append(name)
            for key in dict.fromkeys((pure.name, pure.stem)):
                self._by_file[key].append(name)

    def find(self, name: str, beside: str = "") -> list[str]:
        """The sounds that a name in a label file may mean: none, one, or several equally well.

        `beside`: the label file's folder below the root, where it is looked for first. Looked for
        are its path, that without its suffix (`a` means `a.wav`), then the file name alone. A path
        that leads to a sound elsewhere is that sound.
        """
        wanted = one_spelling(name.replace("\\", "/"))
        bases = list(dict.fromkeys((beside, "")))
        for base in bases:
            if known := self._file(Path(base, wanted)):
                return [known]
        for keys in (self._by_path, self._by_stem):
            for base in bases:
                if found := keys.get(_tidy(f"{base}/{wanted}")):
                    return found
        return self._by_file.get(wanted, [])

    def find_own(self, name: str) -> list[str]:
        """The sounds that a label file of one recording may be of, by the label file's own path.

        Beside it, else the file of its name that shares the most folders from the root on, so that
        `site1/labels/a.txt` is of `site1/audio/a.wav`.
        """
        pure = PurePosixPath(one_spelling(name))
        if found := self.find(str(pure)):
            return found
        named = self._by_file.get(pure.name, [])
        shared = {each: _shared(PurePosixPath(each).parts, pure.parts) for each in named}
        return [each for each in named if shared[each] == max(shared.values())]

    def _file(self, inside: Path) -> str | None:
        """The name of a sound at a place below the root (or elsewhere), kept from then on."""
        from earmark.audio import is_audio

        path = Path(os.path.normpath(self.root / inside))
        try:
            if not (is_audio(path) and path.is_file()):
                return None
        except (OSError, ValueError):  # too long, or a NUL in it
            return None
        root = Path(os.path.normpath(self.root))
        for base, own in ((root, path), (root.absolute(), path.absolute())):
            if own.is_relative_to(base):
                known = own.relative_to(base).as_posix()
                known = known if known in self.paths else one_spelling(known)
                break
        else:
            known = one_spelling(path.as_posix())
        self.paths.setdefault(known, path)
        return known


def files_below(root: Path) -> list[Path]:
    """The files below a folder by path; hidden ones are passed over, linked folders are read."""
    found: list[Path] = []
    seen: set[tuple[int, int]] = set()
    for folder, below, files in os.walk(root, followlinks=True):
        status = Path(folder).stat()
        here = (status.st_dev, status.st_ino)
        if here in seen:  # a link that leads back, or a folder linked twice
            below.clear()
            continue
        seen.add(here)
        below[:] = sorted(n for n in below if not n.startswith(".") and n != "__MACOSX")
        found += [Path(folder, name) for name in files if not name.startswith(".")]
    return sorted(path for path in found if path.is_file())


def _tidy(path: str) -> str:
    return str(PurePosixPath(os.path.normpath(path.lstrip("/"))))


def _shared(one: tuple[str, ...], other: tuple[str, ...]) -> int:
    same = 0
    for mine, theirs in zip(one[:-1], other[:-1], strict=False):
        if mine != theirs:
            break
        same += 1
    return same
