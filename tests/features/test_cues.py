"""The cues of a recording: what they say, in one piece or in blocks."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from earmark.features.cues import COEFFICIENTS, RATE_HZ, SILENT_DB, SINGLE, Cues

CUES = Cues()


def noise(samples, seed=0, gain=0.1):
    return (gain * np.random.default_rng(seed).standard_normal(samples)).astype(np.float32)


def test_gain_moves_the_loudness_by_its_decibels_and_nothing_else_that_is_single():
    quiet, loud = CUES(noise(RATE_HZ))[0], CUES(noise(RATE_HZ, gain=0.2))[0]
    assert loud[0] - quiet[0] == pytest.approx(20 * np.log10(2), abs=1e-4)
    assert loud[1:3] == pytest.approx(quiet[1:3], abs=1e-4)


def test_brightness_is_the_frequency_of_a_tone():
    time_s = np.arange(RATE_HZ) / RATE_HZ
    for pitch_hz in (200, 3000):
        tone = np.sin(2 * np.pi * pitch_hz * time_s).astype(np.float32)
        assert 2 ** CUES(tone)[0, 2] == pytest.approx(pitch_hz, rel=0.05)


def test_silence_has_no_brightness_and_the_lowest_loudness():
    row = CUES(np.zeros(5000, np.float32))[0]
    assert row[0] == SILENT_DB
    assert np.isnan(row[2])
    assert np.isfinite(np.delete(row, 2)).all()


@settings(max_examples=25, deadline=None)
@given(st.integers(2, 40_000), st.lists(st.integers(0, 40_000), max_size=4), st.integers(0, 99))
def test_blocks_give_what_the_whole_gives(samples, cuts, seed):
    sound = noise(samples, seed)
    blocks = np.split(sound, sorted(cut for cut in cuts if cut < samples))
    whole, parts = CUES(sound), next(CUES.stream(blocks))
    assert whole.shape == (1, CUES.bins) == (1, len(SINGLE) + 3 * COEFFICIENTS)
    assert np.isfinite(whole).all()
    assert whole[0, 1] == pytest.approx(np.log2(samples / RATE_HZ), abs=1e-5)
    np.testing.assert_allclose(parts, whole, rtol=1e-4, atol=1e-3)


def test_the_key_follows_the_settings():
    assert CUES.key == Cues().key != Cues(version=2).key
