"""Room on the disk, asked before it is needed; and its lack, told clearly."""

import errno
import shutil
from pathlib import Path

from earmark.errors import DatasetError


def size(count: float) -> str:
    """Bytes as a person reads them.

    >>> size(999), size(1_400_000_000), size(52_000)
    ('999 bytes', '1.4 GB', '52 kB')
    """
    for unit, name in ((1e9, "GB"), (1e6, "MB"), (1e3, "kB")):
        if count >= unit:
            scaled = count / unit
            return f"{scaled:.0f} {name}" if scaled >= 10 else f"{scaled:.1f} {name}"
    return f"{count:.0f} bytes"


def need_room(place: Path, count: float, what: str) -> None:
    """DatasetError if less than `count` bytes are free where `place` is or will be."""
    there = place.absolute()
    while not there.exists() and there != there.parent:
        there = there.parent
    free = shutil.disk_usage(there).free
    if free < count:
        raise DatasetError(
            f"no room for {what}: it needs {size(count)}, and {size(free)} are free at '{there}'. "
            "Make room or choose a folder on another disk; what is there stays"
        )


def unwritable(path: Path, error: OSError) -> DatasetError:
    """An error for a file or folder that could not be written."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return DatasetError(
            f"the disk is full: cannot write '{path}'. Make room and give the same command again; "
            "what is there stays"
        )
    reason = error.strerror or str(error)
    return DatasetError(f"cannot write '{path}': {reason}. Choose a folder that can be written")
