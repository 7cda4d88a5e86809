"""Open a sound file, turning everything the file system can refuse into an AudioError."""

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from io import FileIO
from pathlib import Path

from earmark.errors import AudioError


def shown(path: Path) -> str:
    """The path as one printable line, whatever characters its name has."""
    text = str(path)
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


def _refused(path: Path, error: OSError) -> AudioError:
    name = shown(path)
    if error.errno == errno.ENOENT:
        if path.is_symlink():
            return AudioError(f"{name}: is a link to a file that does not exist; mend the link")
        return AudioError(f"{name}: no such file; check the spelling and the folder")
    if error.errno in (errno.EACCES, errno.EPERM):
        return AudioError(f"{name}: may not be read by this user; change its permissions")
    if error.errno == errno.ELOOP:
        return AudioError(f"{name}: its symbolic links run in a circle; mend the link")
    return AudioError(
        f"{name}: expected a readable file, the system says: {error.strerror or error}; "
        "check the disk or copy the file again"
    )


@contextmanager
def open_file(path: Path) -> Iterator[FileIO]:
    """Open a regular, non-empty file for reading, unbuffered.

    Every OSError, from opening or from the caller's block, becomes an AudioError with the name.
    """
    name = shown(path)
    try:
        mode = path.stat().st_mode
        if stat.S_ISDIR(mode):
            raise AudioError(f"{name}: expected a sound file, this is a folder; name a file in it")
        if not stat.S_ISREG(mode):  # opening a pipe would wait for ever
            raise AudioError(f"{name}: expected a regular file, this is a pipe or a device")
        # Unbuffered: decoders share the descriptor, whose place must be where Python thinks it is.
        with path.open("rb", buffering=0) as file:
            if os.fstat(file.fileno()).st_size == 0:
                raise AudioError(f"{name}: the file is empty (0 bytes); copy it again or remove it")
            yield file
    except OSError as error:
        raise _refused(path, error) from error
    except ValueError as error:
        if "null" not in str(error):
            raise
        raise AudioError(f"{name}: a file name cannot hold a null character") from error
