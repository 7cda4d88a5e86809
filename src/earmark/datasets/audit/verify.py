"""Whether two clips hold the same recording: their waveforms, laid over each other, say it.

Landmarks only propose. Two takes of one source, another hit of one drum or another bar of one loop
look alike in a spectrogram; their waveforms do not run together, those of a copy do, however it was
coded, cut, resampled or made louder.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from earmark.datasets.audit.companding import expand
from earmark.datasets.audit.fingerprint import RATE_HZ
from earmark.datasets.audit.heard import Prints

Floats = NDArray[np.float32]

_PIECE = 2048  # samples compared at once: 256 ms
_MOST = 256  # pieces, spread over a long overlap: 65 s in all
_LEAST = 256  # samples of overlap: 32 ms
_SEARCH = 400  # samples to both sides of the proposed shift: 50 ms
_GLANCE = 16  # loudest pieces that are looked at first
_HOPELESS = 0.25  # correlation in these below which no more is looked at
_SILENT = 1e-5  # of the loudest piece's energy: -50 dB
_AGREES = 0.75  # correlation of a piece that is the same
_WHITE = 0.5  # how far the spectrum is flattened: 0 not at all, 1 wholly


@dataclass(frozen=True)
class Match:
    """How well two clips agree at their best shift."""

    similarity: float
    """Correlation over the overlap, 0 to 1."""
    shift_s: float
    """What is heard in the first comes so much later in the second."""
    overlap_s: float
    covered: float = 0.0
    """Share of the energy that lies in the overlap, of the clip where that is larger."""
    agreeing: float = 0.0
    """Share of the energy that lies in pieces which agree, of the clip where that is larger."""
    agreeing_s: float = 0.0
    """How long these are together."""


NOTHING = Match(0.0, 0.0, 0.0)


def verify(first: Prints, second: Prints, shift_s: float) -> Match:
    """Compare two clips at about `shift_s` (within 50 ms)."""
    lag = round(shift_s * RATE_HZ)
    a, b = _overlap(first.wave, second.wave, lag)
    if len(a) < _LEAST:
        return NOTHING
    further, likeness = _best_lag(a, b, _loudest(a, b))
    if likeness < _HOPELESS:
        return Match(likeness, (lag + further) / RATE_HZ, len(a) / RATE_HZ)
    lag += further
    a, b = _overlap(first.wave, second.wave, lag)
    if len(a) < _LEAST:
        return NOTHING
    similarity, fine, shares = _agreement(a, b, _starts(len(a)))
    covered = _covered(first.wave, len(a), -lag), _covered(second.wave, len(b), lag)
    return Match(
        similarity=similarity,
        shift_s=(lag + fine) / RATE_HZ,
        overlap_s=len(a) / RATE_HZ,
        covered=max(covered),
        agreeing=max(covered[0] * shares[0], covered[1] * shares[1]),
        agreeing_s=shares[2] * len(a) / RATE_HZ,
    )


def _overlap(
    first: NDArray[np.int8], second: NDArray[np.int8], lag: int
) -> tuple[NDArray[np.int8], NDArray[np.int8]]:
    """What both have, when the second is `lag` samples late."""
    a = first[max(0, -lag) :]
    b = second[max(0, lag) :]
    count = min(len(a), len(b))
    return a[:count], b[:count]


def _starts(count: int) -> NDArray[np.int64]:
    """Where the pieces of an overlap of `count` samples begin."""
    pieces = max(1, count // _PIECE)
    if pieces <= _MOST:
        return np.arange(pieces) * _PIECE
    return np.round(np.linspace(0, count - _PIECE, _MOST)).astype(np.int64)


def _loudest(a: NDArray[np.int8], b: NDArray[np.int8]) -> NDArray[np.int64]:
    """Where the pieces begin that both clips have loudest."""
    starts = _starts(len(a))
    if len(starts) <= _GLANCE:
        return starts
    levels = [_levels(wave, starts) for wave in (a, b)]
    return np.sort(starts[np.argsort(-np.minimum(*levels), kind="stable")[:_GLANCE]])


def _levels(wave: NDArray[np.int8], starts: NDArray[np.int64]) -> Floats:
    """Mean height of each piece, of every eighth sample."""
    return np.array([np.abs(wave[s : s + _PIECE : 8].astype(np.int16)).mean() for s in starts])


def _pieces(wave: NDArray[np.int8], starts: NDArray[np.int64], piece: int) -> Floats:
    return np.stack([expand(np.asarray(wave[s : s + piece])) for s in starts])


def _weights(a: NDArray[np.complex64], b: NDArray[np.complex64]) -> Floats:
    """Flattens the mean spectrum of both, so that the bass alone does not decide; (bins,)."""
    power = _mean_power(a) * _mean_power(b)  # geometric mean, squared
    width = max(1, len(power) // 32)
    smooth = np.convolve(np.pad(np.sqrt(power), width, mode="edge"), np.ones(2 * width + 1), "same")
    smooth = smooth[width:-width]
    return np.asarray((smooth + 1e-6 * smooth.max() + 1e-20) ** (-_WHITE / 2), np.float32)


def _mean_power(spectra: NDArray[np.complex64]) -> Floats:
    return np.asarray((spectra.real**2 + spectra.imag**2).mean(axis=0), np.float32)


def _best_lag(
    a: NDArray[np.int8], b: NDArray[np.int8], starts: NDArray[np.int64]
) -> tuple[int, float]:
    """By how many samples b is later than thought, within the search, and the correlation there."""
    import scipy.fft

    piece = min(_PIECE, len(a))
    size = scipy.fft.next_fast_len(piece + 2 * _SEARCH, real=True)
    spectra_a = scipy.fft.rfft(_pieces(a, starts, piece), size, axis=1)
    wide = np.pad(b, (_SEARCH, _SEARCH))
    spectra_b = scipy.fft.rfft(_pieces(wide, starts, piece + 2 * _SEARCH), size, axis=1)
    weights = _weights(spectra_a, spectra_b)
    cross = (np.conj(spectra_a) * spectra_b).sum(axis=0) * weights**2
    curve = scipy.fft.irfft(cross, size)[: 2 * _SEARCH + 1]
    at = int(np.argmax(np.abs(curve)))
    # Twice the sum over the bins is that over all samples' frequencies, as irfft counts them.
    energies = [float((w * weights**2).sum()) for w in map(_mean_power, (spectra_a, spectra_b))]
    energies[1] *= piece / (piece + 2 * _SEARCH)  # more of b is looked at
    total = 2 * len(starts) * np.sqrt(energies[0] * energies[1]) / size
    return at - _SEARCH, float(np.abs(curve[at]) / total) if total > 0 else 0.0


def _agreement(
    a: NDArray[np.int8], b: NDArray[np.int8], starts: NDArray[np.int64]
) -> tuple[float, float, tuple[float, float, float]]:
    """Correlation of two waves less than a sample apart, and how far apart in samples; then which
    shares of a's energy, of b's, and of the time lie in pieces that agree.

    Pieces where either is silent were cut out or filled up, and count nothing.
    """
    import scipy.fft

    piece = min(_PIECE, len(a))
    window = np.hanning(piece + 2)[1:-1].astype(np.float32)
    spectra_a = scipy.fft.rfft(_pieces(a, starts, piece) * window, axis=1)
    spectra_b = scipy.fft.rfft(_pieces(b, starts, piece) * window, axis=1)
    weights = _weights(spectra_a, spectra_b)
    spectra_a, spectra_b = spectra_a * weights, spectra_b * weights
    cross = np.conj(spectra_a) * spectra_b  # (pieces, bins)
    turn = 2j * np.pi * np.arange(cross.shape[1]) / piece
    fines = np.linspace(-1, 1, 21)
    whole = cross.sum(axis=0)
    best = np.array([np.real(np.sum(whole * np.exp(turn * fine))) for fine in fines])
    at = int(np.argmax(np.abs(best)))
    matched = np.real((cross * np.exp(turn * fines[at])).sum(axis=1)) * np.sign(
        best[at]
    )  # (pieces,)
    energy_a = (np.abs(spectra_a) ** 2).sum(axis=1)
    energy_b = (np.abs(spectra_b) ** 2).sum(axis=1)
    sounding = (energy_a > _SILENT * energy_a.max()) & (energy_b > _SILENT * energy_b.max())
    if not sounding.any():
        return 0.0, 0.0, (0.0, 0.0, 0.0)
    total = float(np.sqrt(energy_a[sounding].sum() * energy_b[sounding].sum()))
    agree = sounding & (matched > _AGREES * np.sqrt(energy_a * energy_b))
    shares = tuple(float(e[agree].sum() / e.sum()) for e in (energy_a, energy_b))
    similarity = float(np.clip(matched[sounding].sum() / total, 0, 1))
    return similarity, float(fines[at]), (shares[0], shares[1], float(agree.mean()))


def _covered(wave: NDArray[np.int8], count: int, lag: int) -> float:
    """Share of a clip's energy that lies in the overlap of `count` samples."""
    samples = expand(wave)
    start = max(0, lag)
    whole = float(np.dot(samples, samples))
    part = samples[start : start + count]
    return float(np.dot(part, part)) / whole if whole > 0 else 0.0
