"""Banks of sounds whose place is known to the sample."""

import numpy as np
import pytest

from earmark.datasets.soundscape import Sound, SoundBank, sounding_parts

RATE_HZ = 8000


def tone(seconds, hz=1000.0, rate_hz=RATE_HZ):
    """(samples,) of a steady tone."""
    return (0.5 * np.sin(2 * np.pi * hz * np.arange(round(seconds * rate_hz)) / rate_hz)).astype(
        np.float32
    )


def silence(seconds, rate_hz=RATE_HZ):
    """(samples,) of nothing."""
    return np.zeros(round(seconds * rate_hz), np.float32)


def bank_of(by_label, rate_hz=RATE_HZ):
    """A bank of samples by label, their names label/number.wav; writing to them is an error."""
    found = {}
    for label, every in by_label.items():
        for number, samples in enumerate(every):
            samples.flags.writeable = False
            sound = Sound(f"{label}/{number}.wav", label, samples, sounding_parts(samples, rate_hz))
            found.setdefault(label, []).append(sound)
    return SoundBank(rate_hz, {label: tuple(sounds) for label, sounds in found.items()})


@pytest.fixture
def bank():
    """Two sounds of each of three tones, with silence around them."""
    return bank_of(
        {
            label: [
                np.concatenate([silence(0.3), tone(length, hz), silence(0.7)])
                for length in (0.4, 1.5)
            ]
            for label, hz in (("low", 300.0), ("mid", 1000.0), ("high", 3000.0))
        }
    )
