"""Sounds that are none: what familiarity is fitted against, so that no folder of them is needed."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from earmark.audio.noise import coloured_gain, frequencies_hz, shaped_gain
from earmark.features import Frontend
from earmark.training.windows import Cut

Array = NDArray[np.float32]
LEVELS_DB = (-95.0, -8.0)  # from the last bit of 16 to nearly full scale


def made_noise(
    frontend: Frontend, cut: Cut, heard: Sequence[int], rng: np.random.Generator
) -> Array:
    """Windows (windows, frames, bins) of noise, hum and silence, one for each number in `heard`.

    `heard` is how many frames of a window hold sound: short noise is as short as short clips are.
    """
    makers = (_coloured, _shaped, _coloured, _shaped, _hum, _silence)
    windows = []
    for number, frames in enumerate(heard):
        # As long as a recording of so many frames: the last of them then reach beyond its end.
        whole = frames >= cut.frames
        samples = frontend.window_samples(cut.frames) if whole else int(frames) * frontend.hop
        sound = makers[number % len(makers)](samples, frontend.rate_hz, rng)
        sound *= 10 ** (rng.uniform(*LEVELS_DB) / 20)
        features = frontend(np.clip(sound, -1, 1).astype(np.float32))
        windows.append(cut.window(features[: int(frames)], 0))
    return np.stack(windows)


def _filtered(
    samples: int, gain: NDArray[np.float64], rng: np.random.Generator
) -> NDArray[np.float64]:
    """White noise through a gain at each frequency, of deviation 1."""
    noise = np.fft.irfft(np.fft.rfft(rng.standard_normal(samples)) * gain, samples)
    return np.asarray(noise / max(float(noise.std()), 1e-12))


def _coloured(samples: int, rate_hz: int, rng: np.random.Generator) -> NDArray[np.float64]:
    return _filtered(samples, coloured_gain(frequencies_hz(samples, rate_hz), rng), rng)


def _shaped(samples: int, rate_hz: int, rng: np.random.Generator) -> NDArray[np.float64]:
    return _filtered(samples, shaped_gain(frequencies_hz(samples, rate_hz), rng), rng)


def _hum(samples: int, rate_hz: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """A steady tone with overtones, and noise below it: mains, motors, whistles of electronics."""
    base_hz = rng.uniform(40, min(1000, rate_hz / 4))
    slope = rng.uniform(0, 2)
    at = np.arange(samples) / rate_hz
    sound = np.zeros(samples)
    for overtone in range(1, int(rng.integers(2, 26))):
        if base_hz * overtone < rate_hz / 2:
            phase = 2 * np.pi * (base_hz * overtone * at + rng.uniform())
            sound += np.sin(phase) / overtone**slope
    below = 10 ** (rng.uniform(-60, -10) / 20) * _coloured(samples, rate_hz, rng)
    return np.asarray(sound / max(float(sound.std()), 1e-12) + below)


def _silence(samples: int, rate_hz: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Digital silence, or noise that nobody hears."""
    if rng.random() < 0.5:
        return np.zeros(samples)
    return np.asarray(1e-2 * _coloured(samples, rate_hz, rng))
