"""The difference of two independent figures, and how a leak is told."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from earmark.evaluation.intervals import Interval, wilson
from earmark.evaluation.leak import Leak, difference

shares = st.builds(
    lambda right, more: wilson(right / (right + more), right + more, 1.96),
    st.integers(0, 50),
    st.integers(1, 50),
)


def test_it_is_newcombes_example():
    """56 of 70 against 48 of 80: .2 [.0524, .3339] (Newcombe 1998, table II, method 10)."""
    band = difference(wilson(56 / 70, 70, 1.959964), wilson(48 / 80, 80, 1.959964))
    assert band.value == pytest.approx(0.2)
    assert (band.low, band.high) == pytest.approx((0.0524, 0.3339), abs=5e-5)


@given(shares, shares)
def test_it_holds_its_value_and_turns_round(first, second):
    band, back = difference(first, second), difference(second, first)
    assert -1 <= band.low <= band.value <= band.high <= 1
    assert (-back.high, -back.value, -back.low) == pytest.approx((band.low, band.value, band.high))


@given(shares, shares)
def test_it_comes_back_from_json(random, grouped):
    leak = Leak("accuracy", random, grouped)
    document = json.loads(json.dumps(leak.to_dict()))
    assert Leak.from_dict(document) == leak
    assert document["points"]["value"] == pytest.approx(100 * (random.value - grouped.value))
    assert Leak.from_dict(None) is None


def test_a_random_split_may_claim_less():
    leak = Leak("accuracy", Interval(0.8, 0.7, 0.88), Interval(0.82, 0.75, 0.87))
    assert str(leak).endswith(" · 2.0 points [-8.6, 13.2] less")
    level = Leak("accuracy", Interval(0.8, 0.7, 0.88), Interval(0.8, 0.75, 0.87))
    assert "· 0.0 points [" in str(level)
