"""Whether a file is the one that was published."""

import hashlib
from collections.abc import Callable, Iterable
from pathlib import Path

BLOCK = 1 << 20
KINDS = {32: "md5", 64: "sha256"}  # told apart by the number of hexadecimal digits


def matches(
    path: Path, checksums: Iterable[str], progress: Callable[[int, int], None] | None = None
) -> bool:
    """Whether the file has one of the checksums; True if none is known."""
    wanted = {text.lower() for text in checksums}
    if not wanted:
        return True
    # usedforsecurity: MD5 is what the libraries publish; it finds damage, not a forger
    sums = {
        KINDS[len(text)]: hashlib.new(KINDS[len(text)], usedforsecurity=False) for text in wanted
    }
    total, done = path.stat().st_size, 0
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            for running in sums.values():
                running.update(block)
            done += len(block)
            if progress is not None:
                progress(done, total)
    return bool(wanted & {running.hexdigest() for running in sums.values()})


def digest(paths: Iterable[Path]) -> str:
    """One SHA-256 for a set of files: over name and SHA-256 of each, sorted by name."""
    whole = hashlib.sha256()
    for path in sorted(paths, key=lambda path: path.name):
        whole.update(path.name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return whole.hexdigest()
