"""What happens to recordings on their way: each fault turns a sound into a file that is its copy.

`FAULTS[name](samples, rate_hz, rng)` gives the copy and how it is written; where the fault touches
the original too (two parts of one file), what stands for that.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
import soxr

Samples = np.ndarray
Generator = np.random.Generator


@dataclass(frozen=True)
class Altered:
    """A copy to be written."""

    samples: Samples  # (samples,) or (samples, channels)
    rate_hz: int
    suffix: str = ".wav"
    how: dict[str, Any] = field(default_factory=lambda: {"subtype": "PCM_16"})
    instead: Samples | None = None  # of the original: another part of it

    def write(self, place: Path) -> Path:
        """Write the copy as `place` with its suffix."""
        path = place.with_name(place.name + self.suffix)
        soundfile.write(path, self.samples, self.rate_hz, **self.how)
        return path


Fault = Callable[[Samples, int, Generator], Altered | None]
"""None: of this sound too little would be left to call it a copy."""


def mp3(kbps: int) -> dict[str, Any]:
    """How libsndfile is told a constant bit rate: 320 to 32 kbit/s is its level 0 to 1."""
    return {"bitrate_mode": "CONSTANT", "compression_level": (320 - kbps) / 288}


OGG = {"format": "OGG", "subtype": "VORBIS", "compression_level": 0.6}  # about quality 4


def _as_mp3(kbps: int, x: Samples, rate: int, rng: Generator) -> Altered:
    return Altered(x, rate, ".mp3", mp3(kbps))


def _as_ogg(x: Samples, rate: int, rng: Generator) -> Altered:
    return Altered(x, rate, ".ogg", OGG)


def _gain(db: float, x: Samples, rate: int, rng: Generator) -> Altered:
    return Altered(x * 10 ** (db / 20), rate)


def _clip(x: Samples, rate: int, rng: Generator) -> Altered:
    """So loud that one sample in a hundred is cut off."""
    return Altered(np.clip(x / max(np.quantile(np.abs(x), 0.99), 1e-4), -1, 1), rate)


def _shift(x: Samples, rate: int, rng: Generator) -> Altered:
    return Altered(np.concatenate([np.zeros(3 * rate, np.float32), x]), rate)


def _shift_cut(x: Samples, rate: int, rng: Generator) -> Altered | None:
    """3 s late at the same length: of 5 s, 2 s are in common."""
    if len(x) <= 4 * rate or energy(x[: len(x) - 3 * rate]) < 0.3 * energy(x):
        return None
    return Altered(np.concatenate([np.zeros(3 * rate, np.float32), x])[: len(x)], rate)


def energy(x: Samples) -> float:
    """Sum of squares."""
    return float(np.dot(x, x))


def trimmed(x: Samples, rng: Generator, share: float = 0.5) -> Samples:
    """A part at random that holds at least 0.4 of the energy, or the best of twenty."""
    length = round(share * len(x))
    parts = []
    for start in rng.integers(0, len(x) - length + 1, 20):
        part = x[start : start + length]
        if energy(part) >= 0.4 * energy(x):
            return part
        parts.append(part)
    return max(parts, key=energy)


def _trim(x: Samples, rate: int, rng: Generator) -> Altered:
    return Altered(trimmed(x, rng), rate)


def white(x: Samples, rng: Generator, snr_db: float = 20) -> Samples:
    """With white noise so far below the sound's mean power."""
    level = np.sqrt(energy(x) / len(x)) * 10 ** (-snr_db / 20)
    return x + np.float32(level) * rng.standard_normal(len(x), dtype=np.float32)


def pink(x: Samples, rng: Generator, snr_db: float = 20) -> Samples:
    """With noise that falls by 3 dB an octave."""
    spectrum = np.fft.rfft(rng.standard_normal(len(x)))
    noise = np.fft.irfft(spectrum / np.sqrt(np.arange(1, len(spectrum) + 1)), len(x))
    level = np.sqrt(energy(x) / energy(noise)) * 10 ** (-snr_db / 20)
    return (x + level * noise).astype(np.float32)


