"""A recording, whole or in blocks, cut into the windows of samples that the graph takes."""

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from earmark.audio import window_starts
from earmark.saved import Window

Array = NDArray[np.float32]


def cut_windows(blocks: Iterable[Array], window: Window, whole: int = 1) -> Iterator[Array]:
    """Windows (samples,) of a mono recording that arrives in blocks, at constant memory.

    As `placed_windows`, without where each begins.
    """
    for _, samples in placed_windows(blocks, window, whole):
        yield samples


def placed_windows(
    blocks: Iterable[Array], window: Window, whole: int = 1
) -> Iterator[tuple[int, Array]]:
    """Windows (samples,), each with the frame that it begins at, of a recording in blocks.

    They follow one another at the window's step; the last one is moved back to end with the
    recording, or where windows must begin at a multiple of `whole` frames, less than that after it.
    A recording shorter than a window is filled up with silence, or, where the graph itself wraps,
    given as it is.
    """
    hop, span, step = window.hop_samples, window.frames, window.step
    long = (span - 1) * hop + window.frame_samples
    waiting = np.zeros(window.pad_left_samples, np.float32)
    begins = 0  # frame number of waiting[0]
    received = window.pad_left_samples
    begin = 0  # frame number of the next window
    for block in blocks:
        waiting = np.concatenate([waiting, block])
        received += len(block)
        while received >= begin * hop + long:  # full: surely not the one that is moved back
            at = (begin - begins) * hop
            yield begin, waiting[at : at + long]
            if window.truncate:
                return
            waiting = waiting[at:]  # the last window may need it again
            begins = begin
            begin += step
    frames = max(1, -(-received // hop))
    frames = -(-frames // whole) * whole
    if window.fill == "wrap" and frames < span:
        long = (frames - 1) * hop + window.frame_samples
    starts = window_starts(frames, span, step)[: 1 if window.truncate else None]
    for start in starts[begin // step :]:  # two where the last but one ends in zeros as well
        last = waiting[(start - begins) * hop :][:long]
        yield int(start), np.pad(last, (0, long - len(last)))
