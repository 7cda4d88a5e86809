"""Intervals: bounds, degenerate cases, and the coverage they promise."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from earmark.errors import ConfigError
from earmark.evaluation.intervals import Interval, grouped_intervals
from earmark.evaluation.metrics import METRICS

from .interval_coverage import coverage, draw


@settings(max_examples=80, deadline=None)
@given(st.integers(1, 4), st.integers(1, 30), st.integers(1, 9), st.integers(0, 10**6))
def test_interval_holds_its_value(classes, clips, groups, seed):
    rng = np.random.default_rng(seed)
    found = grouped_intervals(
        rng.integers(classes, size=clips),
        rng.integers(classes, size=clips),
        rng.integers(groups, size=clips),
        classes,
    )
    assert set(found) == set(METRICS)
    for band in found.values():
        assert 0 <= band.low <= band.value <= band.high <= 1
        assert band.high - band.low > 0.01


TRIALS = 400
NOISE = 0.025  # two standard errors of a share of 94 % in so many trials


# (groups, truth, correlation, mean clips a group): what the text of `intervals` promises.
@pytest.mark.parametrize(
    ("groups", "truth", "correlation", "size"),
    [
        (6, 0.9, 0.1, 10),
        (6, 0.6, 0.3, 10),
        (10, 0.8, 0.1, 4),
        (15, 0.95, 0.0, 10),
        (15, 0.9, 0.3, 10),
        (25, 0.95, 0.3, 10),
        (40, 0.95, 0.1, 10),
        (40, 0.98, 0.3, 10),
        (150, 0.9, 0.3, 10),
        (150, 0.98, 0.1, 10),
        (150, 0.9, 0.0, 1),
    ],
)
def test_a_95_percent_interval_holds_the_truth_93_to_97_percent_of_the_time(
    groups, truth, correlation, size
):
    share, _ = coverage(groups, truth, correlation, mean_size=size, trials=TRIALS)
    assert 0.93 - NOISE <= share <= 0.97 + NOISE


def test_coverage_over_many_cells_together():
    """Pooled, the noise is small: 2400 trials have a standard error of 0.45 %."""
    cells = [(g, t, c) for g in (6, 15, 40) for t, c in ((0.8, 0.1), (0.9, 0.3), (0.95, 0.0))]
    shares = [coverage(*cell, trials=270, seed=1)[0] for cell in cells]
    assert 0.93 <= np.mean(shares) <= 0.97


def test_few_clips_are_beyond_any_interval():
    """Six single clips, truth 98 %: exact binomial sums say what Wilson's interval can hold."""
    share, _ = coverage(6, 0.98, 0.0, mean_size=1, trials=400)
    assert share == pytest.approx(0.98**6, abs=0.05)  # one error in six, and it is missed


@pytest.mark.parametrize("metric", ["balanced_accuracy", "macro_f1"])
def test_coverage_over_classes(metric):
    kinds = {"metric": metric, "classes": 5, "nested": True, "trials": 200}
    share, width = coverage(40, 0.9, 0.1, **kinds)
    assert share >= 0.91
    assert width < 0.2
    # A class that a draw leaves out entirely must not blow up macro F1 when groups are few.
    assert coverage(15, 0.9, 0.1, **kinds)[1] < 0.35


def test_no_errors_still_has_a_width_that_clips_and_groups_narrow():
    def low(clips, groups):
        true = np.arange(clips) % 2
        found = grouped_intervals(true, true, np.arange(clips) % groups, 2)["accuracy"]
        assert (found.value, found.high) == (1.0, 1.0)
        return found.low

    assert low(60, 6) < low(60, 60) < low(600, 600) < 0.995
    assert low(60, 60) == pytest.approx(60 / (60 + 1.96**2), abs=1e-3)  # Wilson 1927


def test_a_single_clip_and_a_single_group():
    one = grouped_intervals([1], [1], ["a"], 2)["accuracy"]
    assert (one.value, one.high) == (1.0, 1.0)
    assert one.low < 0.25
    many = grouped_intervals([0, 1] * 50, [0, 1] * 50, ["cd"] * 100, 2)["accuracy"]
    assert many.low < 0.6  # a hundred clips of one CD say little of the next CD


def test_groups_widen_and_confidence_widens():
    targets, predictions, index = draw(np.random.default_rng(3), 30, 0.8, 0.4)

    def width(groups, **settings):
        band = grouped_intervals(targets, predictions, groups, 2, **settings)["accuracy"]
        return band.high - band.low

    assert width(index) > 1.3 * width(None)
    assert width(index, confidence=0.99) > width(index) > width(index, confidence=0.8)


def test_names_of_groups_do_not_matter():
    targets, predictions, index = draw(np.random.default_rng(1), 12, 0.9, 0.1)
    first = grouped_intervals(targets, predictions, index, 2)
    named = [f"cd {i:03d}" for i in index]
    assert first == grouped_intervals(targets, predictions, named, 2)


def test_blocks_do_not_change_the_answer(monkeypatch):
    targets, predictions, index = draw(np.random.default_rng(1), 12, 0.9, 0.1, classes=4)
    whole = grouped_intervals(targets, predictions, index, 4)
    monkeypatch.setattr("earmark.evaluation.intervals._CELLS", 100)
    assert whole == grouped_intervals(targets, predictions, index, 4)


@pytest.mark.parametrize(
    ("arguments", "settings", "text"),
    [
        (([], [], None, 2), {}, "at least 1 clip, got 0"),
        (([0], [0], ["a", "b"], 2), {}, r"groups must have shape \(1,\), got \(2,\)"),
        (([0], [0], None, 2), {"confidence": 95}, "between 0 and 1, got 95"),
    ],
)
def test_errors(arguments, settings, text):
    with pytest.raises(ConfigError, match=text):
        grouped_intervals(*arguments, **settings)


def test_interval_round_trip():
    band = Interval(0.5, 0.25, 0.75)
    assert Interval.from_dict(band.to_dict()) == band
