"""What tuning gains, and how much of it is luck."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from earmark.training.tuning.gain import gain_of, grouped_mean
from earmark.training.tuning.study import packed, unpacked

FOLDS = [np.arange(0, 20), np.arange(20, 40), np.arange(40, 60)]
GROUPS = np.repeat(np.arange(20), 3).astype(str)


def test_the_best_of_coin_throws_gains_nothing_elsewhere():
    rng = np.random.default_rng(0)
    flattered, honest = [], []
    for _ in range(40):
        scores = [(rng.random(60) < 0.5).astype(float) for _ in range(20)]
        best = int(np.argmax([row.mean() for row in scores]))
        gain = gain_of(scores, 0, best, FOLDS, GROUPS)
        flattered.append(gain.difference.value)
        honest.append(gain.chosen_elsewhere)
    assert np.mean(flattered) > 0.1
    assert abs(np.mean(honest)) < 0.04


def test_a_real_gain_is_seen_by_both():
    rng = np.random.default_rng(0)
    default = (rng.random(60) < 0.5).astype(float)
    gain = gain_of([default, np.ones(60)], 0, 1, FOLDS, GROUPS)
    assert gain.difference.value == gain.chosen_elsewhere == pytest.approx(1 - default.mean())
    assert gain.difference.low > 0


def test_equals_keep_the_default():
    same = np.array([1.0, 0.0] * 30)
    gain = gain_of([same, same.copy()], 0, 1, FOLDS, GROUPS)
    assert gain.chosen_elsewhere == gain.difference.value == 0


def test_scores_between_none_and_all_are_compared_too():
    rng = np.random.default_rng(0)
    first, second = rng.random(60), rng.random(60)
    gain = gain_of([first, second], 0, 1, FOLDS, GROUPS)
    assert gain.difference.value == pytest.approx((second - first).mean())
    assert gain.difference.low < gain.difference.value < gain.difference.high


def test_each_its_own_group_is_the_usual_interval_of_a_mean():
    from scipy import stats

    values = np.random.default_rng(0).standard_normal(50) / 10
    band = grouped_mean(values, np.arange(50))
    low, high = stats.t.interval(0.95, 49, values.mean(), stats.sem(values))
    assert (band.low, band.high) == pytest.approx((low, high))


def test_one_group_says_nothing_of_others():
    band = grouped_mean(np.array([0.5, 0.5]), np.array(["a", "a"]))
    assert (band.low, band.value, band.high) == (-1, 0.5, 1)


@given(st.lists(st.integers(0, 10_000), min_size=1))
def test_scores_come_back_as_they_were_kept(numbers):
    scores = np.array(numbers) / 10_000
    assert unpacked(packed(scores)).tolist() == pytest.approx(scores.tolist(), abs=1e-4)
