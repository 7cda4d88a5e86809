import numpy as np
import pytest
from sklearn.dummy import DummyClassifier

from earmark.errors import ConfigError
from earmark.evaluation.baselines import majority


def test_equal_to_sklearn_dummy():
    train = np.random.default_rng(0).integers(5, size=101)
    dummy = DummyClassifier(strategy="most_frequent").fit(np.zeros((101, 1)), train)
    np.testing.assert_array_equal(majority(train, 9), dummy.predict(np.zeros((9, 1))))


def test_ties_go_to_the_lowest_number():
    assert majority([1, 0, 1, 0], 2).tolist() == [0, 0]


@pytest.mark.parametrize(
    ("train", "count", "text"),
    [
        ([], 1, r"got \(0,\)"),
        ([0.5], 1, "whole class numbers, got float64"),
        ([-1], 1, "class numbers from 0, got -1"),
        ([0], -1, "at least 0, got -1"),
    ],
)
def test_errors(train, count, text):
    with pytest.raises(ConfigError, match=text):
        majority(train, count)
