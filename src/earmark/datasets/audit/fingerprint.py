"""Landmarks: constellations of three spectral peaks, which survive coding, noise and cutting.

After A. Wang, An industrial-strength audio search algorithm, ISMIR 2003, with three peaks instead
of two: chance then meets so seldom that 100,000 clips can be searched. The peaks are ordered by
pitch, not by time, so that those of a single stroke, which come together, make landmarks too.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

RATE_HZ = 8000  # the lowest rate in use: below 4 kHz a copy at any rate is the same
HOP = 64  # samples: 8 ms, so that a copy cut elsewhere has nearly the same frames
_FRAME = 512  # samples: 64 ms
_LOW, _HIGH = 4, 230  # bins of 15.6 Hz: 60 Hz to 3.6 kHz, where resampling has cut nothing yet
_AROUND = (6, 8)  # a peak is the highest within so many frames and bins
_AROUND_SHORT = (4, 5)  # a spoken digit or a drum hit has too few of those
_SHORT = RATE_HZ  # samples: 1 s
_DEPTH_DB = 60.0  # peaks further below the clip's loudest are noise of codec and converter
_CHUNK = 4096  # frames at a time: 33 s, 4 MB

_NEAR_FRAMES, _FAR_BINS, _LEAST_BINS = 31.0, 64.0, 2.5  # how far the others lie from the anchor
_LOOK = 48  # peaks looked at on each side in time
_CHOSEN, _CHOSEN_SHORT = 4, 6  # strongest of them that are joined, two by two
_STEP_BINS, _STEP_FRAMES = 1.5, 1.5  # what counts as equal


def landmarks(wave: Floats) -> tuple[NDArray[np.uint32], Floats]:
    """Keys (landmarks,) and times in seconds (landmarks,) of a sound (samples,) at 8 kHz."""
    frames, bins, levels = peaks(wave)
    if len(frames) < 3:
        return np.zeros(0, np.uint32), np.zeros(0, np.float32)
    return _join(frames, bins, levels, _CHOSEN_SHORT if _is_short(wave) else _CHOSEN)


def _is_short(wave: NDArray[Any]) -> bool:
    """Whether a sound (samples,) at 8 kHz has its landmarks denser, being so short."""
    return len(wave) < _SHORT


def peaks(wave: Floats) -> tuple[Floats, Floats, Floats]:
    """Time (frames), pitch (bins) and level (dB) of the spectral peaks, (peaks,), by time."""
    padded = np.pad(np.asarray(wave, np.float32), _FRAME // 2)
    views = np.lib.stride_tricks.sliding_window_view(padded, _FRAME)[::HOP]
    around = _AROUND_SHORT if _is_short(wave) else _AROUND
    margin = around[0] + 1
    found = []
    for start in range(0, len(views), _CHUNK):
        first = max(0, start - margin)
        spectrum = _levels_db(views[first : start + _CHUNK + margin])
        at = _maxima(spectrum, around)
        inside = (at[0] + first >= start) & (at[0] + first < start + _CHUNK)
        rows, columns = at[0][inside], at[1][inside]
        found.append(
            np.stack(
                [
                    rows + first + _vertex(spectrum, rows, columns, 0),
                    columns + _vertex(spectrum, rows, columns, 1),
                    spectrum[rows, columns],
                ]
            )
        )
    every = np.concatenate(found, axis=1).astype(np.float32)
    every = every[:, every[2] > every[2].max(initial=-np.inf) - _DEPTH_DB]
    frames, bins, levels = every[:, np.argsort(every[0], kind="stable")]
    return frames, bins, levels


def _levels_db(views: Floats) -> Floats:
    """Power in dB, +3 dB an octave so that all octaves have peaks among the strong; (n, bins)."""
    import scipy.fft

    window = np.hanning(_FRAME + 1)[:-1].astype(np.float32)
    spectrum = scipy.fft.rfft(views * window, axis=1)[:, _LOW:_HIGH]
    power = spectrum.real**2 + spectrum.imag**2
    power *= np.arange(_LOW, _HIGH, dtype=np.float32)
    levels: Floats = 10 * np.log10(power + np.float32(1e-14))
    return levels


def _maxima(levels: Floats, around: tuple[int, int]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Rows and columns of what is the highest of its surroundings and above silence."""
    from scipy.ndimage import maximum_filter1d

    highest = maximum_filter1d(levels, 2 * around[1] + 1, axis=1)
    highest = maximum_filter1d(highest, 2 * around[0] + 1, axis=0)
    rows, columns = np.nonzero((levels == highest) & (levels > -120))
    return rows, columns


