"""The proof: copies run together, what only resembles does not."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from earmark.datasets.audit.companding import compress
from earmark.datasets.audit.heard import Prints
from earmark.datasets.audit.verify import verify

RATE_HZ = 8000


def noise(seed, seconds=2.0):
    return np.random.default_rng(seed).standard_normal(round(seconds * RATE_HZ)).astype(np.float32)


def same(one, other, shift_s=0.0):
    return verify(Prints(wave=compress(one)), Prints(wave=compress(other)), shift_s)


@settings(max_examples=20, deadline=None)
@given(st.integers(-350, 350), st.floats(-3, 3).filter(lambda gain: abs(gain) > 0.01))
def test_a_copy_moved_and_louder_or_upside_down_is_found(samples, gain):
    wave = noise(0)
    moved = np.concatenate([noise(1, 1.0), wave]) if samples >= 0 else wave
    moved = np.concatenate([np.zeros(abs(samples), np.float32), moved]) * np.float32(gain)
    expected = abs(samples) + (RATE_HZ if samples >= 0 else 0)
    match = same(wave, moved, (RATE_HZ if samples >= 0 else 0) / RATE_HZ)
    assert match.similarity > 0.98
    assert match.shift_s == pytest.approx(expected / RATE_HZ, abs=2e-5)


def test_the_shift_is_turned_round_with_the_clips():
    wave = noise(0)
    late = np.concatenate([noise(1, 0.5), wave])
    there, back = same(wave, late, 0.49), same(late, wave, -0.49)
    assert there.shift_s == pytest.approx(0.5, abs=1e-4)
    assert back.shift_s == pytest.approx(-0.5, abs=1e-4)
    assert there.similarity == pytest.approx(back.similarity, abs=0.01)


def test_unlike_noise_does_not_run_together():
    assert same(noise(0), noise(1)).similarity < 0.2


def test_noise_at_20_db_takes_little():
    wave = noise(0)
    assert same(wave, wave + 0.1 * noise(1)).similarity > 0.95


def test_silence_and_nothing_match_nothing():
    silence = np.zeros(8000, np.float32)
    assert same(silence, silence).similarity == 0
    assert same(noise(0), noise(0), 5.0).similarity == 0


def test_what_an_overlap_covers_is_told_of_the_clip_that_lies_within():
    wave = noise(0)
    match = same(wave, wave[RATE_HZ:], -1.0)
    assert match.covered == pytest.approx(1.0)
    assert match.overlap_s == pytest.approx(1.0, abs=1e-3)
