"""Tempogram: how well the onsets of some 8 s agree with themselves a beat of any tempo later.

1. Spectra of about 46 ms in mel bands, and how far each band's power, compressed by an exponent of
   0.15, rises over two of them: the onset strength (spectral flux, half-wave rectified: Bello et
   al., IEEE Trans. Speech Audio Process. 13, 2005), mean over each range of pitch.
2. The Fourier transform of so many onsets as a frame holds. Lines below 0.4 Hz say how the music
   swells, and are left out.
3. The square root of their power, turned back by a cosine transform: autocorrelation with a
   compressed spectrum (Tolonen and Karjalainen, IEEE Trans. Speech Audio Process. 8, 2000), divided
   by its value at lag 0, so that loudness does not matter.
4. It is read at lags of 60 s / tempo (the cyclic view of time: Grosche and Mueller, IEEE Trans.
   Audio Speech Lang. Process. 19, 2011), smoothed over one step either way. Tempi are spaced by
   their logarithm (Peeters, EURASIP J. Adv. Signal Process. 2007): a pattern played faster is the
   same pattern further up.

A compressed power and not its logarithm: it is as good for dances, and a change of gain scales all
onsets alike, which the division then takes away. Exponents, ranges and steps were chosen on
synthetic dances, where they mattered little.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Self

import numpy as np
from numpy.typing import NDArray

from earmark.errors import ConfigError
from earmark.features.frontend import BLOCK_FRAMES, FRONTENDS, Array, Frontend
from earmark.features.log_mel import LogMel
from earmark.features.stft import FRAME_S

if TYPE_CHECKING:
    import torch

EXPONENT = 0.15  # of power: a loudness 10 dB higher is 1.4 times as much
RISE = 2  # spectra
SLOWEST_HZ, FASTEST_HZ = 0.4, 20.0  # of the lines that are kept
SPACING = 2  # the transform is twice as long as the frame, so that no lag wraps round
STILL = 1e-4  # root mean square of onsets that begins to count: what rounding leaves has 1e-6
MOST_UNBIASED = 0.3  # share of the frame that a lag must leave to be made up for
HOP_STEPS = 32
LONG_S = 8.0
ROUND_BPM = (15, 30, 60, 90, 120, 180, 240, 360)  # on a picture's axis


@FRONTENDS.register("tempogram")
@dataclass(frozen=True)
class Tempogram(Frontend):
    """Agreement (-1 to 1) of the onsets with themselves, at lags that belong to rising tempi.

    Columns: the tempi of the lowest range of pitch, then those of the next. Where `bins` has room
    for `bands` more than that, the mean level of each band in decibels, relative to the mean of all
    bands, stands before them: rhythm and timbre together.
    """

    name = "tempogram"
    bin_word = "tempo (BPM)"
    rate_hz: int = 22_050
    frame: int = 181_504
    hop: int = 8192
    bins: int = 80
    """Columns: `ranges * tempi`, or `bands` more."""
    spectrum: int = 1024
    """Samples of the spectra that onsets are found in."""
    step: int = 256
    """Samples from one spectrum to the next; hop is a multiple of it."""
    bands: int = 40
    """Mel bands, up to half the rate."""
    ranges: int = 1
    """Ranges of pitch, of as many bands each, with a tempogram of their own."""
    tempi: int = 80
    """Tempi a range, equally spaced in their logarithm."""
    low_bpm: float = 15.0
    """The lowest tempo: a bar of 4 s."""
    high_bpm: float = 480.0
    """Where the tempi end; this one is not among them."""

    @classmethod
    def for_rate(cls, rate_hz: int) -> Self:
        """Frames of some 8 s, twice a second, of spectra of 46 to 64 ms."""
        spectrum = 2 ** max(5, round(np.log2(rate_hz * FRAME_S)))
        step = spectrum // 4
        hop = HOP_STEPS * step
        onsets = HOP_STEPS * max(1, round(LONG_S * rate_hz / hop))
        return cls(
            rate_hz=rate_hz,
            frame=(onsets + RISE - 1) * step + spectrum,
            hop=hop,
            spectrum=spectrum,
            step=step,
        )

    def tempi_bpm(self) -> NDArray[np.float64]:
        """The tempo of each column of a range, (tempi,)."""
        return np.geomspace(self.low_bpm, self.high_bpm, self.tempi, endpoint=False)

    def bin_ticks(self) -> list[tuple[float, str]]:
        """Where round tempi lie among the bins."""
        bpm, first = self.tempi_bpm(), self.bins - self.ranges * self.tempi
        places = np.arange(self.tempi)
        return [
            (first + number * self.tempi + float(np.interp(np.log(t), np.log(bpm), places)), f"{t}")
            for number in range(self.ranges)
            for t in ROUND_BPM
            if bpm[0] <= t <= bpm[-1]
        ]

    @cached_property
    def plan(self) -> "Plan":
        """The constants of both paths, once the settings are known to fit each other."""
        return Plan.of(self)

    def _features(self, samples: Array, frames: int) -> Array:
        """Onsets are found once, and looked at by all frames that hold them."""
        plan = self.plan
        onsets, levels = plan.onsets(samples, frames)
        out = np.empty((frames, self.bins), np.float32)
        for start in range(0, frames, BLOCK_FRAMES):
            rows = slice(start, min(start + BLOCK_FRAMES, frames))
            out[rows, plan.levels :] = plan.agreement(onsets[rows])
        out[:, : plan.levels] = levels
        return out

    def compute(self, frames: Array) -> Array:
        """Features (n, bins) of frames (n, frame), each by itself."""
        return np.concatenate([self._features(np.ascontiguousarray(row), 1) for row in frames])

    def torch_module(self) -> "torch.nn.Module":
        """The same in torch."""
        from earmark.features._tempogram_torch import TempogramModule

        return TempogramModule(self)


@dataclass(frozen=True)
class Plan:
    """A tempogram's constants, and the numpy path."""

    spectra: LogMel
    hop: int
    """Onsets from one frame to the next."""
    hops: int
    """Such hops a frame: what it holds beyond whole ones is not looked at."""
    levels: int
    """Columns of levels: the number of bands, or 0."""
    to_ranges: Array
    """(bands, ranges): the mean over each range."""
    basis: Array
    """(onsets, 2 lines): real and imaginary part of each line, the mean of the onsets left out."""
    lags: Array
    """(lines, tempi): from the root of the power of each line to the agreement at each lag."""
    still: float
    """What is added to the agreement at lag 0."""

    @classmethod
    def of(cls, settings: Tempogram) -> Self:
        """Work them out, or raise ConfigError."""
        step, hop, ranges = settings.step, settings.hop, settings.ranges
        for name in ("spectrum", "step", "bands", "ranges", "tempi"):
            value = getattr(settings, name)
            _check(value >= 1, f"{name} must be at least 1, got {value}")
        low, high = settings.low_bpm, settings.high_bpm
        _check(
            0 < low < high,
            f"low_bpm must be above 0 and below high_bpm, got {low:g} and {high:g}",
        )
        _check(hop % step == 0, f"hop ({hop}) must be a multiple of step ({step})")
        _check(
            settings.bands % ranges == 0,
            f"ranges must divide bands ({settings.bands}), got {ranges}",
        )
        levels = settings.bins - ranges * settings.tempi
        _check(
            levels in (0, settings.bands),
            f"bins must be ranges * tempi = {ranges * settings.tempi}, or with the levels of the "
            f"bands {ranges * settings.tempi + settings.bands}; got {settings.bins}",
        )
        hop //= step
        hops = ((settings.frame - settings.spectrum) // step + 1 - RISE) // hop
        onsets = hops * hop
        _check(
            60 * settings.rate_hz < low * onsets * step,
            f"a frame of {settings.frame} samples at {settings.rate_hz} Hz is too short for "
            f"low_bpm={low:g}: take a longer frame or a higher low_bpm",
        )
        per_s = settings.rate_hz / step
        size = SPACING * onsets
        hz = np.arange(size // 2 + 1) * (per_s / size)
        lines = np.flatnonzero((hz >= SLOWEST_HZ) & (hz <= FASTEST_HZ))
        basis = np.exp(-2j * np.pi * np.outer(np.arange(onsets), lines) / size) / np.sqrt(onsets)
        basis -= basis.mean(axis=0)
        lag_s = 60 / settings.tempi_bpm()
        spread_s = lag_s * ((high / low) ** (1 / settings.tempi) - 1)
        left = np.maximum(1 - lag_s * per_s / onsets, MOST_UNBIASED)
        # a mean over a triangle of lags, `spread` to either side, is a factor of sinc squared
        at_lags = np.cos(2 * np.pi * np.outer(hz[lines], lag_s)) / left
        at_lags *= np.sinc(np.outer(hz[lines], spread_s)) ** 2
        return cls(
            spectra=LogMel(settings.rate_hz, settings.spectrum, step, settings.bands),
            hop=hop,
            hops=hops,
            levels=levels,
            to_ranges=np.repeat(np.eye(ranges), settings.bands // ranges, axis=0).astype(np.float32)
            * np.float32(ranges / settings.bands),
            basis=np.concatenate([basis.real, basis.imag], axis=1).astype(np.float32),
            lags=at_lags.astype(np.float32),
            still=STILL * len(lines),
        )

    def onsets(self, samples: Array, frames: int) -> tuple[Array, Array]:
        """Onsets of each frame, (frames, ranges, onsets), and its levels (frames, levels)."""
        count = (frames - 1 + self.hops) * self.hop
        bands = self.spectra._features(samples, count + RISE)  # (spectra, bands), decibels
        loud = np.exp(bands * np.float32(EXPONENT / 10 * np.log(10)))
        onsets = np.maximum(loud[RISE:] - loud[:-RISE], 0) @ self.to_ranges  # (count, ranges)
        windows = np.lib.stride_tricks.sliding_window_view(onsets, self.hops * self.hop, axis=0)
        levels = np.zeros((frames, 0), np.float32)
        if self.levels:
            hops = bands[RISE:].reshape(-1, self.hop, self.levels).mean(axis=1)
            means = np.lib.stride_tricks.sliding_window_view(hops, self.hops, axis=0).mean(axis=2)
            levels = means - means.mean(axis=1, keepdims=True)
        return windows[:: self.hop], levels

    def agreement(self, onsets: Array) -> Array:
        """Columns (n, ranges * tempi) of onsets (n, ranges, onsets)."""
        lines = onsets @ self.basis  # (n, ranges, 2 lines)
        half = lines.shape[2] // 2
        root = np.hypot(lines[..., :half], lines[..., half:])
        whole = root.sum(axis=2, keepdims=True) + np.float32(self.still)
        return np.asarray((root @ self.lags / whole).reshape(len(onsets), -1))


def _check(right: bool, words: str) -> None:
    if not right:
        raise ConfigError(f"front-end tempogram: {words}")
