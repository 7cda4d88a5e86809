"""Average precision against scikit-learn, with ties and weights, and its interval."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from earmark.evaluation.multilabel.intervals import label_intervals
from earmark.evaluation.ranking import Ranking, average_precision, mean_precision

from .multilabel.test_metrics import drawn

quick = settings(max_examples=60, deadline=None)
problem = st.builds(
    drawn, st.integers(0, 10**6), st.integers(1, 30), st.integers(2, 5), st.booleans()
)


@quick
@given(problem)
def test_average_precision_is_that_of_scikit_learn(given_):
    sklearn = pytest.importorskip("sklearn.metrics")
    targets, scores = given_
    for label, value in enumerate(average_precision(targets, scores)):
        if targets[:, label].any():
            wanted = sklearn.average_precision_score(targets[:, label], scores[:, label])
            assert value == pytest.approx(wanted)
        else:
            assert np.isnan(value)


@quick
@given(problem)
def test_a_weight_counts_as_so_many_clips(given_):
    targets, scores = given_
    weights = np.random.default_rng(len(targets)).integers(1, 4, len(targets))
    repeated = np.repeat(targets[:, 0], weights), np.repeat(scores[:, 0], weights)
    weighted = Ranking(targets[:, 0], scores[:, 0]).precision(weights.astype(float))
    assert weighted == pytest.approx(Ranking(*repeated).precision(np.ones(weights.sum())))


@quick
@given(problem)
def test_the_influence_is_the_slope_of_the_average_precision(given_):
    targets, scores = given_
    ranking, step = Ranking(targets[:, 0], scores[:, 0]), 1e-6
    change = step * np.eye(len(targets))
    slope = (ranking.precision(1 + change) - ranking.precision(1 - change)) / (2 * step)
    assert ranking.influence() == pytest.approx(slope, abs=1e-6)
    assert ranking.influence().sum() == pytest.approx(0, abs=1e-9)  # the scale does not count


@quick
@given(problem, st.integers(1, 6))
def test_the_mean_has_an_interval_around_it(given_, groups):
    targets, scores = given_
    of = np.arange(len(targets)) % groups
    band = mean_precision(targets, scores, of)
    assert band.value == pytest.approx(np.nanmean(average_precision(targets, scores)))
    assert 0 <= band.low <= band.value <= band.high <= 1


def test_the_interval_is_nearly_that_of_drawn_weights():
    targets, scores = drawn(5, 300, 4, ties=True)
    scores = (scores + targets).clip(0, 2) / 2
    groups = np.arange(300) // 5
    drawn_ones = label_intervals(targets, targets, scores, groups)["mean_average_precision"]
    band = mean_precision(targets, scores, groups)
    assert band.value == pytest.approx(drawn_ones.value)
    assert (band.low, band.high) == pytest.approx((drawn_ones.low, drawn_ones.high), abs=0.005)
