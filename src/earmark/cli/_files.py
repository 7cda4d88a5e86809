"""Files that a user names, and the sounds of folders among them."""

from collections.abc import Iterable, Iterator
from pathlib import Path


def sounds(files: Iterable[Path]) -> Iterator[Path]:
    """The files as given, and the sounds in folders that are given."""
    from earmark.audio import is_audio

    for path in files:
        if not path.is_dir():
            yield path
            continue
        found = sorted(
            inner
            for inner in path.rglob("*")
            if is_audio(inner)
            and inner.is_file()
            and not any(part.startswith(".") for part in inner.relative_to(path).parts)
        )
        if not found:
            yield path  # reading it will say that it is a folder
        yield from found
