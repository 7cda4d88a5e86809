"""The tempo of a recording: the beat at which its onsets come round again.

1. Onsets: magnitudes of frames of 46 ms in 40 mel bands, their logarithm, and its rise over two
   frames, in four ranges of pitch (spectral flux: Bello et al., IEEE Trans. Speech Audio Process.
   13, 2005).
2. How well the onsets agree with themselves a while later (autocorrelation), and how strongly they
   swing at each rate (Fourier transform). The first favours multiples of the beat, the second its
   parts, and their product the beat (Peeters, EURASIP J. Adv. Signal Process. 2007).
3. A beat comes round after one beat, and after a bar of three or of four. The product of these,
   weighted by how usual a tempo is (log-normal around 120 BPM: Ellis, J. New Music Res. 36, 2007),
   is highest at the tempo.

People themselves disagree on whether a piece goes at 90 or at 180; so does any estimate. Of three
sets of synthetic dances (benchmarks/tempo.py) 77 to 81 % come within 4 % of the true tempo, and
99 % where its half, third, double or triple counts too. The exponent and the spread below were
settled on the first set.
"""

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from earmark.audio import from_samples
from earmark.features._mel import hz_to_mel_slaney, mel_edges, mel_to_hz_slaney, triangles

Floats = NDArray[np.floating[Any]]

RATE_HZ = 11_025  # onsets lie below 5 kHz
SHORTEST_S = 4.0  # below, not even two bars are heard
LONGEST_S = 120.0  # of a longer recording the middle is heard

_FRAME, _HOP = 512, 128  # samples: 46 ms, every 12 ms
_FRAMES_PER_S = RATE_HZ / _HOP
_BANDS, _RANGES = 40, (0, 8, 16, 26, 40)  # mel bands, and the four ranges they make
_LOW_HZ, _HIGH_HZ = 30.0, 5000.0
_GAIN = 1000.0  # what is 60 dB below the loudest begins to vanish
_RISE = 2  # frames
_FINER = 4  # steps of lag a frame: 3 ms
_TEMPI = np.geomspace(50.0, 260.0, 1200)  # BPM, 0.14 % apart
_USUAL = np.exp(-0.5 * (np.log2(_TEMPI / 120.0) / 0.7) ** 2)
_SWING_POWER = 0.7
_STILL = 0.01  # mean rise of the logarithm; a steady tone has 0.005, music 0.09 and more
_CHANCE = 3.0  # noise agrees with itself by at most 2.5 / sqrt(frames), as measured

BEATS = (1 / 4, 1 / 3, 1 / 2, 3 / 4, 1, 3 / 2, 2, 3, 4)
"""The lags, in beats, of `estimate_rhythm`."""
RHYTHM_WEIGHTS = (float(len(BEATS)), *(1.0,) * len(BEATS))
"""For a distance between rhythms: the tempo counts as much as all the rest together."""


def estimate_tempo(samples: Floats, rate_hz: int) -> float:
    """Tempo in BPM, 50 to 260, of mono samples (samples,) in [-1, 1]; NaN where there is no beat.

    No beat: less than 4 s, silence, a steady tone, noise. It does not matter how loud the recording
    is. Of more than two minutes the middle two are heard.

    Raises AudioError: not mono, empty, not floats, NaN; ConfigError: no such rate.
    Source: the module's text.

    >>> clicks = np.zeros(80_000)
    >>> clicks[::4000] = 0.5  # two a second at 8 kHz
    >>> round(estimate_tempo(clicks, 8000))
    120
    >>> estimate_tempo(np.zeros(80_000), 8000)
    nan
    """
    found = _analyse(samples, rate_hz)
    return float("nan") if found is None else found[0]


def estimate_rhythm(samples: Floats, rate_hz: int) -> NDArray[np.float32]:
    """Tempo and metre, (10,): log2 of the tempo in BPM, then how well the onsets agree with
    themselves 1/4, 1/3, 1/2, 3/4, 1, 3/2, 2, 3 and 4 beats later (-1 to 1). All NaN without a beat.

    Three beats a bar, four, or swing then tell apart what has one tempo. Errors: `estimate_tempo`.
    """
    found = _analyse(samples, rate_hz)
    if found is None:
        return np.full(1 + len(BEATS), np.nan, np.float32)
    tempo_bpm, repeats = found
    return np.array([np.log2(tempo_bpm), *_at(repeats, tempo_bpm, BEATS)], np.float32)


