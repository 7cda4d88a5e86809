"""The sound of a corrected label file, which may lie anywhere the user works."""

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

from earmark.datasets.strong.sounds import Sounds
from earmark.features.cache import content_digest


class Finder:
    """Looks for sounds as they are named, then by the corrections, then in other folders.

    `corrections`: a label file, beside which it looks (its folder alone, which may be a desktop),
    or a folder of them, below which it looks. `search`: folders (or a table, whose
    folder is meant), in the order they are looked in.
    """

    def __init__(self, corrections: Path, search: Sequence[Path]) -> None:
        self.places: tuple[Path, ...] = tuple(dict.fromkeys(map(_folder, (corrections, *search))))
        self._deep = corrections.is_dir()

    @cached_property
    def _sounds(self) -> list[Sounds]:
        first, *others = (place for place in self.places if place.is_dir())
        return [Sounds(first, deep=self._deep), *(Sounds(place) for place in others)]

    def find(self, name: str, label_file: Path, *, own: bool) -> list[Path]:
        """Where a recording may be: nowhere, at one place, or at several equally well.

        Several files that hold the same bytes are one. `own`: the name is that of a label file of
        one recording, so that it may lack the sound's suffix.
        """
        if as_named := _as_named(name):
            return [as_named]
        for sounds in self._sounds:
            beside = _below(label_file.parent, sounds.root)
            found = sounds.find_own(name) if own else sounds.find(name, beside)
            paths = [sounds.paths[each] for each in found]
            if len(paths) > 1 and len({content_digest(path) for path in paths}) == 1:
                paths = paths[:1]
            if paths:
                return paths
        return []


def _as_named(name: str) -> Path | None:
    """An absolute path, or one from the working folder."""
    from earmark.audio import is_audio

    path = Path(name)
    try:
        return path if is_audio(path) and path.is_file() else None
    except (OSError, ValueError):  # too long, or a NUL in it
        return None


def _below(folder: Path, root: Path) -> str:
    here, above = folder.absolute(), root.absolute()
    return here.relative_to(above).as_posix() if here.is_relative_to(above) else ""


def _folder(place: Path) -> Path:
    return place.parent if place.is_file() else place
