"""One recording as a picture needs it: its waveform and features in some hundred columns."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from earmark.audio import iter_blocks
from earmark.audio.problems import beyond_end, check_part
from earmark.features.columns import Columns
from earmark.features.frontend import Array, Frontend

MOST_COLUMNS = 800  # merged where there are twice as many: a panel is some hundred pixels wide


@dataclass(frozen=True)
class Outline:
    """A recording, or a part of one, in columns."""

    path: Path
    onset_s: float
    duration_s: float
    wave: Array
    """(columns, 2): how far the waveform reaches below 0 and above it."""
    wave_step_s: float
    """Seconds a column; 1 / rate where each is one sample."""
    features: Array
    """(columns, bins): the mean of the frames of each column."""
    frames_per_column: int


def outline(
    path: Path, frontend: Frontend, onset_s: float = 0.0, duration_s: float | None = None
) -> Outline:
    """Read a recording once, in blocks: memory stays the same however long it is.

    Raises AudioError as load_audio does, also where the part lies beyond the end.
    """
    rate = frontend.rate_hz
    offset_s = None if duration_s is None else onset_s + duration_s
    check_part(path, onset_s, offset_s)
    wave = Columns(MOST_COLUMNS, 2, np.max)
    features = Columns(MOST_COLUMNS, frontend.bins, np.mean)
    start = round(onset_s * rate)
    stop = None if offset_s is None else max(start + 1, round(offset_s * rate))
    heard = seen = 0

    def part(blocks: Iterable[Array]) -> Iterator[Array]:
        nonlocal heard, seen
        for block in blocks:
            inside = block[max(start - seen, 0) : None if stop is None else stop - seen]
            seen += len(block)
            if len(inside):
                heard += len(inside)
                wave.add(np.stack([-inside, inside], axis=1))
                yield inside
            if stop is not None and seen >= stop:
                return

    for rows in frontend.stream(part(iter_blocks(path, rate))):
        features.add(rows)
    if not heard:
        raise beyond_end(path, onset_s, seen / rate)
    return Outline(
        path=path,
        onset_s=onset_s,
        duration_s=heard / rate,
        wave=wave.rows(),
        wave_step_s=wave.size / rate,
        features=features.rows(),
        frames_per_column=features.size,
    )
