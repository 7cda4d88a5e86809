"""Mel scales and triangular filterbanks."""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array64 = NDArray[np.floating[Any]]


def hz_to_mel_htk(hz: Array64 | float) -> Array64:
    """m = 2595 log10(1 + f / 700) (O'Shaughnessy 1987, as in HTK and Essentia)."""
    return np.asarray(2595.0 * np.log10(1.0 + np.asarray(hz) / 700.0))


def mel_to_hz_htk(mel: Array64 | float) -> Array64:
    """The inverse of `hz_to_mel_htk`."""
    return np.asarray(700.0 * (10.0 ** (np.asarray(mel) / 2595.0) - 1.0))


_LINEAR_HZ = 200.0 / 3.0  # Slaney 1998: 66.7 Hz a mel below 1 kHz,
_LOG_STEP = np.log(6.4) / 27.0  # and 27 mels from 1 to 6.4 kHz above


def hz_to_mel_slaney(hz: Array64 | float) -> Array64:
    """Linear below 1 kHz, logarithmic above (Slaney's Auditory Toolbox, 1998)."""
    hz = np.asarray(hz, np.float64)
    return np.where(
        hz < 1000.0, hz / _LINEAR_HZ, 15.0 + np.log(np.maximum(hz, 1.0) / 1000.0) / _LOG_STEP
    )


def mel_to_hz_slaney(mel: Array64 | float) -> Array64:
    """The inverse of `hz_to_mel_slaney`."""
    mel = np.asarray(mel, np.float64)
    return np.where(mel < 15.0, mel * _LINEAR_HZ, 1000.0 * np.exp((mel - 15.0) * _LOG_STEP))


def triangles(edges: Array64, positions: Array64) -> Array64:
    """Triangular weights (positions, bands): band i rises from edge i to i + 1, falls to i + 2.

    `edges` (bands + 2,) and `positions` are in the unit in which the triangles are straight.
    """
    left, centre, right = edges[:-2], edges[1:-1], edges[2:]
    x = positions[:, None]
    rising = (x - left) / (centre - left)
    falling = (right - x) / (right - centre)
    return np.maximum(0.0, np.minimum(rising, falling))


def mel_edges(
    bands: int,
    low_hz: float,
    high_hz: float,
    to_mel: Callable[[Array64 | float], Array64],
    to_hz: Callable[[Array64 | float], Array64],
) -> Array64:
    """Edges in hertz (bands + 2,) of `bands` bands, equally spaced in mel."""
    return to_hz(np.linspace(to_mel(low_hz), to_mel(high_hz), bands + 2))
