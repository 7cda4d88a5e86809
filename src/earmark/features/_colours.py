"""The scale of colours that all sounds of a picture share."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from earmark.features.frontend import Frontend
from earmark.features.outline import Outline

RANGE_DB = 80.0  # below the loudest: what is softer is seldom heard beside it
DEVIATIONS = 3.0  # of a coefficient, either way: nearly all of its values


class Colours:
    """The scale that all recordings of a picture share, as suits the front-end."""

    def __init__(self, sounds: Sequence[Outline], frontend: Frontend) -> None:
        values = np.concatenate([sound.features for sound in sounds])  # (columns, bins)
        self.mean: NDArray[Any] = np.zeros(frontend.bins)
        self.deviation: NDArray[Any] = np.ones(frontend.bins)
        self.extend = "both"
        several = len(sounds) > 1
        if frontend.decibels:
            # silence is as dark as can be, even where there is nothing else
            self.high = max(float(values.max()), float(frontend.silence().max()) + RANGE_DB)
            self.low = self.high - RANGE_DB
            self.map, self.label, self.extend = "magma", "Level (dB)", "min"
            self.remark = f"{RANGE_DB:.0f} dB down from the loudest{' of all sounds' * several}"
        elif frontend.bins_alike:
            self.low, self.high = (float(edge) for edge in np.percentile(values, [1, 99]))
            if self.high <= self.low:
                self.high = self.low + 1
            self.map, self.label = "viridis", "Value"
            self.remark = "1st to 99th percentile of all values"
        else:
            self.mean = values.mean(axis=0)
            deviation = values.std(axis=0)
            self.deviation = np.where(deviation > 0, deviation, 1.0)
            self.low, self.high = -DEVIATIONS, DEVIATIONS
            self.map, self.label = "RdBu_r", "Standard deviations"
            self.remark = (
                f"deviations from each {frontend.bin_word}'s mean{' over all sounds' * several}"
            )

    def scaled(self, features: NDArray[np.float32]) -> NDArray[Any]:
        """Features (columns, bins) as they are drawn."""
        return np.asarray((features - self.mean) / self.deviation)
