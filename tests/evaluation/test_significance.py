"""p-values against scipy, a count of every case, and published examples."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom, binomtest, norm

from earmark.errors import ConfigError
from earmark.evaluation.significance import holm, mcnemar_mid_p, sign_flip_p


def test_mid_p_of_the_published_example():
    """Table 1 of Fagerland, Lydersen & Laake 2013: 1 against 7 of 21 children."""
    assert mcnemar_mid_p(1, 7) == pytest.approx(0.0391, abs=5e-5)
    assert binomtest(1, 8).pvalue == pytest.approx(0.0703, abs=5e-5)


@given(st.integers(0, 300), st.integers(0, 300))
def test_mid_p_is_the_exact_p_less_half_of_what_was_seen(a, b):
    found = mcnemar_mid_p(a, b)
    assert 0 <= found <= 1
    assert found == mcnemar_mid_p(b, a)
    if a != b:
        exact = binomtest(a, a + b).pvalue
        assert found == pytest.approx(exact - binom.pmf(a, a + b, 0.5), rel=1e-9, abs=1e-300)


def counted(differences):
    """Every choice of signs, one by one."""
    sums = [np.dot(signs, differences) for signs in product((1, -1), repeat=len(differences))]
    return np.mean(np.abs(sums) >= abs(np.sum(differences)))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(-12, 12), min_size=1, max_size=10))
def test_sign_flips_are_all_counted(differences):
    assert sign_flip_p(differences) == pytest.approx(counted(differences), rel=1e-12)


@given(st.integers(0, 400), st.integers(0, 400))
def test_sign_flip_of_single_clips_is_mcnemars_exact_test(a, b):
    exact = binomtest(a, a + b).pvalue if a + b else 1.0
    assert sign_flip_p([1] * a + [-1] * b + [0] * 3) == pytest.approx(exact, rel=1e-9)


@given(st.lists(st.integers(-50, 50), min_size=1, max_size=40))
def test_sign_flip_knows_no_side_and_no_order(differences):
    found = sign_flip_p(differences)
    assert 0 < found <= 1
    assert found == sign_flip_p([-d for d in differences])
    assert found == sign_flip_p(sorted(differences))


def test_sign_flip_of_many_groups_nears_the_clustered_mcnemar_test(monkeypatch):
    differences = np.random.default_rng(0).integers(-9, 10, 3000) + (np.arange(3000) < 600)
    z = differences.sum() / np.sqrt((differences**2).sum())  # Yang, Sun & Hardin 2010
    assert abs(z) > 2
    assert sign_flip_p(differences) == pytest.approx(2 * norm.sf(abs(z)), rel=0.05)
    monkeypatch.setattr("earmark.evaluation.significance.MOST_STEPS", 1000)
    assert sign_flip_p(differences) == pytest.approx(2 * norm.sf(abs(z)), rel=1e-9)


def test_a_p_value_is_never_0():
    assert sign_flip_p([9] * 60) == 0.5**59
    assert 0 < sign_flip_p([1] * 3000) < 1e-300


def test_holm_of_a_worked_example():
    assert holm([0.005, 0.03, 0.01, 0.04]) == pytest.approx([0.02, 0.06, 0.03, 0.06])
    assert holm([]).shape == (0,)
    assert holm([0.6, 0.7]).tolist() == [1.0, 1.0]


@given(st.lists(st.floats(0, 1), min_size=1, max_size=8))
def test_holm_lies_between_none_and_bonferroni_and_keeps_the_order(p):
    found = holm(p)
    assert (found >= p).all()
    assert (found <= np.minimum(np.multiply(p, len(p)) + 1e-12, 1)).all()
    assert (np.diff(found[np.argsort(p, kind="stable")]) >= 0).all()


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda: mcnemar_mid_p(-1, 2), "at least 0, got -1 and 2"),
        (lambda: sign_flip_p([0.5]), r"whole numbers, \(groups,\); got float64 of \(1,\)"),
        (lambda: sign_flip_p([[1]]), r"got int64 of \(1, 1\)"),
        (lambda: holm([0.2, 1.2]), r"lie in \[0, 1\]"),
        (lambda: holm([float("nan")]), r"lie in \[0, 1\]"),
    ],
)
def test_errors(call, text):
    with pytest.raises(ConfigError, match=text):
        call()
