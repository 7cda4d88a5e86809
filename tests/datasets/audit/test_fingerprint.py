"""Landmarks: the same for the same sound wherever it stands, found whole or in chunks."""

import numpy as np
import pytest

from earmark.datasets.audit import fingerprint
from earmark.datasets.audit.fingerprint import HOP, RATE_HZ, landmarks, peaks


def music(seconds=2.0, seed=0):
    """Decaying notes over soft noise, (samples,) at 8 kHz."""
    rng = np.random.default_rng(seed)
    time_s = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    wave = 0.01 * rng.standard_normal(len(time_s))
    for _ in range(round(8 * seconds)):
        since = np.maximum(time_s - rng.uniform(0, seconds), 0)
        wave += (since > 0) * np.exp(-6 * since) * np.sin(6.283 * rng.uniform(150, 2500) * since)
    return wave.astype(np.float32)


def test_a_sound_that_comes_later_has_the_same_landmarks_later():
    wave = music()
    late = np.concatenate([np.zeros(40 * HOP, np.float32), wave])
    keys, times = landmarks(wave)
    keys_late, times_late = landmarks(late)
    inside = times > 0.2  # the first have silence before them now
    late_ms = np.round((times_late - 0.32) * 1000).astype(int)
    pairs = set(zip(keys_late.tolist(), late_ms.tolist(), strict=True))
    ms = np.round(times * 1000).astype(int)
    rows = zip(keys[inside].tolist(), ms[inside].tolist(), strict=True)
    assert np.mean([row in pairs for row in rows]) > 0.95


def test_level_makes_no_difference():
    wave = music()
    assert np.array_equal(landmarks(wave)[0], landmarks(wave * np.float32(0.125))[0])


def test_chunks_make_no_difference(monkeypatch):
    wave = music(4.0)
    whole = peaks(wave)
    monkeypatch.setattr(fingerprint, "_CHUNK", 50)
    for one, other in zip(peaks(wave), whole, strict=True):
        assert np.allclose(one, other, atol=1e-3)


@pytest.mark.parametrize("samples", [0, 1, 100, 800])
def test_nothing_is_too_short(samples):
    keys, times = landmarks(music()[:samples])
    assert len(keys) == len(times)


def test_silence_has_no_landmarks():
    assert len(landmarks(np.zeros(8000, np.float32))[0]) == 0


def test_short_sounds_have_many():
    assert len(landmarks(music(0.4))[0]) > 150
    assert 100 < len(landmarks(music(4.0))[0]) < 4 * 500
