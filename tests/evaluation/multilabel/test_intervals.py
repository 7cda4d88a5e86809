"""Intervals: bounds, known groups, and the coverage they promise."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from earmark.evaluation.intervals import grouped_intervals
from earmark.evaluation.multilabel.intervals import NAMES, label_intervals

from .cards import some_answers


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 30), st.integers(1, 9), st.sampled_from([-2, 0, 3]))
def test_an_interval_holds_its_value(seed, clips, groups, skill):
    targets, scores = some_answers(seed, clips, skill=skill)
    index = np.random.default_rng(seed).integers(groups, size=clips)
    found = label_intervals(targets, scores >= 0.5, scores, index, resamples=50)
    assert tuple(found) == NAMES
    for band in found.values():
        assert 0 <= band.low <= band.value <= band.high <= 1
        assert band.high - band.low > 0.01


def test_the_seed_decides_alone():
    targets, scores = some_answers(1)
    groups = np.arange(60) // 4
    one, same, other = (
        label_intervals(targets, scores >= 0.5, scores, groups, resamples=100, seed=seed)
        for seed in (0, 0, 1)
    )
    assert one == same != other


def test_clips_of_one_group_prove_little():
    targets, _ = some_answers(0, 100)
    alone = label_intervals(targets, targets, targets.astype(float), np.arange(100))
    one_cd = label_intervals(targets, targets, targets.astype(float), np.zeros(100))
    for name in NAMES:
        assert alone[name].value == one_cd[name].value == 1.0
        assert alone[name].low > 0.9
        assert one_cd[name].low < 0.7


def test_exact_match_has_the_interval_of_an_accuracy():
    targets, scores = some_answers(3, 200)
    answers, groups = scores >= 0.5, np.arange(200) // 5
    band = label_intervals(targets, answers, scores, groups)["exact_match"]
    right = (targets == answers).all(axis=1).astype(int)
    as_accuracy = grouped_intervals(np.ones(200, int), right, groups, 2)
    assert band == as_accuracy["accuracy"]


def draw(rng, groups, size, spread):
    """Answers of some skill; a skill of its own for each group, `spread` apart."""
    index = np.repeat(np.arange(groups), size)
    targets = rng.random((len(index), 4)) < 0.4
    targets[np.arange(len(index)), rng.integers(4, size=len(index))] = True
    skill = 2.0 + spread * rng.normal(size=groups)[index, None]
    scores = 1 / (1 + np.exp(-(rng.normal(size=targets.shape) + skill * (targets - 0.5))))
    return targets, scores, index


@pytest.mark.parametrize(("groups", "size", "spread"), [(12, 8, 0.0), (12, 8, 0.7), (60, 2, 0.7)])
def test_intervals_hold_the_truth_as_often_as_they_say(groups, size, spread):
    """The truth is what very many groups give; 150 trials have a standard error of 1.8 %."""
    rng = np.random.default_rng(0)
    targets, scores, index = draw(rng, 6000, 4, spread)
    truth = label_intervals(targets, scores >= 0.5, scores, index, resamples=2)
    held = dict.fromkeys(NAMES, 0)
    for trial in range(150):
        targets, scores, index = draw(rng, groups, size, spread)
        bands = label_intervals(targets, scores >= 0.5, scores, index, resamples=150, seed=trial)
        for name, band in bands.items():
            held[name] += band.low <= truth[name].value <= band.high
    for name in NAMES:
        assert held[name] / 150 >= 0.89, name
