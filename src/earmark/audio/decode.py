"""Choose the decoder by content, and hold a file to what its header promises."""

import mmap
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from io import BytesIO, FileIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from earmark.audio import problems
from earmark.audio.headers import Header, read_header
from earmark.audio.ogg import whole_pages
from earmark.audio.opening import open_file
from earmark.audio.recording import Recording
from earmark.audio.with_miniaudio import MiniaudioRecording, takes
from earmark.audio.with_pyav import AvRecording
from earmark.audio.with_soundfile import SoundfileRecording

_Open = SoundfileRecording | MiniaudioRecording | AvRecording


def _vorbis(file: FileIO, path: Path, header: Header, fast: bool) -> _Open:
    """Vorbis after a look at its pages: a damaged one would shift all that follows it, unsaid."""
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        good, complete = whole_pages(mapped)
        if mapped.find(b"OggS", good + 1) >= 0:
            raise problems.truncated(path, header.size, good, "bytes")
        if not complete and good < header.size:  # cut short: libsndfile wants whole pages
            return SoundfileRecording(BytesIO(mapped[:good]), path, header)
    if fast and complete and takes(header):
        return MiniaudioRecording(file, path, header)
    return SoundfileRecording(file, path, header)


def _choose(file: FileIO, path: Path, header: Header, seek: bool, trusted: bool) -> _Open:
    if header.kind == "av":
        return AvRecording(file, path, header)
    if header.kind == "vorbis":
        if seek:
            recording = SoundfileRecording(file, path, header)
            if recording.samples:
                return recording
            recording.__exit__()
        return _vorbis(file, path, header, trusted and not seek)
    # libsndfile seeks to the exact sample in FLAC, if it knows the length.
    if takes(header) and not (seek and header.kind == "flac" and header.promised):
        return MiniaudioRecording(file, path, header)
    return SoundfileRecording(file, path, header)


@contextmanager
def open_recording(
    path: Path, *, seek: bool = False, trusted: bool = False
) -> Iterator[tuple[Recording, FileIO, Header]]:
    """The recording in `path` with its open file and header; `seek` where a part is wanted.

    `trusted` lets stb_vorbis (in miniaudio) decode Ogg Vorbis, half again as fast as libsndfile.
    A crafted file can make it write past its memory (CVE-2023-45676 to 45682 and
    github.com/nothings/stb/issues/1947, open), and cut files crashed it here; files that chance
    has damaged are kept from it by their checksums, files made by an enemy are not.
    """
    with open_file(path) as file:
        header = read_header(file, path)
        chosen: AbstractContextManager[_Open] = _choose(file, path, header, seek, trusted)
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
