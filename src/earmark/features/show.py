"""Sounds as a picture: the waveform above, what a network sees of it below."""

import math
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from earmark.audio import probe
from earmark.errors import AudioError, ConfigError, EarmarkError
from earmark.features._draw import draw
from earmark.features.frontend import create_frontend
from earmark.features.outline import Outline, outline
from earmark.features.rates import suiting_rate_hz
from earmark.parallel import Progress, map_files
from earmark.style import picture_path

MOST_SOUNDS = 24  # of one picture


def show(
    paths: str | Path | Sequence[str | Path],
    out: str | Path = "show.png",
    *,
    frontend: str = "log_mel",
    rate_hz: int | None = None,
    onset_s: float = 0.0,
    duration_s: float | None = None,
    progress: Progress | None = None,
) -> dict[Path, EarmarkError]:
    """Draw the waveform and the features of at most 24 recordings into one picture.

    `out` ends in .png, .svg or .pdf. The front-end takes its usual settings for `rate_hz`; None is
    the highest standard rate that the middle recording still fills. `onset_s` and `duration_s`
    choose the same part of each. Recordings are read in blocks, at constant memory; of long ones
    neighbouring frames are averaged, and the waveform is drawn as its extremes. All share one scale
    of colours: decibels reach down 80 from the loudest of all, features that are not alike (mfcc)
    are drawn in deviations from each one's mean, others from the 1st to the 99th percentile.

    Returns why a recording could not be read, by its path; the others are drawn.

    Raises:
        ConfigError: no or too many recordings, an unknown front-end or ending, an impossible part,
            a place that cannot be written.
        AudioError: none of them can be read.
    """
    files = [Path(path) for path in ([paths] if isinstance(paths, str | Path) else paths)]
    if not 1 <= len(files) <= MOST_SOUNDS:
        raise ConfigError(
            f"a picture shows 1 to {MOST_SOUNDS} sounds, got {len(files)}: "
            "choose some, or make several pictures"
        )
    if not (math.isfinite(onset_s) and onset_s >= 0):
        raise ConfigError(f"onset_s must be 0 or more seconds, got {onset_s:g}")
    if duration_s is not None and not (math.isfinite(duration_s) and duration_s > 0):
        raise ConfigError(f"duration_s must be above 0 seconds, got {duration_s:g}")
    place = picture_path(out)
    create_frontend(frontend, rate_hz)  # a wrong name is told before anything is read
    chosen = create_frontend(frontend, rate_hz or suiting_rate_hz(_rates(files)))
    read = partial(outline, frontend=chosen, onset_s=onset_s, duration_s=duration_s)
    found: list[Outline] = []
    errors: dict[Path, EarmarkError] = {}
    for path, result in zip(files, map_files(read, files, progress=progress), strict=True):
        if isinstance(result, EarmarkError):
            errors[path] = result
        else:
            found.append(result)
    if not found:
        raise AudioError("\n".join(dict.fromkeys(map(str, errors.values()))))
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        draw(found, chosen, place)
    except OSError as error:
        reason = error.strerror or error
        raise ConfigError(f"{place}: cannot be written ({reason}); choose another place") from error
    return errors


def _rates(files: Sequence[Path]) -> list[int]:
    rates = []
    for path in files:
        try:
            rates.append(probe(path).rate_hz)
        except AudioError:
            continue  # reading it will say what is wrong
    return rates
