"""Windows are a whole number of the network's steps, and cut as prediction cuts them."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from earmark.features import create_frontend
from earmark.inference.windows import placed_windows
from earmark.models import DETECTORS
from earmark.training.detection.cut import SceneCut, as_cut, scene_cut
from earmark.training.export import window_of

from .conftest import small


@pytest.mark.parametrize("name", list(DETECTORS))
@pytest.mark.parametrize("overlap", [0.0, 0.5, 0.66, 0.9])
def test_window_and_step_are_whole_numbers(name, overlap, frontend):
    kind = DETECTORS[name]
    for recipe in kind.recipes.values():
        chosen = dataclasses.replace(small(recipe), overlap=overlap)
        cut = scene_cut(chosen, kind, frontend)
        assert cut.frames % kind.strides[recipe.name] == 0
        assert cut.frames >= chosen.window_s * frontend.frames_per_s - 0.5
        assert cut.step % kind.frames_per_score == 0
        assert 0 < cut.step <= cut.frames
        if overlap == 0:
            assert as_cut(cut, frontend).step is None


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 9000), st.sampled_from([8, 12, 16, 24]))
def test_training_and_prediction_begin_windows_at_the_same_frames(samples, step):
    frontend = create_frontend("log_mel", 8000)
    cut = SceneCut(24, step, 4, frontend.silence())
    window = window_of(frontend, as_cut(cut, frontend))
    placed = [start for start, _ in placed_windows([np.zeros(samples, "f4")], window, 4)]
    assert placed == list(cut.starts(frontend.frames(samples)))


def test_a_window_has_silence_before_and_after():
    cut = SceneCut(6, 3, 1, np.array([-9.0], np.float32))
    rows = np.arange(8, dtype=np.float32)[:, None]
    np.testing.assert_array_equal(cut.window(rows, 1)[:, 0], [1, 2, 3, 4, 5, 6])
    np.testing.assert_array_equal(cut.window(rows, 5)[:, 0], [5, 6, 7, -9, -9, -9])
    np.testing.assert_array_equal(cut.window(rows[:2], 0, 3)[:, 0], [-9, -9, -9, 0, 1, -9])
    np.testing.assert_array_equal(cut.window(rows, 0, 4)[:, 0], [-9, -9, -9, -9, 0, 1])


def test_a_window_is_a_copy():
    cut = SceneCut(2, 2, 1, np.zeros(1, np.float32))
    rows = np.zeros((4, 1), np.float32)
    cut.window(rows)[:] = 1
    assert not rows.any()
