"""Another pitch at the same tempo, another tempo at the same pitch (library: python-stretch)."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from earmark.errors import missing_extra

Array = NDArray[np.float32]


def change_pitch_and_tempo(
    samples: Array, rate_hz: int, semitones: float, tempo: float, rng: np.random.Generator
) -> Array:
    """Samples (samples,), up to `semitones` higher or lower, at a tempo of up to 1 +- `tempo`.

    Raises MissingExtraError: python-stretch is not installed.
    """
    by = rng.uniform(-semitones, semitones)
    factor = 1 + rng.uniform(-tempo, tempo)
    seed = int(rng.integers(2**31))
    if not semitones and not tempo:
        return samples.copy()
    stretch = stretcher()(seed)
    stretch.preset(1, float(rate_hz))
    stretch.setTransposeSemitones(by)
    stretch.setTimeFactor(factor)
    writable = np.array(samples[None], np.float32)  # (1, samples): it takes no other
    changed = np.array(stretch.process(writable), np.float32)[0]
    return changed if len(changed) else samples.copy()


def stretcher() -> Any:
    """The class that does it."""
    try:
        from python_stretch.Signalsmith import Stretch
    except ModuleNotFoundError as error:
        raise missing_extra(error, "another pitch or tempo") from error
    return Stretch
