"""Text files that appear whole or not at all."""

from pathlib import Path

from earmark.errors import ConfigError


def write_whole(path: Path, text: str) -> None:
    """Write UTF-8; a name in it that is no text keeps its bytes visible, as \\udcff.

    OSError: it cannot be written; what was there before is as it was.
    """
    part = path.with_name(path.name + ".part")
    try:
        part.write_bytes(text.encode("utf-8", "backslashreplace"))
        part.replace(path)
    except OSError:
        part.unlink(missing_ok=True)
        raise


def write_asked(path: Path, text: str) -> None:
    """`write_whole` where somebody named the place: ConfigError names it."""
    try:
        write_whole(path, text)
    except OSError as error:
        raise ConfigError(
            f"cannot write {path}: {error.strerror or error}; choose another --out"
        ) from error
