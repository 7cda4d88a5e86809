"""What a file is, told from its first bytes; the suffix is only a last hint."""

import os
from dataclasses import dataclass
from io import FileIO
from pathlib import Path

from earmark.audio import riff
from earmark.audio.formats import EXTRA

_HEAD = 4096  # bytes; enough for every magic number, STREAMINFO and the first Ogg page
_CONTAINERS = (  # what only FFmpeg reads, by magic number
    b"\x1aE\xdf\xa3",  # Matroska, WebM
    b"0&\xb2u\x8ef\xcf\x11",  # ASF: WMA
    b"#!AMR",
    b"wvpk",  # WavPack
    b"MAC ",  # Monkey's Audio
    b"TTA1",
    b"MPCK",
    b"\x0b\x77",  # AC-3
    b"ADIF",
)


@dataclass(frozen=True)
class Header:
    """What the first bytes of a file say."""

    kind: str  # wav, aiff, flac, mp3, vorbis: known here; av: only FFmpeg; other: ask libsndfile
    head: bytes  # the first bytes, past an ID3 tag
    size: int  # of the whole file, bytes
    rate_hz: int = 0  # 0: not told here
    channels: int = 0
    promised: int | None = None  # samples a channel that the header says there are
    chunk: riff.SoundChunk | None = None  # for wav and aiff


def _id3_end(head: bytes) -> int:
    """Where an ID3v2 tag ends (0 without one); its length is four bytes of seven bits each."""
    if head[:3] != b"ID3" or len(head) < 10:
        return 0
    a, b, c, d = head[6:10]
    return 10 + (a << 21 | b << 14 | c << 7 | d) + (10 if head[5] & 0x10 else 0)


def _flac(head: bytes, size: int) -> Header:
    """STREAMINFO: 20 bits of rate, 3 of channels - 1, 5 of depth - 1, 36 of samples (0: open)."""
    bits = int.from_bytes(head[18:26], "big")
    samples = bits & (1 << 36) - 1
    return Header("flac", head, size, bits >> 44, (bits >> 41 & 7) + 1, samples or None)


def _ogg(head: bytes, size: int) -> Header:
    """Vorbis says so in its first page: type 1, 'vorbis', version, channels, rate."""
    at = head.find(b"\x01vorbis", 0, 300)
    if at < 0 or len(head) < at + 16:
        return Header("other", head, size)
    rate_hz = int.from_bytes(head[at + 12 : at + 16], "little")
    return Header("vorbis", head, size, rate_hz, head[at + 11])


def _is_mpeg(head: bytes) -> bool:
    """An MPEG audio frame: 11 ones, a layer (0 is AAC's ADTS), a bit rate and a rate that exist."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE0 != 0xE0:
        return False
    version, layer = head[1] >> 3 & 3, head[1] >> 1 & 3
    return version != 1 and layer != 0 and head[2] >> 4 != 15 and head[2] >> 2 & 3 != 3


def read_header(file: FileIO, path: Path) -> Header:
    """Tell what `file` is. AudioError for a WAV or AIFF cut within its header or its data."""
    size = os.fstat(file.fileno()).st_size
    start = _id3_end(head := file.read(_HEAD))
    tagged = start > 0
    if tagged:
        file.seek(start)
        head = file.read(_HEAD)
    if head[:4] in (b"RIFF", b"RF64") and head[8:12] == b"WAVE" and not tagged:
        chunk = riff.sound_chunk(file, path, size)
        return Header("wav", head, size, chunk.rate_hz, chunk.channels, chunk.samples, chunk)
    if head[:4] == b"FORM" and head[8:12] in (b"AIFF", b"AIFC") and not tagged:
        return Header("aiff", head, size, chunk=riff.sound_chunk(file, path, size))
    if head[:4] == b"fLaC":
        return _flac(head, size)
    if head[:4] == b"OggS":
        return _ogg(head, size)
    if _is_mpeg(head):
        return Header("mp3", head, size)
    adts = len(head) > 1 and head[0] == 0xFF and head[1] & 0xF6 == 0xF0
    if adts or head[4:8] == b"ftyp" or head.startswith(_CONTAINERS):
        return Header("av", head, size)
    suffix = path.suffix.lower()
    if tagged or suffix == ".mp3":  # padding or rubbish before the first frame is common
        return Header("mp3", head, size)
    return Header("av" if suffix in EXTRA else "other", head, size)
