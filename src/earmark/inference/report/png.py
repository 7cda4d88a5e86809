"""Small pictures as PNG of at most 256 colours, by the standard library alone.

The file format is that of the W3C's PNG specification: a palette (PLTE), its transparency (tRNS)
and the rows, each after its filter byte, as one zlib stream.
"""

import base64
import struct
import zlib

import numpy as np
from numpy.typing import NDArray

# Dark to light: level (0 to 1) and colour. Blue leaves the warm colours free for what is laid over.
COLD = ((0.0, "#0b1420"), (0.35, "#16304a"), (0.6, "#2f6690"), (0.82, "#81aeca"), (1.0, "#f2f7fa"))
WARM = ((0.0, "#d9661c"), (0.6, "#f28c28"), (1.0, "#ffc04d"))
MOST_OPAQUE = 0.62  # the sound beneath stays to be seen


def ramp(stops: tuple[tuple[float, str], ...]) -> NDArray[np.uint8]:
    """A palette (256, 3) through the colours of `stops`."""
    at = [level for level, _ in stops]
    colours = np.array([[int(text[i : i + 2], 16) for i in (1, 3, 5)] for _, text in stops])
    steps = np.linspace(0, 1, 256)
    return np.stack([np.interp(steps, at, channel) for channel in colours.T], axis=1).astype("u1")


def png(
    levels: NDArray[np.uint8],
    palette: NDArray[np.uint8],
    alpha: NDArray[np.uint8] | None = None,
) -> bytes:
    """A picture (rows, columns) of palette numbers, the first row at the top."""
    height, width = levels.shape
    rows = np.concatenate([np.zeros((height, 1), np.uint8), levels], axis=1)
    chunks = [(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0))]
    chunks.append((b"PLTE", palette.tobytes()))
    if alpha is not None:
        chunks.append((b"tRNS", alpha.tobytes()))
    chunks += [(b"IDAT", zlib.compress(rows.tobytes(), 9)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )


def cold(shares: NDArray[np.floating]) -> bytes:
    """Levels from 0 (dark) to 1 (light), (rows, columns)."""
    return png(_numbers(shares), ramp(COLD))


def warm(shares: NDArray[np.floating]) -> bytes:
    """A layer to lay over a picture: 0 is clear, 1 the warmest, (rows, columns)."""
    alpha = np.linspace(0, 255 * MOST_OPAQUE, 256).astype(np.uint8)
    return png(_numbers(shares), ramp(WARM), alpha)


def _numbers(shares: NDArray[np.floating]) -> NDArray[np.uint8]:
    return np.asarray(np.clip(np.round(255 * shares), 0, 255), np.uint8)


def uri(data: bytes, kind: str) -> str:
    """Bytes as a data URI.

    >>> uri(b"abc", "image/png")
    'data:image/png;base64,YWJj'
    """
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"
