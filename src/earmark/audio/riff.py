"""Find the sound chunk of a WAV or AIFF file: decoders hide that a file was cut short."""

import struct
from dataclasses import dataclass
from io import FileIO, RawIOBase
from pathlib import Path

from earmark.audio import problems
from earmark.audio.opening import shown
from earmark.errors import AudioError

STREAMED = (0, 0xFFFFFFFF, 0x7FFFF000, 0x7FFFFFFF)
"""Data lengths of tools that write to a pipe (ffmpeg 2^32-1, sox 0x7FFFF000): read to the end."""
_PCM, _FLOAT, _ALAW, _ULAW, _EXTENSIBLE = 1, 3, 6, 7, 0xFFFE
# 8 bit is left to libsndfile: miniaudio maps 128, its silence, to 0.004 instead of 0.
_EXACT = {(_PCM, 16), (_PCM, 24), (_PCM, 32), (_FLOAT, 32), (_FLOAT, 64), (_ALAW, 8), (_ULAW, 8)}


@dataclass(frozen=True)
class SoundChunk:
    """Where the sound of a chunked file lies and what it is."""

    rate_hz: int  # 0 for AIFF, whose rate libsndfile reads
    channels: int
    samples: int | None  # a channel; None where a sample has no fixed size (ADPCM)
    exact: bool  # miniaudio decodes it to the very values libsndfile gives
    repair: tuple[int, int] | None  # (byte, value) of a length of 0 that wants filling in


def _parse_fmt(body: bytes, path: Path) -> tuple[int, int, int, int, int]:
    """(tag, channels, rate_hz, bytes a frame, bits) of a fmt chunk."""
    if len(body) < 16:
        raise AudioError(f"{shown(path)}: its WAV header breaks off; copy the file again")
    tag, channels, rate_hz, _, frame, bits = struct.unpack_from("<HHIIHH", body)
    if tag == _EXTENSIBLE and len(body) >= 26:
        (tag,) = struct.unpack_from("<H", body, 24)
    if not (channels and rate_hz and frame):
        raise AudioError(
            f"{shown(path)}: its WAV header says {channels} channels at {rate_hz} Hz, {frame} "
            "bytes a frame, expected at least 1 of each; export it again"
        )
    return tag, channels, rate_hz, frame, bits


def _holds_only_notes(file: FileIO, at: int, size: int) -> bool:
    """Whether whole chunks fill the rest: then a data length of 0 means that there is no sound."""
    while at + 8 <= size:
        file.seek(at)
        name, length = struct.unpack("<4sI", file.read(8))
        if not name.strip().isalnum():  # samples, not a chunk's name
            return False
        at += 8 + length + length % 2
    return at in (size, size + 1)


def sound_chunk(file: FileIO, path: Path, size: int) -> SoundChunk:
    """Walk the chunks up to the sound. AudioError when there is none or the file ends within it."""
    file.seek(0)
    magic = file.read(12)[:4]
    order, wanted = (">", b"SSND") if magic == b"FORM" else ("<", b"data")
    fmt: tuple[int, int, int, int, int] | None = None
    wide: int | None = None  # RF64's own 64-bit length
    at = 12
    while at + 8 <= size:
        file.seek(at)
        name, length = struct.unpack(order + "4sI", file.read(8))
        if name == wanted:
            break
        if name == b"fmt ":
            fmt = _parse_fmt(file.read(min(length, 64)), path)
        elif name == b"ds64" and magic == b"RF64":
            wide = int.from_bytes(file.read(16)[8:], "little")
        at += 8 + length + length % 2
    else:
        raise AudioError(
            f"{shown(path)}: its header breaks off before the sound (no {wanted.decode()} chunk in "
            f"{size} bytes); copy the file again"
        )
    here = size - at - 8
    if magic == b"FORM":
        if length > here:
            raise problems.truncated(path, length, here, "bytes of sound")
        return SoundChunk(0, 0, None, False, None)
    if fmt is None:
        raise AudioError(f"{shown(path)}: its WAV header has no fmt chunk; export it again")
    tag, channels, rate_hz, frame, bits = fmt
    if wide is not None and length == 0xFFFFFFFF:
        length = wide
    streamed = length == 0 or (length in STREAMED and length > here)
    repair = None
    if length == 0 and here >= frame and not _holds_only_notes(file, at + 8, size):
        repair = (at + 4, min(here, 0xFFFFFFFF))
    if streamed:
        length = here if length or repair else 0
    fixed = (tag, bits) in _EXACT or tag == _PCM
    if length > here and (not fixed or length // frame > here // frame):
        if fixed:
            raise problems.truncated(path, length // frame, here // frame)
        raise problems.truncated(path, length, here, "bytes of sound")
    exact = (tag, bits) in _EXACT and magic == b"RIFF" and not streamed
    return SoundChunk(rate_hz, channels, length // frame if fixed else None, exact, repair)


class Repaired(RawIOBase):
    """A WAV file read as if its data length (and RIFF length) had been filled in."""

    def __init__(self, file: FileIO, repair: tuple[int, int]) -> None:
        self._file = file
        at, value = repair
        file.seek(0)
        head = bytearray(file.read(at + 4))
        head[4:8] = struct.pack("<I", min(at + value - 4, 0xFFFFFFFF))
        head[at : at + 4] = struct.pack("<I", value)
        self._head = bytes(head)
        file.seek(0)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._file.tell()

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._file.seek(offset, whence)

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        at = self._file.tell()
        count = self._file.readinto(buffer)
        patch = self._head[at : at + count]
        memoryview(buffer).cast("B")[: len(patch)] = patch
        return count
