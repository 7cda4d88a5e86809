"""Every figure against scikit-learn, and by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from earmark.evaluation.multilabel.metrics import (
    counts,
    exact_match,
    macro_f1,
    micro_f1,
    per_label,
    ranking_precision,
)

quick = settings(max_examples=60, deadline=None)


def drawn(seed, clips, classes, ties):
    """Labels and scores, with equal scores where `ties`."""
    rng = np.random.default_rng(seed)
    targets = rng.random((clips, classes)) < 0.4
    targets[0, 0] = True
    scores = rng.random((clips, classes))
    return targets, scores.round(1) if ties else scores


problem = st.builds(
    drawn, st.integers(0, 10**6), st.integers(1, 30), st.integers(2, 5), st.booleans()
)


@quick
@given(problem)
def test_f1_is_that_of_scikit_learn(given_):
    sklearn = pytest.importorskip("sklearn.metrics")
    targets, scores = given_
    answers = scores >= 0.5
    table = counts(targets, answers).sum(axis=0)
    both = targets.astype(int), answers.astype(int)
    assert micro_f1(table) == pytest.approx(sklearn.f1_score(*both, average="micro"))
    each = sklearn.f1_score(*both, average=None, zero_division=np.nan)
    assert per_label(table).f1 == pytest.approx(each, nan_ok=True)
    assert macro_f1(table) == pytest.approx(np.nanmean(each))
    assert exact_match(targets, answers).mean() == pytest.approx(sklearn.accuracy_score(*both))


@quick
@given(problem)
def test_ranking_precision_is_that_of_scikit_learn(given_):
    sklearn = pytest.importorskip("sklearn.metrics")
    targets, scores = given_
    wanted = sklearn.label_ranking_average_precision_score(targets, scores)
    assert ranking_precision(targets, scores).mean() == pytest.approx(wanted)


def test_what_cannot_be_counted_is_nan():
    figures = per_label([[0, 1], [0, 0], [2, 0]])
    assert np.isnan(figures.precision[0])
    assert figures.recall.tolist() == [0.0, 1.0]
    assert figures.f1.tolist() == [0.0, 1.0]
    assert figures.support.tolist() == [2, 1]
    assert np.isnan(micro_f1([[0], [0], [0]]))
