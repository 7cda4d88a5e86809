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

if TYPE_CHECKING:
    from earmark.inference.model import Model

Source = str | Path | NDArray[np.float32]


def detections(
    model: "Model",
    sources: Sequence[Source],
    rate_hz: int | None,
    step_s: float | None,
    settings: Settings | None,
) -> Iterator[Detections]:
    """What `Model.detect` gives; options are checked at once, sources when their turn comes."""
    chosen = model.settings if settings is None else fitting(settings, model.config.classes)
    track_in_pieces(model, Heard([]), step_s)  # an impossible step is told before any sound
    return (_one(model, source, rate_hz, step_s, chosen) for source in sources)


def _one(
    model: "Model",
    source: Source,
    rate_hz: int | None,
    step_s: float | None,
    settings: Settings,
) -> Detections:
    name = str(source) if isinstance(source, (str, Path)) else "<samples>"
    try:
        heard = Heard(model.blocks(source, rate_hz))
        pieces, hop_s = track_in_pieces(model, heard, step_s)
        decoder = Decoder(settings, hop_s)
        for piece in pieces:
            decoder.take(piece)
        duration_s = _duration_s(source, heard.samples, model.rate_hz)
    except ModelError:
        raise
    except EarmarkError as error:
        return Detections(name, (), None, str(error))
    end_s = math.floor(duration_s * 1e6) / 1e6  # label files have microseconds
    return Detections(name, decoder.events(end_s), duration_s)


def _duration_s(source: Source, samples: int, rate_hz: int) -> float:
    """Resampled, a recording may seem longer by part of a sample: then its header is right."""
    heard_s = samples / rate_hz
    if isinstance(source, (str, Path)):
        try:
            told_s = probe(source).duration_s
        except AudioError:
            return heard_s
        if abs(told_s - heard_s) < 2 / rate_hz:
            return told_s
    return heard_s
