"""Pairs of models on the same clips: bounds, sides, published examples, and what is promised."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from earmark.errors import ConfigError
from earmark.evaluation.paired import PairedTest, compare_paired
from earmark.evaluation.significance import holm, mcnemar_mid_p, sign_flip_p

from .paired_coverage import trial_shares


def answers(rng, clips, classes, models):
    targets = rng.integers(classes, size=clips)
    given = {
        f"model {number}": np.where(rng.random(clips) < 0.6, targets, rng.integers(classes))
        for number in range(models)
    }
    return targets, given


@settings(max_examples=80, deadline=None)
@given(st.integers(1, 4), st.integers(1, 40), st.integers(1, 9), st.integers(0, 10**6))
def test_sides_change_the_sign_alone(classes, clips, groups, seed):
    rng = np.random.default_rng(seed)
    targets, given = answers(rng, clips, classes, 2)
    index = rng.integers(groups, size=clips)
    (test,) = compare_paired(targets, given, index)
    reverse = dict(reversed(given.items()))
    (other,) = compare_paired(targets, reverse, index)
    band, mirrored = test.difference, other.difference
    assert -1 <= band.low <= band.value <= band.high <= 1
    assert band.high - band.low > 0.005
    assert band.value == pytest.approx(test.first_accuracy - test.second_accuracy)
    assert band.value == -mirrored.value
    assert band.low == pytest.approx(-mirrored.high, abs=1e-12)
    assert band.high == pytest.approx(-mirrored.low, abs=1e-12)
    assert (test.p_value, test.holm_p) == (other.p_value, other.holm_p)
    assert (test.only_first, test.only_second) == (other.only_second, other.only_first)
    assert 0 < test.p_value <= 1


def test_identical_models_are_level():
    targets, given = answers(np.random.default_rng(0), 60, 3, 1)
    same = {"a": given["model 0"], "b": given["model 0"]}
    for groups in (None, np.arange(60) % 7):
        (test,) = compare_paired(targets, same, groups)
        assert (test.p_value, test.mcnemar_p, test.holm_p) == (1, 1, 1)
        assert not test.told_apart
        assert test.difference.low < test.difference.value == 0 < test.difference.high


def test_the_interval_of_a_published_example():
    """Bonett & Price 2012, as R's statpsych::ci.prop.ps(.05, 12, 4, 26, 6) gives it."""
    first = np.repeat([0, 0, 1, 1], [12, 4, 26, 6])
    second = np.repeat([0, 1, 0, 1], [12, 4, 26, 6])
    (test,) = compare_paired(np.ones(48, int), {"x": first, "y": second}, None)
    assert (test.only_first, test.only_second) == (26, 4)
    assert test.difference.value == pytest.approx(22 / 48)
    assert test.difference.low == pytest.approx(0.2548067, abs=1e-7)
    assert test.difference.high == pytest.approx(0.6251933, abs=1e-7)


def test_the_reported_p_keeps_groups_whole():
    """A hundred clips that all differ in the same way on five CDs are five observations."""
    targets = np.ones(100, dtype=int)
    given = {"a": targets, "b": np.zeros(100, dtype=int)}
    (alone,) = compare_paired(targets, given, None)
    (grouped,) = compare_paired(targets, given, np.arange(100) % 5)
    assert alone.grouped_p is None
    assert alone.p_value == alone.mcnemar_p < 1e-20
    assert grouped.p_value == grouped.grouped_p == 2 / 32
    assert grouped.mcnemar_p == alone.mcnemar_p
    assert alone.told_apart
    assert not grouped.told_apart


def test_every_pair_is_there_in_order_and_corrected():
    rng = np.random.default_rng(4)
    targets, given = answers(rng, 200, 5, 4)
    index = rng.integers(30, size=200)
    tests = compare_paired(targets, given, index)
    assert [(t.first[-1], t.second[-1]) for t in tests] == [
        tuple(pair) for pair in ("01", "02", "03", "12", "13", "23")
    ]
    assert [t.holm_p for t in tests] == holm([t.p_value for t in tests]).tolist()
    for test in tests:
        right = {name: given[name] == targets for name in (test.first, test.second)}
        signed = right[test.first].astype(int) - right[test.second]
        by_group = [int(signed[index == group].sum()) for group in np.unique(index)]
        assert test.grouped_p == sign_flip_p(by_group)
        assert test.mcnemar_p == mcnemar_mid_p(int((signed > 0).sum()), int((signed < 0).sum()))
        assert (test.clips, test.groups) == (200, 30)


def test_names_of_groups_and_the_seed_do_not_matter():
    rng = np.random.default_rng(5)
    targets, given = answers(rng, 90, 3, 3)
    index = rng.integers(9, size=90)
    first = compare_paired(targets, given, index)
    assert first == compare_paired(targets, given, [f"cd {i}" for i in index])


# (groups, accuracy of each, correlation): 250 trials have a standard error of 1.4 %.
@pytest.mark.parametrize(
    ("groups", "accuracy", "correlation", "size"),
    [(15, 0.8, 0.1, 10), (40, 0.8, 0.3, 10), (40, 0.95, 0.1, 10), (150, 0.8, 0.0, 1)],
)
def test_equal_models_are_told_apart_as_seldom_as_promised(groups, accuracy, correlation, size):
    held, found, naive = trial_shares(
        groups, accuracy, accuracy, correlation, trials=250, mean_size=size
    )
    assert held >= 0.92
    assert found <= 0.085
    if correlation:
        assert naive > 0.15  # what taking every clip for independent would claim


def test_a_real_difference_is_found_and_covered():
    held, found, _ = trial_shares(40, 0.9, 0.8, 0.1, trials=150)
    assert held >= 0.90
    assert found > 0.6


def test_round_trip_through_json():
    targets, given = answers(np.random.default_rng(6), 40, 3, 2)
    for groups in (None, np.arange(40) % 6):
        (test,) = compare_paired(targets, given, groups)
        document = json.loads(json.dumps(test.to_dict(), allow_nan=False))
        assert PairedTest.from_dict(document) == test
        assert document["p_value"] == test.p_value


@pytest.mark.parametrize(
    ("targets", "given", "groups", "settings", "text"),
    [
        ([0], {"a": [0]}, None, {}, "at least 2 models, got 1"),
        ([], {"a": [], "b": []}, None, {}, "at least 1 clip, got 0"),
        ([0], {"a": [0], "b": [0, 1]}, None, {}, "answers of 'b' must be as long, got 1 and 2"),
        ([0], {"a": [0.5], "b": [0]}, None, {}, "answers of 'a' must be whole class numbers"),
        ([0], {"a": [0], "b": [0]}, ["x", "y"], {}, r"groups must have shape \(1,\)"),
        ([0], {"a": [0], "b": [0]}, None, {"confidence": 95}, "between 0 and 1, got 95"),
    ],
)
def test_errors(targets, given, groups, settings, text):
    with pytest.raises(ConfigError, match=text):
        compare_paired(targets, given, groups, **settings)
