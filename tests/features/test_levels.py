"""Levels over time are the same however a recording arrives."""

import numpy as np
import pytest

from earmark.features.levels import SILENT_DB, frame_levels_db, levels_db


@pytest.mark.parametrize("size", [1, 7, 400, 1000, 5000])
def test_blocks_change_nothing(size):
    sound = np.random.default_rng(0).standard_normal(4321).astype(np.float32)
    whole = levels_db([sound], 8000)
    blocks = [sound[at : at + size] for at in range(0, len(sound), size)]
    assert np.allclose(levels_db(blocks, 8000), whole)
    assert len(whole) == 11  # of 400 samples, the last of 321
    assert whole[-1] == pytest.approx(10 * np.log10(np.mean(np.square(sound[4000:]))), abs=1e-4)


def test_silence_has_a_lowest_level_and_nothing_has_no_frame():
    assert levels_db([np.zeros(800, np.float32)], 8000).tolist() == [SILENT_DB, SILENT_DB]
    assert levels_db([], 8000).shape == (0,)


def test_frames_that_follow_one_another_have_the_same_levels():
    samples = np.random.default_rng(0).standard_normal(4000).astype(np.float32)
    wanted = levels_db([samples], 8000, hop_s=0.05)
    assert frame_levels_db(samples, 400, 400) == pytest.approx(wanted)
