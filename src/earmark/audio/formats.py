"""Which files count as sound, by their suffix. What is inside decides how they are decoded."""

import os
from pathlib import Path

BUILT_IN: frozenset[str] = frozenset(
    {".wav", ".wave", ".bwf", ".rf64", ".w64", ".aif", ".aiff", ".aifc", ".au", ".snd"}
) | {".caf", ".flac", ".mp3", ".ogg", ".oga", ".opus"}
"""Decoded by what Earmark always installs (Opus in Ogg: libsndfile 1.1 and later)."""

EXTRA: frozenset[str] = frozenset(
    {".m4a", ".m4b", ".mp4", ".mov", ".3gp", ".mka", ".mkv", ".webm", ".weba"}
) | {".aac", ".ac3", ".wma", ".amr", ".ape", ".wv", ".tta", ".mpc"}
"""Decoded by PyAV (FFmpeg), which `pip install 'earmark[formats]'` adds; video gives its sound."""

SUFFIXES: frozenset[str] = BUILT_IN | EXTRA
"""Every lower-case suffix that counts as sound."""


def is_audio(path: str | os.PathLike[str]) -> bool:
    """Whether the name ends like a sound file, in any case; the file need not exist.

    The EXTRA suffixes count even where PyAV is missing: loading one then says what to install,
    which is better than a file passed over in silence. `._x.wav` and the like, the notes that
    macOS leaves beside files, do not count.

    >>> is_audio("Clip 1.WAV"), is_audio("notes.txt"), is_audio("._clip.wav")
    (True, False, False)
    """
    name = Path(path)
    return name.suffix.lower() in SUFFIXES and not name.name.startswith("._")
