"""Decode through miniaudio: the fastest for WAV, FLAC, MP3 and (trusted) Ogg Vorbis.

It gives libsndfile's values exactly for WAV (not 8 bit) and FLAC, to 5e-7 for Vorbis, and for MP3
to 4e-5 (16 bits). It alone counts an MP3 without a Xing header right: libsndfile guesses from the
first frame's bit rate, and drops 70% of a variable-rate file. Its own mixing and resampling are
not used. It is given bytes, never names: it would expand '~' and refuse names that are not UTF-8.
"""

import mmap
from collections.abc import Iterator
from io import FileIO
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from earmark.audio import problems
from earmark.audio.headers import Header
from earmark.audio.recording import mix
from earmark.errors import AudioError

_FORMATS = {"wav": "WAV", "flac": "FLAC", "mp3": "MP3", "vorbis": "OGG VORBIS"}


def takes(header: Header) -> bool:
    """Whether miniaudio is the decoder for this content (more channels: it might remix them)."""
    known = header.kind in ("flac", "vorbis") and 1 <= header.channels <= 2 and header.rate_hz > 0
    return known or header.kind == "mp3"


def read_wav(file: FileIO) -> NDArray[np.float32] | None:
    """A whole WAV file as mono, or None where libsndfile had better say what is wrong."""
    import miniaudio

    file.seek(0)
    try:
        sound = miniaudio.wav_read_f32(file.read())
    except miniaudio.MiniaudioError:
        return None
    return mix(np.frombuffer(sound.samples, dtype=np.float32).reshape(-1, sound.nchannels))


class MiniaudioRecording:
    """A compressed recording, mapped into memory, of which blocks are decoded on demand."""

    def __init__(self, file: FileIO, path: Path, header: Header) -> None:
        import miniaudio

        self._path = path
        self._kind = header.kind
        mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self._data: Any = miniaudio.ffi.from_buffer(mapped)  # keeps the map alive
        self._head = header.head
        self.rate_hz, self.channels = header.rate_hz, header.channels
        self.samples = header.promised
        self.slack = 0
        if header.kind == "mp3":
            try:
                info = miniaudio.mp3_get_info(self._data)  # counts frames, decodes none
            except miniaudio.MiniaudioError as error:
                raise problems.unreadable(path, header.head, "no MP3 frame found") from error
            self.rate_hz, self.channels = info.sample_rate, info.nchannels
            self._counted: int | None = info.num_frames
            # Side information takes at most 36 bytes; only these tags promise a length.
            tagged = any(tag in header.head[:200] for tag in (b"Xing", b"Info"))
            self.samples = info.num_frames if tagged else None
            self.slack = 2 * 1152  # frames: some encoders count the tag itself
        else:
            self._counted = header.promised
        self.format = _FORMATS[header.kind]

    def __enter__(self) -> "MiniaudioRecording":
        return self

    def __exit__(self, *_: object) -> None:
        self._data = None

    def count(self) -> int:
        """Samples a channel, from the header or by counting frames; the last resort is decoding."""
        if self._counted is None and self._kind == "vorbis":
            import miniaudio

            try:
                self._counted = int(miniaudio.vorbis_get_info(self._data).num_frames) or None
            except miniaudio.MiniaudioError:
                self._counted = None
        if self._counted is None or self._counted >= 2**32 - 1:  # stb_vorbis: cannot tell
            self._counted = sum(len(block) for block in self.blocks(0, 1 << 16))
        return self._counted

    def blocks(self, start: int, size: int) -> Iterator[NDArray[np.float32]]:
        """Mono blocks from `start`, which is reached by decoding up to it (exact, not instant)."""
        import miniaudio

        skip = start
        try:
            stream = miniaudio.stream_memory(
                self._data,
                miniaudio.SampleFormat.FLOAT32,
                self.channels,
                self.rate_hz,
                frames_to_read=size,
            )
            for part in stream:
                if skip >= (frames := len(part) // self.channels):
                    skip -= frames
                    continue
                samples = np.frombuffer(part, dtype=np.float32).reshape(-1, self.channels)
                yield mix(samples[skip:])
                skip = 0
        except miniaudio.DecodeError as error:
            if self.samples is None:
                raise AudioError(
                    str(problems.unreadable(self._path, self._head, str(error.args[0])))
                ) from error
            # Otherwise the caller compares what came with what was promised.
