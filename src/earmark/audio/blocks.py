"""Read a recording of any length in blocks, at constant memory."""

import math
import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from earmark.audio import problems
from earmark.audio.decode import native_blocks, open_recording
from earmark.audio.resampling import resample_blocks
from earmark.errors import ConfigError

Block = NDArray[np.float32]


def iter_blocks(
    path: str | os.PathLike[str],
    rate_hz: int | None = None,
    *,
    block_s: float = 10.0,
    trusted: bool = False,
) -> Iterator[Block]:
    """Yield mono float32 blocks of `block_s` seconds; the last may be shorter.

    Joined, they are what load_audio gives. Memory stays the same however long the file (compressed
    files are memory-mapped: their pages are the system's cache). `trusted` as in load_audio.

    Options are checked at once (ConfigError), the file when the first block is asked for
    (AudioError, as load_audio; for a cut file after its last good block).
    """
    wanted = problems.check_rate(rate_hz)
    if not (math.isfinite(block_s) and block_s > 0):
        raise ConfigError(f"block_s must be a positive number of seconds, got {block_s!r}")
    return _iterate(Path(path), wanted, block_s, trusted)


def _iterate(path: Path, wanted: int | None, block_s: float, trusted: bool) -> Iterator[Block]:
    with open_recording(path, trusted=trusted) as (recording, _, _):
        rate = recording.rate_hz
        native = native_blocks(recording, path, 0, None, max(1, round(block_s * rate)))
        stream = native if wanted in (None, rate) else resample_blocks(native, rate, wanted or rate)
        yield from _rechunked(stream, max(1, round(block_s * (wanted or rate))))


def _rechunked(blocks: Iterator[Block], size: int) -> Iterator[Block]:
    """The same samples in blocks of exactly `size`, but for the last."""
    held: list[Block] = []
    count = 0
    for block in blocks:
        while count + len(block) >= size:
            cut = size - count
            yield np.concatenate([*held, block[:cut]]) if held else block[:cut]
            block, held, count = block[cut:], [], 0
        if len(block):
            held.append(block)
            count += len(block)
    if count:
        yield np.concatenate(held)
