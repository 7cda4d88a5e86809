"""What an answer hangs on: patches of the spectrogram are taken out, one at a time (occlusion).

After Zeiler and Fergus, Visualizing and understanding convolutional networks (ECCV 2014), on sound:
the patch is filtered out of the waveform, so that it works with the saved graph alone, whatever
its front-end. The map says what the probability loses, not why.
"""

import time
from collections.abc import Callable
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from earmark.features._mel import hz_to_mel_slaney, mel_to_hz_slaney

Array = NDArray[np.float32]
Answer = Callable[[Array], NDArray[np.floating]]
"""Windows (n, samples) -> probability of the answered class (n,)."""

GRIDS = ((12, 8), (10, 6), (8, 5), (6, 4))  # patches in time, in frequency; the finest in time wins
FRAME_S = 0.032  # of the short-time Fourier transform that patches are cut from
BATCH = 16


def occlusion(samples: Array, rate_hz: int, answer: Answer, *, limit_s: float) -> Array | None:
    """The fall of the answer's probability without each patch, (times, bands), low bands first.

    Bands are equally wide on the mel scale. The grid is the finest that takes about `limit_s`
    seconds; None where even the coarsest would take several times as long. A rise counts as
    negative.
    """
    tried = []
    for _ in range(2):  # a busy machine makes one of them slow
        begin = time.perf_counter()
        whole = float(answer(samples[None])[0])
        tried.append(time.perf_counter() - begin)
    one_s = min(tried)
    fitting = [grid for grid in GRIDS if grid[0] * grid[1] * one_s <= limit_s]
    if not fitting and GRIDS[-1][0] * GRIDS[-1][1] * one_s > 3 * limit_s:
        return None
    times, bands = fitting[0] if fitting else GRIDS[-1]
    parts = patches(samples, rate_hz, times, bands)
    found: list[NDArray[np.floating]] = []
    waiting: list[Array] = []
    for at, part in parts:
        without = samples.copy()
        without[at : at + len(part)] -= part
        waiting.append(without)
        if len(waiting) == BATCH:
            found.append(answer(np.stack(waiting)))
            waiting = []
    if waiting:
        found.append(answer(np.stack(waiting)))
    return np.asarray(whole - np.concatenate(found).reshape(times, bands), np.float32)


def patches(samples: Array, rate_hz: int, times: int, bands: int) -> list[tuple[int, Array]]:
    """What stands in each patch, (first sample, samples), time by time; their sum is the sound.

    >>> rng = np.random.default_rng(0)
    >>> sound = rng.standard_normal(4000).astype(np.float32)
    >>> again = np.zeros_like(sound)
    >>> for at, part in patches(sound, 8000, 4, 3):
    ...     again[at : at + len(part)] += part
    >>> bool(np.allclose(again, sound, atol=1e-5))
    True
    """
    frame = 2 ** max(4, round(np.log2(rate_hz * FRAME_S)))
    hop = frame // 2
    window = np.sin(np.pi * (np.arange(frame) + 0.5) / frame)  # its squares add up to one
    count = -(-len(samples) // hop) + 1
    padded = np.pad(samples, (hop, (count + 1) * hop - len(samples) - hop))
    frames = np.lib.stride_tricks.sliding_window_view(padded, frame)[::hop][:count] * window
    spectra = np.fft.rfft(frames, axis=1)  # (frames, lines)
    top = hz_to_mel_slaney(rate_hz / 2)
    edges_hz = mel_to_hz_slaney(np.linspace(0, top, bands + 1))
    lines = np.round(edges_hz / rate_hz * frame).astype(int)
    lines[-1] = frame // 2 + 1
    bounds = np.round(np.linspace(0, count, times + 1)).astype(int)
    parts = []
    for first, last in pairwise(bounds):
        for low, high in pairwise(lines):
            chosen = np.zeros_like(spectra[first:last])
            chosen[:, low:high] = spectra[first:last, low:high]
            pieces = np.fft.irfft(chosen, frame, axis=1) * window
            sound = np.zeros((last - first + 1) * hop)
            for number, piece in enumerate(pieces):
                sound[number * hop : number * hop + frame] += piece
            at = first * hop - hop
            cut = sound[max(0, -at) :][: max(0, len(samples) - max(0, at))]
            parts.append((max(0, at), cut.astype(np.float32)))
    return parts
