"""Filters, steep and plain."""

from collections.abc import Sequence
from typing import Literal

import numpy as np

from earmark.inference.stress.way import Array

HIGHEST = 0.99  # of half the sample rate: a cut-off above it cuts nothing


def cut(
    samples: Array,
    rate_hz: int,
    kind: Literal["lowpass", "highpass"],
    edge_hz: float,
    order: int,
) -> Array:
    """Samples (samples,) after a Butterworth filter."""
    from scipy.signal import butter, sosfilt

    if edge_hz >= HIGHEST * rate_hz / 2:
        return samples if kind == "lowpass" else np.zeros_like(samples)
    return np.asarray(
        sosfilt(butter(order, edge_hz, kind, fs=rate_hz, output="sos"), samples), np.float32
    )


def band(samples: Array, rate_hz: int, edges_hz: Sequence[float], order: int) -> Array:
    """Samples (samples,) of which only what lies between two frequencies is left."""
    low, high = edges_hz
    return cut(cut(samples, rate_hz, "highpass", low, order), rate_hz, "lowpass", high, order)


def peak(samples: Array, rate_hz: int, centre_hz: float, gain_db: float, quality: float) -> Array:
    """Samples (samples,) with one resonance (R. Bristow-Johnson's cookbook, peaking EQ)."""
    from scipy.signal import lfilter

    if centre_hz >= HIGHEST * rate_hz / 2:
        return samples
    size = 10 ** (gain_db / 40)
    angle = 2 * np.pi * centre_hz / rate_hz
    alpha = np.sin(angle) / (2 * quality)
    middle = -2 * np.cos(angle)
    b = [1 + alpha * size, middle, 1 - alpha * size]
    a = [1 + alpha / size, middle, 1 - alpha / size]
    return np.asarray(lfilter(b, a, samples), np.float32)
