"""Check the pages of an Ogg file by their own checksums, before a decoder sees them."""

import mmap
import zlib

_REVERSED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


def page_checksum(page: bytes) -> int:
    """Ogg's CRC-32 of a page (RFC 3533) with its checksum field taken as zero.

    It is zlib's polynomial with the bits the other way round and no inversion, so that zlib does
    the work: 400 MB/s, against 30 s of sound in 0.4 MB.
    """
    plain = page[:22] + bytes(4) + page[26:]
    mirrored = zlib.crc32(plain.translate(_REVERSED), 0xFFFFFFFF) ^ 0xFFFFFFFF
    return int(f"{mirrored:032b}"[::-1], 2)


def whole_pages(data: bytes | mmap.mmap) -> tuple[int, bool]:
    """(bytes of good pages from the start, whether that is all and one finished stream)."""
    at, serial, ended, single = 0, data[14:18], False, True
    while at + 27 <= len(data) and data[at : at + 4] == b"OggS":
        table = data[at + 27 : at + 27 + data[at + 26]]
        end = at + 27 + len(table) + sum(table)
        if end > len(data) or len(table) < data[at + 26]:
            break
        if page_checksum(data[at:end]) != int.from_bytes(data[at + 22 : at + 26], "little"):
            break
        single &= data[at + 14 : at + 18] == serial and not ended
        ended = bool(data[at + 5] & 4)
        at = end
    return at, single and ended and at == len(data)
