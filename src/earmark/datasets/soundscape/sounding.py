"""Where a clip sounds: its own silence is no part of the event."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]

STEP_S = 0.01
WIDTH_S = 0.03  # of the level's window
DEPTH_DB = 30.0  # below the loudest place: in a scene nobody hears it
GAP_S = 0.5  # of silence: more of it parts two events
LEAST_S = 0.03
SILENT_DB = -80.0  # below full scale: nothing is heard at all


def sounding_parts(
    samples: Array, rate_hz: int, *, depth_db: float = DEPTH_DB, gap_s: float = GAP_S
) -> tuple[tuple[int, int], ...]:
    """First and last sample (not included) of each stretch of a clip (samples,) that sounds.

    A place sounds where its level is within `depth_db` of the clip's loudest. Stretches with less
    than `gap_s` between them are one. A clip that is silent has none.
    """
    step, width = max(1, round(STEP_S * rate_hz)), max(1, round(WIDTH_S * rate_hz))
    half = (width - step) // 2
    # a frame stands for its middle; beyond both ends there is silence, so that none is left out
    around = np.pad(samples, (half, width + step)) if len(samples) else samples
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


def frame_levels_db(samples: Array, step: int, width: int) -> NDArray[np.float64]:
    """Level (frames,) in decibels below full scale, of `width` samples every `step`."""
    powers = np.concatenate([[0.0], np.cumsum(np.square(samples, dtype=np.float64))])
    starts = np.arange(0, max(len(samples) - width, 0) + 1, step)
    ends = np.minimum(starts + width, len(samples))
    means = (powers[ends] - powers[starts]) / width
    return np.asarray(10 * np.log10(np.maximum(means, 1e-12)))