def _white(x: Samples, rate: int, rng: Generator) -> Altered:
    return Altered(white(x, rng), rate)


def _pink(x: Samples, rate: int, rng: Generator) -> Altered:
    return Altered(pink(x, rng), rate)


def resampled(x: Samples, rate: int, wanted: int) -> Samples:
    """At another rate, same pitch."""
    return soxr.resample(x, rate, wanted)


def _resample(wanted: int, x: Samples, rate: int, rng: Generator) -> Altered:
    return Altered(resampled(x, rate, wanted), wanted)


def _parts(x: Samples, rate: int, rng: Generator) -> Altered | None:
    """The first 70 % against the last 70 %: 40 % of the recording in common."""
    common = x[round(0.3 * len(x)) : round(0.7 * len(x))]
    if energy(common) < 0.3 * energy(x):
        return None
    return Altered(x[round(0.3 * len(x)) :], rate, instead=x[: round(0.7 * len(x))])


def _coded_cut_noisy(x: Samples, rate: int, rng: Generator) -> Altered:
    return Altered(white(trimmed(x, rng, 0.6), rng) * 0.3, rate, ".mp3", mp3(96))


def _late_8k_ogg(x: Samples, rate: int, rng: Generator) -> Altered:
    late = np.concatenate([np.zeros(round(1.37 * rate), np.float32), x])
    return Altered(resampled(late, rate, 8000), 8000, ".ogg", OGG)


def _faster(x: Samples, rate: int, rng: Generator) -> Altered:
    """Played 2 % too fast: pitch and tempo together."""
    return Altered(resampled(x, rate, round(rate / 1.02)), rate)


def _stretch(tempo: float, semitones: float, x: Samples, rate: int, rng: Generator) -> Altered:
    from python_stretch.Signalsmith import Stretch

    stretch = Stretch()
    stretch.preset(1, rate)
    stretch.setTimeFactor(tempo)
    stretch.setTransposeSemitones(semitones)
    return Altered(np.asarray(stretch.process(x[None]))[0], rate)


EXACT: dict[str, Fault] = {
    "FLAC": lambda x, rate, rng: Altered(x, rate, ".flac"),
    "WAV, 24 bit": lambda x, rate, rng: Altered(x, rate, how={"subtype": "PCM_24"}),
    "WAV, other header": lambda x, rate, rng: Altered(
        x, rate, how={"subtype": "PCM_16", "format": "WAVEX"}
    ),
    "AIFF": lambda x, rate, rng: Altered(x, rate, ".aiff"),
    "equal stereo": lambda x, rate, rng: Altered(np.stack([x, x], axis=1), rate),
}
NEAR: dict[str, Fault] = {
    "MP3, 64 kbit/s": partial(_as_mp3, 64),
    "MP3, 128 kbit/s": partial(_as_mp3, 128),
    "MP3, 320 kbit/s": partial(_as_mp3, 320),
    "Ogg": _as_ogg,
    "20 dB softer": partial(_gain, -20),
    "too loud, 1 % cut off": _clip,
    "3 s later": _shift,
    "3 s later, same length": _shift_cut,
    "half of it": _trim,
    "first 70 % and last 70 %": _parts,
    "white noise, 20 dB": _white,
    "pink noise, 20 dB": _pink,
    "22.05 kHz": partial(_resample, 22_050),
    "16 kHz": partial(_resample, 16_000),
    "8 kHz": partial(_resample, 8_000),
    "60 %, noise, softer, MP3": _coded_cut_noisy,
    "1.37 s later, 8 kHz, Ogg": _late_8k_ogg,
}
EXTRA: dict[str, Fault] = {
    "2 % fast": _faster,
    "tempo +2 %, pitch kept": partial(_stretch, 1.02, 0.0),
    "1 semitone up, tempo kept": partial(_stretch, 1.0, 1.0),
}
FAULTS: dict[str, Fault] = {**EXACT, **NEAR, **EXTRA}
