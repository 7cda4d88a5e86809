"""Samples that a caller has in memory already, made what a file would have given."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from earmark.audio.problems import check_rate
from earmark.audio.resampling import resample
from earmark.errors import AudioError


def from_samples(samples: NDArray[Any], rate_hz: int | None, wanted_hz: int) -> NDArray[np.float32]:
    """Mono float samples (samples,) at `rate_hz`, or at `wanted_hz` already, as float32 at that.

    Raises AudioError: not mono, empty, whole numbers, NaN or infinite; ConfigError: no such rate.
    """
    rate_hz = check_rate(rate_hz)
    samples = np.asarray(samples)
    if samples.ndim != 1 or len(samples) == 0:
        raise AudioError(f"samples must be mono, shape (samples,); got shape {samples.shape}")
    if samples.dtype.kind != "f":
        raise AudioError(
            f"samples must be floats from -1 to 1, got {samples.dtype}; "
            "divide 16-bit samples by 32768"
        )
    if not np.isfinite(samples).all():
        raise AudioError("samples hold NaN or infinite values")
    return resample(samples.astype(np.float32, copy=False), rate_hz or wanted_hz, wanted_hz)
