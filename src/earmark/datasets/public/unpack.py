"""Unpack an archive and nothing but its plain files: no path outside, no links, no devices."""

import lzma
import shutil
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO

from earmark.datasets.public.about import Listener
from earmark.datasets.public.room import need_room, unwritable
from earmark.errors import DatasetError

SUFFIXES = (".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tar.xz")
NOTES = ("__MACOSX", ".DS_Store")
_DAMAGED = (
    tarfile.TarError, zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, NotImplementedError,
    RuntimeError,
)  # fmt: skip


def is_archive(path: Path) -> bool:
    """Whether the name is that of an archive which `unpack` reads."""
    return path.name.lower().endswith(SUFFIXES)


def unpack(archive: Path, into: Path, listener: Listener | None = None) -> None:
    """Unpack a zip or tar archive; files that are there whole are kept, so a broken run goes on.

    Links and devices are passed over and told. DatasetError: a path that leads outside, a damaged
    archive, no room.
    """
    listener = listener or Listener()
    passed: list[str] = []
    try:
        if archive.name.lower().endswith(".zip"):
            _unzip(archive, into, listener, passed)
        else:
            _untar(archive, into, listener, passed)
    except _DAMAGED as error:
        reason = (str(error) or type(error).__name__).partition("\n")[0].rstrip(":.")
        raise DatasetError(
            f"'{archive}' cannot be unpacked: {reason}. It is damaged; delete it and give the same "
            "command again"
        ) from error
    if passed:
        listener.message(
            f"{archive.name}: {len(passed)} links or devices were not unpacked: {passed[0]}"
        )


def inside(name: str) -> PurePosixPath | None:
    """A member's path below the folder; None for one to be passed over in silence.

    DatasetError for a path that leads outside: absolute, with '..', a drive or a NUL.

    >>> inside("genres/blues/blues.00000.wav")
    PurePosixPath('genres/blues/blues.00000.wav')
    """
    slashed = name.replace("\\", "/")
    parts = [part for part in slashed.split("/") if part not in ("", ".")]
    if slashed.startswith("/") or ".." in parts or "\0" in name or any(":" in p for p in parts):
        raise DatasetError(f"the archive has a path that leads outside: '{name}'; not unpacked")
    if not parts or any(part in NOTES or part.startswith("._") for part in parts):
        return None
    return PurePosixPath(*parts)


def _unzip(archive: Path, into: Path, listener: Listener, passed: list[str]) -> None:
    with zipfile.ZipFile(archive) as content:
        members = content.infolist()
        missing = 0
        for member in members:
            place = inside(member.filename)
            if place is not None and not _whole(into / place, member.file_size):
                missing += member.file_size
        need_room(into, missing, f"what is in {archive.name}")
        for done, member in enumerate(members, start=1):
            place = inside(member.filename)
            kind = stat.S_IFMT(member.external_attr >> 16)
            if place is None or member.is_dir():
                pass
            elif kind not in (0, stat.S_IFREG):
                passed.append(member.filename)
            elif not _whole(into / place, member.file_size):
                with content.open(member) as source:
                    _write(source, into / place, member.file_size)
            listener.counting(f"unpacking {archive.name}", done, len(members))


def _untar(archive: Path, into: Path, listener: Listener, passed: list[str]) -> None:
    total = max(1, archive.stat().st_size)
    with archive.open("rb") as raw, tarfile.open(fileobj=raw, mode="r:*") as content:
        for member in content:
            place = inside(member.name)
            if place is None or member.isdir():
                pass
            elif not member.isreg():
                passed.append(member.name)
            elif not _whole(into / place, member.size):
                need_room(into, member.size, f"what is in {archive.name}")
                source = content.extractfile(member)
                assert source is not None
                with source:
                    _write(source, into / place, member.size)
            # a tar has no list of its members: how far the archive is read says how far it is
            listener.downloading(f"unpacking {archive.name}", raw.tell(), total)


def _whole(path: Path, count: int) -> bool:
    return path.is_file() and path.stat().st_size == count


def _write(source: IO[bytes], path: Path, count: int) -> None:
    """Write one member whole or not at all."""
    part = path.with_name(f"{path.name}.part")
    with _told(path):
        path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with _told(path), part.open("wb") as file:
            shutil.copyfileobj(source, file, 1 << 20)
        if part.stat().st_size != count:
            raise EOFError(f"{path.name} is cut short")
        with _told(path):
            part.replace(path)
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except (zipfile.BadZipFile, tarfile.TarError, zlib.error):
        raise
    except OSError as error:
        if error.errno is None:  # gzip's and bz2's own complaint, which is about the archive
            raise EOFError(str(error)) from error
        raise unwritable(path, error) from error
