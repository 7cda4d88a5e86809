"""What a CD's studio does to every clip on it: room, equaliser, bandwidth, noise, level."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Master:
    """The sound of one CD."""

    tilt_db: float  # an octave, about 1 kHz
    low_hz: float  # second-order high-pass
    high_hz: float  # fourth-order low-pass: from shellac-like to full
    peaks: tuple[tuple[float, float], ...]  # (centre in Hz, gain in dB), an octave wide
    reverb_s: float  # time to -60 dB
    wet: float  # energy of the reverberation against the direct sound
    noise_db: float  # hiss against the music's RMS
    crackles_per_s: float  # clicks of a worn record
    drive: float  # how far the limiter is pushed; 0 is clean
    peak: float  # highest sample of a clip
    seed: int  # of the room's echoes


def draw_master(rng: np.random.Generator) -> Master:
    """A studio at random; the ranges go from a 1930s transfer to a modern production, by ear."""
    old = rng.random() < 0.2
    return Master(
        tilt_db=rng.normal(-0.5, 1.2),
        low_hz=rng.uniform(20, 180 if old else 60),
        high_hz=rng.uniform(3500, 6500) if old else float(np.exp(rng.uniform(8.9, 9.9))),
        peaks=tuple((float(np.exp(rng.uniform(4.6, 9.0))), rng.normal(0, 4)) for _ in range(3)),
        reverb_s=rng.uniform(0.2, 1.4),
        wet=float(np.exp(rng.uniform(np.log(0.02), np.log(0.5)))),
        noise_db=rng.uniform(-38, -24) if old else rng.uniform(-70, -38),
        crackles_per_s=rng.uniform(2, 25) if old else 0.0,
        drive=max(0.0, rng.uniform(-1.0, 2.0)),
        peak=rng.uniform(0.25, 0.95),
        seed=int(rng.integers(2**31)),
    )


def master_clip(
    samples: Samples, rate_hz: int, master: Master, rng: np.random.Generator
) -> Samples:
    """The clip as it stands on the CD: float32 (samples,), at most `master.peak` high.

    `rng` feeds noise and clicks, and moves the level by up to 2 dB: not each track is as loud.
    """
    noisy = _add_noise(samples, rate_hz, master, rng)
    wet = _convolve(noisy, _room(rate_hz, master), rate_hz, master)
    level = float(np.sqrt(np.mean(np.square(wet)))) + 1e-9
    if master.drive:
        wet = np.tanh(wet * np.float32(master.drive / (3 * level)))
    height = float(np.abs(wet).max()) + 1e-9
    return wet * np.float32(master.peak * 10 ** (rng.uniform(-2, 0) / 20) / height)


def _add_noise(samples: Samples, rate_hz: int, master: Master, rng: np.random.Generator) -> Samples:
    """Hiss and clicks below the music; before the equaliser, as they were recorded with it."""
    level = float(np.sqrt(np.mean(np.square(samples)))) + 1e-9
    # Stretches of a pool joined at random: much cheaper than drawing a million numbers, and joints
    # of white noise cannot be heard.
    pool = rng.standard_normal(1 << 16, dtype=np.float32)
    pool *= np.float32(level * 10 ** (master.noise_db / 20))
    out = samples.copy()
    at = 0
    while at < len(out):
        first, length = int(rng.integers(1 << 15)), int(rng.integers(1 << 14, 1 << 15))
        stretch = out[at : at + length]
        stretch += pool[first : first + len(stretch)]
        at += length
    clicks = rng.poisson(master.crackles_per_s * len(out) / rate_hz)
    where = rng.integers(len(out), size=clicks)
    heights = level * 1.5 * rng.exponential(size=clicks) * rng.choice([-1, 1], size=clicks)
    out[where] += heights.astype(np.float32)
    return out


def _room(rate_hz: int, master: Master) -> Samples:
    """The direct sound and a dying echo; (samples,)."""
    rng = np.random.default_rng(master.seed)
    count = min(int(master.reverb_s * rate_hz), _block(rate_hz))
    t = np.arange(count, dtype=np.float32) / np.float32(rate_hz)
    tail = rng.standard_normal(count, dtype=np.float32) * np.exp(t * (-6.9 / master.reverb_s))
    tail *= np.linspace(1, 0, count, dtype=np.float32)
    tail[: int(0.012 * rate_hz)] = 0  # the walls are some metres away
    tail *= np.sqrt(master.wet / (np.sum(np.square(tail)) + 1e-9))
    tail[0] = 1
    return np.asarray(tail, dtype=np.float32)


def _block(rate_hz: int) -> int:
    """Samples convolved at a time: the power of two next above half a second."""
    return 1 << int(np.ceil(np.log2(rate_hz / 2)))


def _equaliser_db(hz: Samples, master: Master) -> Samples:
    """Gain at each frequency in dB; (bins,)."""
    octaves = np.log2(np.maximum(hz, 10) / 1000)
    gain = master.tilt_db * octaves
    gain -= 10 * np.log10(1 + (master.low_hz / np.maximum(hz, 1)) ** 4)
    gain -= 10 * np.log10(1 + (hz / master.high_hz) ** 8)
    for centre, height in master.peaks:
        gain += height * np.exp(-2 * (octaves - np.log2(centre / 1000)) ** 2)
    return np.asarray(gain, dtype=np.float32)


def _convolve(samples: Samples, room: Samples, rate_hz: int, master: Master) -> Samples:
    """Room and equaliser in one pass, block by block (overlap-add); (samples,)."""
    import scipy.fft

    block = _block(rate_hz)
    hz = np.linspace(0, rate_hz / 2, block + 1, dtype=np.float32)
    gain = 10 ** (_equaliser_db(hz, master) / 20)
    response = scipy.fft.rfft(room, 2 * block) * gain  # (block + 1,)
    count = -(-len(samples) // block)
    blocks = np.zeros((count, block), dtype=np.float32)
    blocks.reshape(-1)[: len(samples)] = samples
    spectrum = scipy.fft.rfft(blocks, 2 * block, axis=1)  # (blocks, block + 1)
    spectrum *= response
    both = scipy.fft.irfft(spectrum, 2 * block, axis=1, overwrite_x=True)
    both[1:, :block] += both[:-1, block:]
    return np.ascontiguousarray(both[:, :block]).reshape(-1)[: len(samples)]
