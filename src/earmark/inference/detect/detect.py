"""Recordings to events, one after the other."""

import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from earmark.audio import probe
from earmark.errors import AudioError, EarmarkError, ModelError
from earmark.evaluation.events.decoding import Settings
from earmark.inference.detect.found import Detections
from earmark.inference.detect.pieces import Decoder
from earmark.inference.detect.settings import fitting
from earmark.inference.detect.tracks import Heard, track_in_pieces
from earmark.parallel import Progress

if TYPE_CHECKING:
    from earmark.inference.model import Model

Source = str | Path | NDArray[np.float32]


def detections(
    model: "Model",
    sources: Sequence[Source],
    rate_hz: int | None,
    step_s: float | None,
    settings: Settings | None,
    progress: Progress | None = None,
) -> Iterator[Detections]:
    """What `Model.detect` gives; options are checked at once, sources when their turn comes."""
    chosen = model.settings if settings is None else fitting(settings, model.config.classes)
    track_in_pieces(model, Heard([]), step_s)  # an impossible step is told before any sound
    return (_one(model, source, rate_hz, step_s, chosen, progress) for source in sources)


def _one(
    model: "Model",
    source: Source,
    rate_hz: int | None,
    step_s: float | None,
    settings: Settings,
    progress: Progress | None,
) -> Detections:
    name = str(source) if isinstance(source, (str, Path)) else "<samples>"
    try:
        heard = Heard(model.blocks(source, rate_hz))
        total_s = None if progress is None else _told_s(source)
        pieces, hop_s = track_in_pieces(model, heard, step_s)
        decoder = Decoder(settings, hop_s)
        for piece in pieces:
            decoder.take(piece)
            if progress is not None and total_s is not None:
                all_s = math.ceil(total_s)
                progress(min(heard.samples // model.rate_hz, all_s), all_s)
        duration_s = _duration_s(source, heard.samples, model.rate_hz)
    except ModelError:
        raise
    except EarmarkError as error:
        return Detections(name, (), None, str(error))
    end_s = math.floor(duration_s * 1e6) / 1e6  # label files have microseconds
    return Detections(name, decoder.events(end_s), duration_s)


def _duration_s(source: Source, samples: int, rate_hz: int) -> float:
    """Resampled, a recording may seem longer by part of a sample: then its header is right."""
    heard_s, told_s = samples / rate_hz, _told_s(source)
    return told_s if told_s is not None and abs(told_s - heard_s) < 2 / rate_hz else heard_s


def _told_s(source: Source) -> float | None:
    """The length that a file's header tells; None where there is no such."""
    if not isinstance(source, (str, Path)):
        return None
    try:
        return probe(source).duration_s
    except AudioError:
        return None
