"""Patches sum to the sound, and the map is warm where the answer comes from."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from earmark.inference.report.attention import occlusion, patches

RATE_HZ = 8000


@settings(max_examples=15, deadline=None)
@given(st.integers(50, 5000), st.integers(1, 12), st.integers(1, 8))
def test_patches_put_together_are_the_sound(length, times, bands):
    sound = np.random.default_rng(length).standard_normal(length).astype(np.float32)
    again = np.zeros_like(sound)
    found = patches(sound, RATE_HZ, times, bands)
    for at, part in found:
        again[at : at + len(part)] += part
    assert len(found) == times * bands
    np.testing.assert_allclose(again, sound, atol=1e-4)


def test_the_map_is_warmest_where_the_sound_is_that_decides():
    time_s = np.arange(RATE_HZ) / RATE_HZ
    tone = np.sin(2 * np.pi * 2500 * time_s) * ((time_s > 0.5) & (time_s < 0.58))
    sound = (tone + 0.01 * np.random.default_rng(0).standard_normal(RATE_HZ)).astype(np.float32)

    def answer(windows):
        """Sure as far as there is a tone of 2.5 kHz."""
        return (np.abs(windows @ np.exp(2j * np.pi * 2500 * time_s)) / 330).clip(0, 1)

    falls = occlusion(sound, RATE_HZ, answer, limit_s=60)
    assert falls.shape == (12, 8)
    time, band = np.unravel_index(falls.argmax(), falls.shape)
    assert time == 6  # 0.5 to 0.58 s of 1 s
    assert band == 6  # 2150 to 2960 Hz
    assert falls.max() > 0.5
    assert np.median(np.abs(falls)) < 0.01


def test_the_grid_is_coarser_where_time_is_short_and_left_out_where_there_is_none(monkeypatch):
    clock = iter(np.arange(0, 100, 0.02))
    monkeypatch.setattr("time.perf_counter", lambda: next(clock))
    sound = np.ones(4000, np.float32)
    falls = occlusion(sound, RATE_HZ, lambda x: np.ones(len(x)), limit_s=1.0)
    assert falls.shape == (8, 5)  # 40 patches of 0.02 s
    assert occlusion(sound, RATE_HZ, lambda x: np.ones(len(x)), limit_s=0.1) is None


@pytest.mark.parametrize("length", [1, 31, 400])
def test_a_very_short_sound_has_a_map_too(length):
    falls = occlusion(
        np.ones(length, np.float32), RATE_HZ, lambda x: np.abs(x).max(axis=1), limit_s=60
    )
    assert falls.shape == (12, 8)
    assert np.isfinite(falls).all()
