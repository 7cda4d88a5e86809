"""Whether pitch and tempo can be changed here."""

from earmark.audio.stretching import stretcher


def lacking() -> str | None:
    """Why not; None: they can."""
    try:
        stretcher()
    except ImportError as error:
        return str(error)
    return None
