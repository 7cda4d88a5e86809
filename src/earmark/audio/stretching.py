"""Another pitch at the same tempo, another tempo at the same pitch (library: python-stretch)."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from earmark.errors import missing_extra

Array = NDArray[np.float32]


def stretcher() -> Any:
    """The class that does it. Raises MissingExtraError: python-stretch is not installed."""
    try:
        from python_stretch.Signalsmith import Stretch
    except ModuleNotFoundError as error:
        raise missing_extra(error, "another pitch or tempo") from error
    return Stretch


def stretch_sound(
    samples: Array, rate_hz: int, *, semitones: float = 0.0, tempo: float = 1.0, seed: int = 0
) -> Array:
    """Samples (samples,) so many semitones higher, at a tempo of so many times the old one.

    There are 1 / `tempo` times as many of them. Raises MissingExtraError: no python-stretch.
    """
    stretch = stretcher()(seed)
    stretch.preset(1, float(rate_hz))
    stretch.setTransposeSemitones(semitones)
    stretch.setTimeFactor(tempo)
    writable = np.array(samples[None], np.float32)  # (1, samples): it takes no other
    changed = np.array(stretch.process(writable), np.float32)[0]
    return changed if len(changed) else samples.copy()