def _vertex(levels: Floats, rows: NDArray[np.intp], columns: NDArray[np.intp], axis: int) -> Floats:
    """Where between the neighbours the parabola through a peak is highest, -0.5 to 0.5."""
    step = np.array([1, 0]) if axis == 0 else np.array([0, 1])
    last = np.array(levels.shape) - 1
    before = levels[np.maximum(rows - step[0], 0), np.maximum(columns - step[1], 0)]
    after = levels[np.minimum(rows + step[0], last[0]), np.minimum(columns + step[1], last[1])]
    bend = 2 * levels[rows, columns] - before - after
    moved = np.where(bend > 1e-6, (after - before) / (2 * np.maximum(bend, 1e-6)), 0)
    return np.clip(moved, -0.5, 0.5).astype(np.float32)


def _join(
    frames: Floats, bins: Floats, levels: Floats, strongest: int
) -> tuple[NDArray[np.uint32], Floats]:
    """Each peak with two of the `strongest` above it in pitch and near it in time."""
    count = len(frames)
    beside = np.concatenate([np.arange(-_LOOK, 0), np.arange(1, _LOOK + 1)])
    keys, times = [], []
    for start in range(0, count, _CHUNK):
        anchors = np.arange(start, min(start + _CHUNK, count))
        others = np.clip(anchors[:, None] + beside, 0, count - 1)  # (anchors, others)
        apart = frames[others] - frames[anchors, None]
        above = bins[others] - bins[anchors, None]
        good = (np.abs(apart) <= _NEAR_FRAMES) & (above >= _LEAST_BINS) & (above <= _FAR_BINS)
        good &= others == anchors[:, None] + beside
        strength = np.where(good, levels[others], -np.inf)
        chosen = np.argsort(-strength, axis=1, kind="stable")[:, :strongest]
        for one in range(chosen.shape[1]):
            for two in range(one + 1, chosen.shape[1]):
                pair = chosen[:, [one, two]]
                rows = np.flatnonzero(np.take_along_axis(good, pair, 1).all(axis=1))
                if not len(rows):
                    continue
                df = np.take_along_axis(above, pair, 1)[rows]
                dt = np.take_along_axis(apart, pair, 1)[rows]
                rising = np.argsort(df, axis=1)
                df, dt = np.take_along_axis(df, rising, 1), np.take_along_axis(dt, rising, 1)
                keys.append(_key(bins[anchors[rows]], df, dt))
                times.append(frames[anchors[rows]] * np.float32(HOP / RATE_HZ))
    if not keys:
        return np.zeros(0, np.uint32), np.zeros(0, np.float32)
    return np.concatenate(keys), np.concatenate(times)


def _key(pitch: Floats, above: Floats, apart: Floats) -> NDArray[np.uint32]:
    """One number for a landmark: pitch (n,) and where the other two lie, (n, 2) each."""
    key = np.round(pitch / _STEP_BINS).astype(np.uint64)
    for column in range(2):
        key = key * 64 + np.round(above[:, column] / _STEP_BINS).astype(np.uint64)
        late = np.round((apart[:, column] + _NEAR_FRAMES) / _STEP_FRAMES)
        key = key * 48 + late.astype(np.uint64)
    return (key * np.uint64(0x9E3779B97F4A7C15) >> np.uint64(32)).astype(np.uint32)