def _analyse(samples: Floats, rate_hz: int) -> tuple[float, Floats] | None:
    """Tempo and the agreement at each lag; None without a beat."""
    most = round(LONGEST_S * rate_hz)
    if np.ndim(samples) == 1 and len(samples) > most:
        start = (len(samples) - most) // 2
        samples = samples[start : start + most]
    mono = from_samples(samples, rate_hz, RATE_HZ)
    if len(mono) < SHORTEST_S * RATE_HZ:
        return None
    onsets = _onsets(mono)
    if onsets.mean() < _STILL:
        return None
    repeats, swing = _agreement(onsets), _swing(onsets)  # (lags,), (tempi,)
    one, three, four = (np.maximum(_at(repeats, _TEMPI, beats), 0) for beats in (1, 3, 4))
    tempo_bpm = _peak(one * (three + four) * swing**_SWING_POWER * _USUAL)
    if max(_at(repeats, tempo_bpm, (1, 3, 4))) < _CHANCE / np.sqrt(onsets.shape[1]):
        return None
    return tempo_bpm, repeats


@cache
def _filterbank() -> NDArray[np.float32]:
    edges = mel_edges(_BANDS, _LOW_HZ, _HIGH_HZ, hz_to_mel_slaney, mel_to_hz_slaney)
    return triangles(edges, np.arange(_FRAME // 2 + 1) * (RATE_HZ / _FRAME)).astype(np.float32)


def _onsets(mono: NDArray[np.float32]) -> Floats:
    """Rises of the log magnitude, mean over each range of pitch: (ranges, frames)."""
    from scipy import fft

    frames = np.lib.stride_tricks.sliding_window_view(mono, _FRAME)[::_HOP]  # (frames, frame)
    window = np.hanning(_FRAME + 1)[:-1].astype(np.float32)
    bands = np.abs(fft.rfft(frames * window, axis=1)) @ _filterbank()  # (frames, bands)
    loudest = float(bands.max())
    if loudest == 0:
        return np.zeros((len(_RANGES) - 1, len(bands)))
    bands = np.log1p(bands * (_GAIN / loudest))
    rises = np.maximum(bands[_RISE:] - bands[:-_RISE], 0)
    ranges = np.add.reduceat(rises, _RANGES[:-1], axis=1) / np.diff(_RANGES)
    return np.asarray(ranges.T, np.float64)


def _agreement(onsets: Floats) -> Floats:
    """Autocorrelation, mean over the ranges, at lags of 1 / _FINER frames: (lags,)."""
    from scipy import fft

    frames = onsets.shape[1]
    size = fft.next_fast_len(2 * frames, real=True)
    power = np.abs(fft.rfft(onsets - onsets.mean(axis=1, keepdims=True), size, axis=1)) ** 2
    level = power.mean(axis=1, keepdims=True)
    power = (power / np.where(level > 0, level, 1)).mean(axis=0)
    lags = fft.irfft(power, _FINER * size)  # zeros above the spectrum: finer lags
    lags = lags[: _FINER * (frames - round(_FRAMES_PER_S))]  # at least 1 s of overlap
    overlap = 1 - np.arange(len(lags)) / (_FINER * frames)
    return np.asarray(lags / (lags[0] * overlap))


def _swing(onsets: Floats) -> Floats:
    """Magnitude of the onsets' Fourier transform at each tempo, at most 1: (tempi,)."""
    from scipy import fft

    frames = onsets.shape[1]
    size = fft.next_fast_len(4 * frames, real=True)
    centred = onsets - onsets.mean(axis=1, keepdims=True)
    spectrum = np.abs(fft.rfft(centred * np.hanning(frames), size, axis=1))
    level = np.sqrt((spectrum**2).mean(axis=1, keepdims=True))
    spectrum = (spectrum / np.where(level > 0, level, 1)).mean(axis=0)
    rates_bpm = np.arange(len(spectrum)) * (60 * _FRAMES_PER_S / size)
    return np.asarray(np.interp(_TEMPI, rates_bpm, spectrum / spectrum.max()))


def _at(repeats: Floats, tempo_bpm: Floats | float, beats: Any) -> Any:
    """The agreement some beats later; 0 beyond the end."""
    lags = 60 * _FRAMES_PER_S * _FINER / np.asarray(tempo_bpm) * np.asarray(beats)
    return np.interp(lags, np.arange(len(repeats)), repeats, right=0)


def _peak(score: Floats) -> float:
    """The tempo of the highest score, between the steps by a parabola."""
    best = int(score.argmax())
    shift = 0.0
    if 0 < best < len(score) - 1:
        left, middle, right = score[best - 1 : best + 2]
        bend = left - 2 * middle + right
        shift = float(0.5 * (left - right) / bend) if bend < 0 else 0.0
    return float(_TEMPI[0] * (_TEMPI[1] / _TEMPI[0]) ** (best + shift))
