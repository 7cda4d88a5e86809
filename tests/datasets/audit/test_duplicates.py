"""Copies are found, whatever was done to them; what only resembles is not."""

import numpy as np
import pytest
import soundfile

from earmark.datasets.audit import find_duplicates, listen
from earmark.datasets.clip import Clip

RATE_HZ = 16_000


def clip(path):
    return Clip(path, path.name, "x")


def sound(seed, seconds=2.0):
    """Notes and strokes at random over a soft noise, (samples,)."""
    rng = np.random.default_rng(seed)
    time_s = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    wave = 0.01 * rng.standard_normal(len(time_s))
    for _ in range(round(8 * seconds)):
        start_s, pitch_hz = rng.uniform(0, seconds), rng.uniform(150, 2500)
        since = np.maximum(time_s - start_s, 0)
        wave += 0.2 * (since > 0) * np.exp(-6 * since) * np.sin(2 * np.pi * pitch_hz * since)
    return (0.8 * wave / np.abs(wave).max()).astype(np.float32)


def found(paths, cache):
    clips = [clip(path) for path in paths]
    return find_duplicates(listen(clips, cache_dir=cache, workers=1), clips)


@pytest.fixture
def write(tmp_path):
    def write(name, wave, rate_hz=RATE_HZ, **how):
        path = tmp_path / name
        soundfile.write(path, wave, rate_hz, **how)
        return path

    return write


def test_equal_sound_in_other_formats_is_exact(write, tmp_path):
    wave = np.round(sound(0) * 32767) / 32768
    paths = [
        write("a.wav", wave, subtype="PCM_16"),
        write("b.flac", wave),
        write("c.wav", wave, subtype="PCM_24"),
        write("d.aiff", wave),
        write("e.wav", np.stack([wave, wave], 1), subtype="PCM_16"),
        write("f.wav", sound(1)),
    ]
    (only,) = found(paths, tmp_path / "cache")
    assert (only.kind, only.clips, only.similarity) == ("exact", (0, 1, 2, 3, 4), 1.0)


def test_unlike_sounds_are_not_found(write, tmp_path):
    paths = [write(f"{seed}.wav", sound(seed)) for seed in range(8)]
    assert found(paths, tmp_path / "cache") == []
