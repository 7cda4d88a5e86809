"""One-shot percussion for the synthetic dances: struck partials plus a burst of filtered noise."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Drum:
    """Recipe of one hit; frequencies in Hz, times in seconds, set by ear."""

    partials: tuple[tuple[float, float, float], ...] = ()  # (frequency, amplitude, decay time)
    sweep: float = 0.0  # the pitch starts this share higher and falls within about 30 ms
    noise: float = 0.0  # amplitude
    band_hz: tuple[float, float] = (1000.0, 8000.0)  # of the noise
    decay_s: float = 0.05  # of the noise
    attack_s: float = 0.0  # of the noise
    bursts: int = 1  # the noise is struck this often: clap, guiro, snare drag
    gap_s: float = 0.01  # between bursts


DRUMS: Mapping[str, Drum] = MappingProxyType(
    {
        "kick": Drum(((52, 1.0, 0.11),), sweep=1.6, noise=0.15, band_hz=(500, 4000), decay_s=0.008),
        "surdo": Drum(((62, 1.0, 0.24), (131, 0.2, 0.1)), sweep=0.25, noise=0.05, decay_s=0.02),
        "tom": Drum(((98, 1.0, 0.16), (166, 0.3, 0.08)), sweep=0.3, noise=0.1, decay_s=0.02),
        "cajon": Drum(((78, 1.0, 0.08), (190, 0.3, 0.04)), sweep=0.5, noise=0.4, decay_s=0.03),
        "snare": Drum(
            ((185, 0.5, 0.05), (331, 0.25, 0.04)), noise=0.7, band_hz=(900, 9500), decay_s=0.09
        ),
        "brush": Drum(noise=0.7, band_hz=(1500, 8500), decay_s=0.06, attack_s=0.012),
        "clap": Drum(noise=0.9, band_hz=(800, 3500), decay_s=0.05, bursts=3, gap_s=0.011),
        "rim": Drum(((1720, 0.6, 0.01), (480, 0.5, 0.015)), noise=0.4, decay_s=0.006),
        "timbale": Drum(((310, 0.7, 0.1), (702, 0.4, 0.07)), sweep=0.05, noise=0.35, decay_s=0.04),
        "hat": Drum(noise=0.7, band_hz=(6000, 15000), decay_s=0.03),
        "open_hat": Drum(noise=0.6, band_hz=(5500, 15000), decay_s=0.13),
        "ride": Drum(
            ((3140, 0.15, 0.22), (4470, 0.15, 0.2), (5910, 0.12, 0.16)),
            noise=0.3,
            band_hz=(4000, 14000),
            decay_s=0.16,
        ),
        "shaker": Drum(noise=0.7, band_hz=(3500, 10000), decay_s=0.03, attack_s=0.018),
        "maracas": Drum(noise=0.7, band_hz=(4500, 12500), decay_s=0.018, attack_s=0.005),
        "tambourine": Drum(
            ((6900, 0.1, 0.07), (8330, 0.1, 0.06)), noise=0.5, band_hz=(5000, 14000), decay_s=0.07
        ),
        "guiro": Drum(noise=0.6, band_hz=(1800, 7000), decay_s=0.006, bursts=11, gap_s=0.0095),
        "claves": Drum(((2460, 0.9, 0.022),), noise=0.1, decay_s=0.003),
        "cowbell": Drum(
            ((562, 0.6, 0.08), (845, 0.6, 0.07), (1690, 0.2, 0.04), (2530, 0.15, 0.03))
        ),
        "agogo": Drum(((905, 0.7, 0.12), (1832, 0.25, 0.09), (2790, 0.15, 0.05))),
        "woodblock": Drum(((940, 0.8, 0.025), (1490, 0.4, 0.018)), noise=0.1, decay_s=0.004),
        "triangle": Drum(((4210, 0.3, 0.3), (6480, 0.25, 0.25), (8950, 0.15, 0.2))),
        "conga": Drum(((208, 1.0, 0.13), (388, 0.25, 0.06)), sweep=0.12, noise=0.2, decay_s=0.012),
        "bongo": Drum(((402, 0.9, 0.06), (689, 0.3, 0.04)), sweep=0.1, noise=0.25, decay_s=0.01),
        "crash": Drum(((3720, 0.1, 0.4),), noise=0.6, band_hz=(2500, 15000), decay_s=0.45),
    }
)
"""Every drum there is; which role may use which stands in the score."""


def strike(
    drum: Drum, rate_hz: int, rng: np.random.Generator, *, tune: float = 1.0, ring: float = 1.0
) -> Samples:
    """One hit, float32 (samples,), peak about 1; `tune` scales frequencies and `ring` decay times.

    `rng` only feeds the noise. Partials above the Nyquist frequency are left out.
    """
    train_s = (drum.bursts - 1) * drum.gap_s
    longest_s = max([decay for _, _, decay in drum.partials] + [drum.decay_s * (drum.noise > 0)])
    # Four decay times are -35 dB; the squared window below takes away what is left.
    count = int((train_s + drum.attack_s + 4 * longest_s * ring) * rate_hz) + 2
    t = np.arange(count, dtype=np.float32) / np.float32(rate_hz)  # (samples,)
    out = np.zeros(count, dtype=np.float32)
    for frequency, amplitude, decay in drum.partials:
        hz = frequency * tune
        if hz > 0.45 * rate_hz:
            continue
        phase = hz * t
        if drum.sweep:  # integral of hz * (1 + sweep * exp(-t / 30 ms))
            phase += hz * drum.sweep * 0.03 * (1 - np.exp(t / -0.03))
        out += amplitude * np.sin(2 * np.pi * phase) * np.exp(t / np.float32(-decay * ring))
    if drum.noise:
        out += drum.noise * _noise(drum, count, rate_hz, rng, ring)
    out *= 1 - np.square(np.linspace(0, 1, count, dtype=np.float32))
    return out / max(float(np.abs(out).max()), 1e-6)


def _noise(drum: Drum, count: int, rate_hz: int, rng: np.random.Generator, ring: float) -> Samples:
    """Band-passed noise under the drum's envelope, peak 1; (count,)."""
    import scipy.fft

    size = scipy.fft.next_fast_len(count, real=True)
    hz = np.linspace(0, rate_hz / 2, size // 2 + 1, dtype=np.float32)
    low, high = drum.band_hz
    # Second-order slopes on both sides, as a real body and room would round them.
    gain = 1 / (1 + (low / np.maximum(hz, 1)) ** 4) / (1 + (hz / high) ** 4)
    spectrum = scipy.fft.rfft(rng.standard_normal(size, dtype=np.float32))
    noise = scipy.fft.irfft(spectrum * gain, size)[:count]
    t = np.arange(count, dtype=np.float32) / np.float32(rate_hz)
    since = t - np.minimum(np.floor(t / drum.gap_s), drum.bursts - 1) * drum.gap_s
    envelope = np.exp(since / np.float32(-drum.decay_s * ring))
    if drum.attack_s:
        envelope *= np.minimum(1, t / drum.attack_s)
    shaped = (noise * envelope).astype(np.float32)
    return np.asarray(shaped / max(float(np.abs(shaped).max()), 1e-6), dtype=np.float32)
