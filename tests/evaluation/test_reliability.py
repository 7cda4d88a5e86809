"""Bins of confidence: they add up to the calibration error, and make a picture."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from earmark.errors import ConfigError
from earmark.evaluation.calibration import expected_calibration_error, softmax
from earmark.evaluation.pictures import plot_reliability
from earmark.evaluation.reliability import Bin, calibration_error, reliability


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 80), st.integers(2, 6), st.integers(0, 999))
def test_the_bins_add_up_to_the_expected_calibration_error(clips, classes, seed):
    rng = np.random.default_rng(seed)
    chances = softmax(3 * rng.normal(size=(clips, classes)))
    targets = rng.integers(classes, size=clips)
    bins = reliability(chances.max(axis=1), chances.argmax(axis=1) == targets)
    assert sum(each.count for each in bins) == clips
    assert calibration_error(bins) == pytest.approx(expected_calibration_error(chances, targets))
    for each in bins:
        assert each.low < each.confidence + 1e-12 <= each.high + 2e-12
        assert each.right_low <= each.right <= each.right_high
        assert Bin(**each.to_dict()) == each


def test_certainty_and_none_at_all_have_bins():
    bins = reliability(np.array([0.0, 1.0]), np.array([False, True]))
    assert [(each.low, each.high) for each in bins] == [(0, 1 / 15), (14 / 15, 1)]
    assert np.isnan(calibration_error(()))


def test_a_picture_is_drawn(tmp_path, drawn):
    rng = np.random.default_rng(0)
    sure = rng.random(200)
    bins = reliability(sure, rng.random(200) < sure)
    plot_reliability(bins, tmp_path / "é r.png", title="Calibration, fold 3 ($x_)")
    (figure,) = drawn
    texts = [text.get_text() for text in figure.axes[0].texts]
    assert texts == [f"expected error {100 * calibration_error(bins):.1f} %"]
    assert (tmp_path / "é r.png").stat().st_size > 10_000
    with pytest.raises(ConfigError, match="at least 1 bin with answers, got 0"):
        plot_reliability((), tmp_path / "r.png")
