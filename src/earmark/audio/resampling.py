"""Change the sampling rate with soxr's HQ quality, whole or block by block: equal samples."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

Block = NDArray[np.float32]


def resample(mono: Block, rate_hz: int, wanted_hz: int | None) -> Block:
    """Resample (samples,); never to nothing: a lone sample stays one sample."""
    if wanted_hz is None or wanted_hz == rate_hz:
        return mono
    import soxr

    out: Block = soxr.resample(mono, rate_hz, wanted_hz, quality="HQ")
    return out if out.size else mono[:1]


def resample_blocks(native: Iterator[Block], rate_hz: int, wanted_hz: int) -> Iterator[Block]:
    """The blocks through one soxr stream, whose state carries over from block to block."""
    import soxr

    stream = soxr.ResampleStream(rate_hz, wanted_hz, 1, dtype="float32", quality="HQ")
    lone = np.empty(0, dtype=np.float32)
    any_out = False
    for block in native:
        if lone.size == 0:
            lone = block[:1].copy()
        out = stream.resample_chunk(block)
        any_out |= out.size > 0
        yield out
    out = stream.resample_chunk(np.empty(0, dtype=np.float32), last=True)
    yield out if out.size or any_out else lone  # as load_audio: never to nothing
