"""Pitched instruments for the synthetic dances: two wavetables, cross-faded from bright to dark."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.float32]

TABLE = 2048  # samples of one period; with at most 40 harmonics no interpolation is needed


@dataclass(frozen=True)
class Tone:
    """Recipe of one instrument, set by ear; times in seconds."""

    rolloff: float  # harmonic h has amplitude h ** -rolloff in the sustained sound
    bright: float  # the same exponent at the onset
    even: float = 1.0  # weight of the even harmonics: 0 is hollow, as a clarinet
    attack_s: float = 0.004
    decay_s: float = 0.0  # time to 1/e; 0 sustains
    release_s: float = 0.06
    bright_s: float = 0.08  # how long the bright onset lasts, to 1/e
    detune_cents: tuple[float, ...] = (0.0,)  # one voice each: chorus, musette, section
    vibrato_cents: float = 0.0
    bell: float = 0.0  # depth of frequency modulation at 3.5 times the pitch, as struck metal


TONES: Mapping[str, Tone] = MappingProxyType(
    {
        "piano": Tone(1.9, 1.0, decay_s=0.6, bright_s=0.12, detune_cents=(-0.8, 0.9)),
        "guitar": Tone(2.0, 0.8, decay_s=0.35, bright_s=0.07),
        "accordion": Tone(0.9, 0.9, attack_s=0.03, release_s=0.08, detune_cents=(-6, 0, 7)),
        "strings": Tone(
            1.1, 1.4, attack_s=0.07, release_s=0.16, detune_cents=(-7, 5), vibrato_cents=9
        ),
        "brass": Tone(
            1.3, 0.7, attack_s=0.025, release_s=0.07, bright_s=0.15, detune_cents=(-4, 4)
        ),
        "organ": Tone(1.2, 1.0, even=0.6, attack_s=0.008, release_s=0.04, detune_cents=(0, 3)),
        "vibes": Tone(3.5, 2.5, decay_s=0.7, bright_s=0.04, bell=0.25),
        "marimba": Tone(3.0, 2.0, even=0.2, decay_s=0.16, bright_s=0.02, bell=0.15),
        "flute": Tone(2.6, 2.0, attack_s=0.045, vibrato_cents=14),
        "clarinet": Tone(1.3, 1.5, even=0.15, attack_s=0.03, vibrato_cents=4),
        "violin": Tone(1.0, 1.2, attack_s=0.05, release_s=0.1, vibrato_cents=18),
        "trumpet": Tone(1.0, 0.6, attack_s=0.02, vibrato_cents=7),
        "upright": Tone(2.0, 1.1, decay_s=0.35, bright_s=0.05),
        "electric_bass": Tone(1.7, 0.9, decay_s=0.9, bright_s=0.1),
        "synth_bass": Tone(1.5, 0.8, decay_s=0.5, even=0.5, detune_cents=(-5, 5)),
        "tuba": Tone(1.8, 1.4, attack_s=0.03, release_s=0.07),
    }
)
"""Every pitched instrument there is; which role may use which stands in the score."""


def note(tone: Tone, midi: float, length_s: float, rate_hz: int, phase: float = 0.0) -> Samples:
    """One note of `length_s` plus its release, float32 (samples,), RMS near 0.2 while it sounds.

    `midi` is the pitch (69 = A 440 Hz); `phase` shifts voices and vibrato, so that the notes of a
    chord do not start alike.
    """
    base_hz = 440.0 * 2.0 ** ((midi - 69) / 12)
    # Below 0.45 of the rate nothing folds back, vibrato and detuning included.
    harmonics = max(1, min(40, int(0.45 * rate_hz / base_hz)))
    dark = _table(tone, tone.rolloff, harmonics)
    bright = _table(tone, tone.bright, harmonics)
    count = int((length_s + tone.release_s) * rate_hz) + 1
    t = np.arange(count, dtype=np.float32) / np.float32(rate_hz)  # (samples,)
    sustain = np.zeros(count, dtype=np.float32)
    onset = np.zeros(min(count, int(4 * tone.bright_s * rate_hz) + 1), dtype=np.float32)
    wobble: Samples | None = None
    if tone.vibrato_cents:  # about 5.5 Hz, as singers and string players have it
        depth = base_hz * (2 ** (tone.vibrato_cents / 1200) - 1) / (2 * np.pi * 5.5)
        wobble = np.float32(depth) * np.sin(2 * np.pi * (5.5 * t + np.float32(phase)))
    if tone.bell:
        ringing = tone.bell * np.exp(t * np.float32(-9)) * np.sin(2 * np.pi * 3.5 * base_hz * t)
        wobble = (ringing / (2 * np.pi)).astype(np.float32)
    for voice, cents in enumerate(tone.detune_cents):
        cycles = t * np.float32(base_hz * 2 ** (cents / 1200)) + np.float32(phase + 0.37 * voice)
        if wobble is not None:
            cycles += wobble
        at = (cycles * TABLE).astype(np.int32) & (TABLE - 1)
        sustain += dark[at]
        onset += bright[at[: len(onset)]]
    mix = np.exp(t[: len(onset)] * np.float32(-1 / tone.bright_s))
    sustain[: len(onset)] += mix * (onset - sustain[: len(onset)])
    if tone.decay_s:
        sustain *= np.exp(t * np.float32(-1 / tone.decay_s))
    rise = min(count, int(tone.attack_s * rate_hz) + 1)
    sustain[:rise] *= np.linspace(0, 1, rise, dtype=np.float32)
    fall = min(count, int(tone.release_s * rate_hz) + 1)
    sustain[-fall:] *= np.square(np.linspace(1, 0, fall, dtype=np.float32))
    return sustain * np.float32(0.2 / np.sqrt(len(tone.detune_cents)))


@lru_cache(maxsize=512)  # 8 KiB each; most notes of an instrument share one
def _table(tone: Tone, rolloff: float, harmonics: int) -> Samples:
    """One period of the harmonics h ** -rolloff, RMS 1; (TABLE,)."""
    import scipy.fft

    h = np.arange(1, harmonics + 1, dtype=np.float32)
    amplitude = h**-rolloff
    amplitude[1::2] *= tone.even
    spectrum = np.zeros(TABLE // 2 + 1, dtype=np.complex64)
    # Phases growing with h squared keep the crest low (Schroeder, 1970).
    spectrum[1 : harmonics + 1] = amplitude * np.exp(1j * np.pi * h * h / harmonics)
    period = scipy.fft.irfft(spectrum, TABLE)
    table = np.asarray(period / np.sqrt(np.mean(period**2)), dtype=np.float32)
    table.flags.writeable = False  # it is shared
    return table
