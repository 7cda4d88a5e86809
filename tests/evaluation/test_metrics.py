"""Metrics against scikit-learn, which is the independent reference."""

import numpy as np
import pytest
import sklearn.metrics as reference
from hypothesis import given, settings
from hypothesis import strategies as st

from earmark.errors import ConfigError
from earmark.evaluation.metrics import (
    METRICS,
    accuracy,
    balanced_accuracy,
    confusion_matrix,
    macro_f1,
    per_class,
)

pairs = st.integers(2, 7).flatmap(
    lambda k: st.tuples(
        st.just(k),
        st.lists(st.tuples(st.integers(0, k - 1), st.integers(0, k - 1)), min_size=1, max_size=40),
    )
)


@settings(max_examples=150, deadline=None)
@given(pairs)
def test_equal_to_sklearn(case):
    classes, rows = case
    true, answered = np.array(rows).T
    matrix = confusion_matrix(true, answered, classes)
    labels = range(classes)
    assert matrix.dtype == np.int64
    np.testing.assert_array_equal(matrix, reference.confusion_matrix(true, answered, labels=labels))
    assert accuracy(matrix) == pytest.approx(reference.accuracy_score(true, answered))
    assert macro_f1(matrix) == pytest.approx(
        reference.f1_score(true, answered, average="macro", zero_division=0)
    )
    recalls = reference.recall_score(
        true, answered, labels=np.unique(true), average=None, zero_division=0
    )  # balanced_accuracy_score warns of answers that are never true
    assert balanced_accuracy(matrix) == pytest.approx(recalls.mean())
    expected = reference.precision_recall_fscore_support(
        true, answered, labels=labels, zero_division=np.nan
    )
    for ours, theirs in zip(per_class(matrix), expected, strict=True):
        np.testing.assert_allclose(ours, theirs)


def test_batches_equal_singles():
    batch = np.random.default_rng(0).integers(0, 5, size=(3, 4, 6, 6))
    for metric in METRICS.values():
        together = metric(batch)
        assert together.shape == (3, 4)
        assert together[1, 2] == metric(batch[1, 2])


def test_empty_matrix_is_nan_without_warning():
    assert all(np.isnan(metric(np.zeros((3, 3)))) for metric in METRICS.values())
    assert np.isnan(per_class(np.zeros((2, 2))).recall).all()


@pytest.mark.parametrize(
    ("targets", "predictions", "text"),
    [
        ([0, 3], [0, 1], r"targets must lie in 0..2, got 0..3"),
        ([0, 1], [0, -1], r"predictions must lie in 0..2, got -1..0"),
        ([0, 1], [0], r"targets and predictions must be as long, got 2 and 1"),
        ([0.5], [0], r"targets must be whole class numbers, got float64"),
        ([[0]], [0], r"targets must have shape \(n,\), got \(1, 1\)"),
    ],
)
def test_bad_labels(targets, predictions, text):
    with pytest.raises(ConfigError, match=text):
        confusion_matrix(targets, predictions, 3)


def test_matrix_must_be_square():
    with pytest.raises(ConfigError, match=r"got \(2, 3\)"):
        accuracy(np.zeros((2, 3)))
