"""Choose the decoder by content, and hold a file to what its header promises."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from io import FileIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from earmark.audio import problems
from earmark.audio.headers import Header, read_header
from earmark.audio.opening import open_file
from earmark.audio.recording import Recording
from earmark.audio.with_miniaudio import MiniaudioRecording, takes
from earmark.audio.with_pyav import AvRecording
from earmark.audio.with_soundfile import SoundfileRecording

_Open = SoundfileRecording | MiniaudioRecording | AvRecording


def _choose(file: FileIO, path: Path, header: Header, seek: bool) -> _Open:
    if header.kind == "av":
        return AvRecording(file, path, header)
    if takes(header):
        # libsndfile seeks to the exact sample in FLAC and Vorbis, if it knows their length. (It
        # takes a Vorbis file that lacks its last page to be empty.)
        if seek and header.kind != "mp3" and (header.promised or header.kind == "vorbis"):
            recording = SoundfileRecording(file, path, header)
            if recording.samples:
                return recording
            recording.__exit__()
        return MiniaudioRecording(file, path, header)
    return SoundfileRecording(file, path, header)


@contextmanager
def open_recording(path: Path, *, seek: bool = False) -> Iterator[tuple[Recording, FileIO, Header]]:
    """The recording in `path` with its open file and header; `seek` where a part is wanted."""
    with open_file(path) as file:
        header = read_header(file, path)
        chosen: AbstractContextManager[_Open] = _choose(file, path, header, seek)
        with chosen as recording:
            yield recording, file, header


def native_blocks(
    recording: Recording, path: Path, start: int, stop: int | None, size: int
) -> Iterator[NDArray[np.float32]]:
    """Finite mono blocks [start, stop) at the recording's own rate; stop None: to the end.

    AudioError where the file ends before its header says, holds no samples, or a sample is not
    finite. A `stop` beyond the end of a whole recording reads to its end.
    """
    at = start
    for block in recording.blocks(start, size):
        if stop is not None:
            block = block[: stop - at]
        problems.check_finite(path, block, recording.rate_hz, at)
        at += len(block)
        yield block
        if stop is not None and at >= stop:
            return
    if recording.samples is not None and at < recording.samples - recording.slack:
        raise problems.truncated(path, recording.samples, at)
    if at == 0:
        raise problems.no_samples(path)
