import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.dummy import DummyClassifier
from sklearn.neighbors import KNeighborsClassifier
from sklearn.preprocessing import StandardScaler

from earmark.errors import ConfigError
from earmark.evaluation.baselines import majority, nearest_neighbours


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


def some(seed, train=60, test=40, values=2, classes=3):
    rng = np.random.default_rng(seed)
    targets = rng.integers(classes, size=train)
    return (
        targets[:, None] + rng.normal(size=(train, values)),
        targets,
        3 * rng.random((test, values)),
    )


@pytest.mark.parametrize("k", [1, 3, 5, 60])
def test_equal_to_sklearn_where_nothing_is_tied(k):
    train, targets, test = some(k)
    scaler = StandardScaler().fit(train)
    theirs = KNeighborsClassifier(k).fit(scaler.transform(train), targets)
    probabilities = theirs.predict_proba(scaler.transform(test))
    clear = (probabilities == probabilities.max(axis=1, keepdims=True)).sum(axis=1) == 1
    ours = nearest_neighbours(train, targets, test, k)
    np.testing.assert_array_equal(ours[clear], probabilities.argmax(axis=1)[clear])
    assert clear.sum() > 20


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 9))
def test_neither_order_nor_units_matter(seed, k):
    rng = np.random.default_rng(seed)
    train = rng.integers(6, size=(25, 2)).astype(float)  # many at the same place
    targets, test = rng.integers(3, size=25), rng.integers(6, size=(9, 2)).astype(float)
    train[rng.random(25) < 0.2, 0] = np.nan
    found = nearest_neighbours(train, targets, test, k)
    order = rng.permutation(25)
    np.testing.assert_array_equal(nearest_neighbours(train[order], targets[order], test, k), found)
    units = np.array([4.0, 0.25])  # powers of two round nothing
    np.testing.assert_array_equal(
        nearest_neighbours(train * units, targets, test * units, k), found
    )


def test_among_as_many_votes_the_nearest_decides_then_the_lowest_number():
    assert nearest_neighbours([0, 3], [1, 0], [1], k=2).tolist() == [1]
    assert nearest_neighbours([0, 2], [1, 0], [1], k=2).tolist() == [0]
    # two at the same distance as the k-th both vote
    assert nearest_neighbours([0, 2, 2], [0, 1, 1], [1], k=1).tolist() == [1]


def test_no_value_is_a_value_of_its_own():
    nan = float("nan")
    train, targets = [120, 121, 122, 180, nan, nan, nan], [0, 0, 0, 1, 2, 2, 1]
    assert nearest_neighbours(train, targets, [nan, 121, 181], k=1).tolist() == [2, 0, 1]
    assert nearest_neighbours(train[:4], targets[:4], [nan, float("inf")]).tolist() == [0, 0]
    assert nearest_neighbours([nan] * 3, [1, 1, 0], [120.0, nan]).tolist() == [1, 1]
    assert nearest_neighbours(train, targets, np.zeros((0, 1))).shape == (0,)


def test_weights_and_a_value_that_never_changes():
    train, targets = [[0, 0, 7], [0, 1, 7], [1, 0, 7], [1, 1, 7]], [0, 1, 2, 3]
    test = [[0.1, 0.9, 8]]
    assert nearest_neighbours(train, targets, test, 1).tolist() == [1]
    assert nearest_neighbours(train, [0, 0, 1, 1], test, 2, weights=[1, 0, 0]).tolist() == [0]
    assert nearest_neighbours(train, [0, 1, 0, 1], test, 2, weights=[0, 1, 0]).tolist() == [1]


@pytest.mark.parametrize(
    ("arrays", "more", "text"),
    [
        (([[1, 2]], [0], [[1]]), {}, "as many columns, got 2 and 1"),
        (([], [], [1]), {}, "at least 1 train clip, got 0"),
        (([1, 2], [0], [1]), {}, "must be as long, got 2 and 1"),
        (([1], [0.5], [1]), {}, "whole class numbers, got float64"),
        (([[[1]]], [0], [1]), {}, r"train_values must have shape \(clips, values\)"),
        (([1], [0], [1]), {"k": 0}, "k must be at least 1, got 0"),
        (([1], [0], [1]), {"weights": [1, 2]}, r"weights must be .* shape \(1,\)"),
        (([1], [0], [1]), {"weights": [-1]}, "at least 0"),
    ],
)
def test_errors_of_nearest_neighbours(arrays, more, text):
    with pytest.raises(ConfigError, match=text):
        nearest_neighbours(*arrays, **more)
