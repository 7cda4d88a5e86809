"""Noises that are everywhere: of a colour, or through a random equaliser. Pure gains and draws."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]
Gain = NDArray[np.float64]

LOWEST_HZ = 20.0
EXPONENTS = (-0.5, 2.5)  # of one over the power: somewhat blue, white, pink, brown, darker still
BENDS = (3, 9)  # of the equaliser
DEPTH_DB = 40.0  # between its loudest and its softest place


def coloured_gain(frequencies_hz: Gain, rng: np.random.Generator) -> Gain:
    """A gain for each frequency that falls (or rises) evenly with it."""
    return np.asarray(frequencies_hz ** (-rng.uniform(*EXPONENTS) / 2))


def shaped_gain(frequencies_hz: Gain, rng: np.random.Generator) -> Gain:
    """A random equaliser: a room, a fan, a cheap microphone."""
    bends = int(rng.integers(*BENDS))
    at = np.sort(rng.uniform(np.log(LOWEST_HZ), np.log(frequencies_hz[-1]), bends))
    levels = rng.uniform(-DEPTH_DB, 0, bends)
    return np.asarray(10 ** (np.interp(np.log(frequencies_hz), at, levels) / 20), np.float64)


def frequencies_hz(samples: int, rate_hz: int) -> Gain:
    """Of a Fourier transform; nothing below what is heard, so that logarithms stay finite."""
    return np.asarray(np.maximum(np.fft.rfftfreq(samples, 1 / rate_hz), LOWEST_HZ))


def steady_noise(samples: int, rate_hz: int, rng: np.random.Generator) -> Array:
    """Coloured or shaped noise (samples,) with a root mean square of 1.

    It is drawn as a spectrum, which saves a transform: its end goes on as its begin does.
    """
    from scipy import fft

    size = fft.next_fast_len(samples, real=True)
    at = frequencies_hz(size, rate_hz)
    gain = (coloured_gain if rng.random() < 0.5 else shaped_gain)(at, rng).astype(np.float32)
    drawn = rng.standard_normal((2, len(at)), np.float32)
    spectrum = (drawn[0] + 1j * drawn[1]) * gain
    spectrum[0] = 0
    noise = fft.irfft(spectrum, size)[:samples]
    return np.asarray(noise / max(float(np.sqrt(np.mean(noise**2))), 1e-12), np.float32)
