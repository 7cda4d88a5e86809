"""Where a clip sounds: its own silence is no part of the event."""

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from earmark.features.levels import frame_levels_db

Array = NDArray[np.float32]

STEP_S = 0.01
WIDTH_S = 0.03  # of the level's window
DEPTH_DB = 25.0  # below the loudest place: 20 dB above a background, nobody hears it any more
GAP_S = 0.5  # of silence: more of it parts two events
LEAST_S = 0.03
RINGING_S = 0.1
SILENT_DB = -80.0  # below full scale: nothing is heard at all


def sounding_parts(
    samples: Array, rate_hz: int, *, depth_db: float = DEPTH_DB, gap_s: float = GAP_S
) -> tuple[tuple[int, int], ...]:
    """First and last sample (not included) of each stretch of a clip (samples,) that sounds.

    A place sounds where its A-weighted level is within `depth_db` of the clip's loudest. Stretches
    with less than `gap_s` between them are one. A clip that is silent has none.
    """
    step, width = max(1, round(STEP_S * rate_hz)), max(1, round(WIDTH_S * rate_hz))
    half = (width - step) // 2
    # a frame stands for its middle; beyond both ends there is silence, so that none is left out
    heard = a_weighted(samples, rate_hz)
    around = np.pad(heard, (half, width + step)) if len(heard) else heard
    levels_db = frame_levels_db(around, step, width)
    if not len(levels_db) or levels_db.max() < SILENT_DB:
        return ()
    loud = np.flatnonzero(levels_db > max(levels_db.max() - depth_db, SILENT_DB))
    breaks = np.flatnonzero(np.diff(loud) * step > gap_s * rate_hz)
    firsts, lasts = np.append(loud[0], loud[breaks + 1]), np.append(loud[breaks], loud[-1])
    parts = [
        (int(first) * step, min(len(samples), int(last + 1) * step))
        for first, last in zip(firsts, lasts, strict=True)
    ]
    parts = [part for part in parts if part[0] < part[1]]  # a frame's edge may lie past the end
    least = LEAST_S * rate_hz
    return tuple(part for part in parts if part[1] - part[0] >= least) or (
        max(parts, key=lambda part: part[1] - part[0]),
    )


def a_weighted(samples: Array, rate_hz: int) -> Array:
    """Samples (samples,) as loud as people hear each frequency (IEC 61672-1, A), nothing delayed.

    Without it a clock that ticks above the hum of a room would sound all the time.
    """
    from scipy import fft

    if not len(samples):
        return samples
    # silence after it, as what is low rings on; whole seconds, so that few gains are worked out
    size = rate_hz * math.ceil(len(samples) / rate_hz + RINGING_S)
    spectrum = fft.rfft(samples, size) * _a_gain(size, rate_hz)
    return np.asarray(fft.irfft(spectrum, size)[: len(samples)], np.float32)


@lru_cache(maxsize=8)
def _a_gain(size: int, rate_hz: int) -> Array:
    square = np.square(np.fft.rfftfreq(size, 1 / rate_hz))
    low, high = 20.598997**2, 12194.217**2  # the poles of the standard, in hertz
    gain = high * square**2 / ((square + low) * (square + high))
    gain /= np.sqrt((square + 107.65265**2) * (square + 737.86223**2))
    return np.asarray(gain * 10 ** (2.0 / 20), np.float32)  # 0 dB at 1 kHz
