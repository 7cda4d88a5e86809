"""Temperature, threshold and baseline follow from what is given, and from nothing else."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from earmark.errors import ConfigError
from earmark.evaluation.multilabel.decide import (
    best_threshold,
    fit_temperature,
    most_common,
    sigmoid,
)
from earmark.evaluation.multilabel.metrics import counts, micro_f1

from .cards import some_answers


def f1_at(targets, scores, threshold):
    return float(micro_f1(counts(targets, scores >= threshold).sum(axis=0)))


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 15), st.booleans())
def test_no_other_threshold_gives_a_larger_micro_f1(seed, clips, ties):
    targets, scores = some_answers(seed, clips)
    scores = scores.round(1) if ties else scores
    found = best_threshold(targets, scores)
    best = max(f1_at(targets, scores, t) for t in [*np.unique(scores), 0.0])
    assert f1_at(targets, scores, found) == pytest.approx(best)
    assert 0 <= found <= 1


def test_of_equal_thresholds_the_one_nearest_to_the_usual_is_taken():
    targets = np.array([[True, False], [False, True]])
    scores = np.array([[0.9, 0.1], [0.1, 0.9]])
    assert best_threshold(targets, scores) == pytest.approx(0.5)
    assert best_threshold(np.zeros((0, 3)), np.zeros((0, 3)), 0.55) == 0.55


def test_a_temperature_is_found_again():
    rng = np.random.default_rng(0)
    honest = rng.normal(size=(3000, 3))
    drawn = rng.random(honest.shape) < sigmoid(honest)
    assert fit_temperature(5 * honest, drawn) == pytest.approx(5, abs=0.4)
    assert fit_temperature(honest, drawn) == pytest.approx(1, abs=0.1)


def test_a_temperature_stays_in_its_range():
    certain = np.array([[9.0, -9.0], [-9.0, 9.0]])
    assert 0.05 <= fit_temperature(certain, certain > 0) < 1
    assert 1 < fit_temperature(certain, certain < 0) <= 20
    assert fit_temperature(np.zeros((0, 2)), np.zeros((0, 2))) == 1.0


def test_logits_that_do_not_fit_are_refused():
    with pytest.raises(ConfigError, match=r"must both be \(windows, classes\), got \(2, 3\) and"):
        fit_temperature(np.zeros((2, 3)), np.zeros(2))
    with pytest.raises(ConfigError, match="logits must be finite"):
        fit_temperature([[np.nan, 1.0]], [[0, 1]])


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 20))
def test_the_baseline_is_the_best_constant_answer_of_the_train_part(seed, clips):
    targets, _ = some_answers(seed, clips)
    always = most_common(targets.sum(axis=0), clips)
    reached = float(micro_f1(counts(targets, np.tile(always, (clips, 1))).sum(axis=0)))
    for number in range(1, 8):
        other = np.array([number >> bit & 1 for bit in range(3)], bool)
        rival = float(micro_f1(counts(targets, np.tile(other, (clips, 1))).sum(axis=0)))
        assert reached >= rival - 1e-12


def test_a_baseline_needs_a_train_part():
    with pytest.raises(ConfigError, match="train_counts must be clips of each class"):
        most_common([0, 0], 3)
    with pytest.raises(ConfigError, match="train_clips must be at least 4, got 3"):
        most_common([4, 0], 3)
