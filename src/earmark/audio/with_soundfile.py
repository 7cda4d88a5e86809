"""Decode through libsndfile: every WAV subtype, AIFF, Opus in Ogg, and seeking to the sample."""

import os
from collections.abc import Iterator
from io import BytesIO, FileIO
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from earmark.audio import problems
from earmark.audio.headers import Header
from earmark.audio.recording import mix
from earmark.audio.riff import Repaired

_UNKNOWN = 2**62  # libsndfile gives 2^63 - 1 where a FLAC header leaves the length open


class SoundfileRecording:
    """A recording open in libsndfile; use within `with`."""

    def __init__(self, file: FileIO | BytesIO, path: Path, header: Header) -> None:
        import soundfile

        self._path = path
        self._errors = (soundfile.LibsndfileError, soundfile.SoundFileError, RuntimeError)
        file.seek(0)
        source: Any = file
        if os.name == "posix" and isinstance(file, FileIO):
            source = file.fileno()  # faster than calls back into Python
        repair = header.chunk.repair if header.chunk else None
        if repair is not None and isinstance(file, FileIO):
            source = Repaired(file, repair)
        try:
            self._sound = soundfile.SoundFile(source, closefd=False)
        except self._errors as error:
            reason = getattr(error, "error_string", str(error)).rstrip(".")
            raise problems.unreadable(path, header.head, reason) from error
        self.rate_hz = int(self._sound.samplerate)
        self.channels = int(self._sound.channels)
        frames = int(self._sound.frames)
        self.samples = frames if frames < _UNKNOWN else None
        self.slack = 0
        self.format = f"{self._sound.format} {self._sound.subtype}"

    def __enter__(self) -> "SoundfileRecording":
        return self

    def __exit__(self, *_: object) -> None:
        self._sound.close()

    def count(self) -> int:
        """Samples a channel; libsndfile always knows where this class is chosen."""
        return self.samples or 0

    def blocks(self, start: int, size: int) -> Iterator[NDArray[np.float32]]:
        """Mono blocks of `size` samples from `start`; ends early where the data are damaged."""
        block = np.empty((size, self.channels), dtype=np.float32)
        try:
            if start:
                self._sound.seek(start)
            while len(got := self._sound.read(out=block)):
                # A copy even of one channel: the block is overwritten by the next read.
                yield mix(got) if self.channels > 1 else got[:, 0].copy()
        except self._errors:
            return  # the caller compares what came with what was promised
