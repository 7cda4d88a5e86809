"""Each schedule against values by hand, and what holds for all of them."""

import math
from itertools import pairwise
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from earmark.models.recipe import Schedule
from earmark.training.learning_rate import (
    FALLING,
    cosine,
    exp_range,
    half_cycle,
    learning_rate,
    momentum,
    one_cycle,
    one_cycle_momentum,
    triangular,
    triangular2,
    warm_up,
)

SCHEDULES = get_args(Schedule)


@pytest.mark.parametrize(
    ("step", "rate", "beta"),
    [
        (0, 0.1 / 25, 0.95),
        (5, (0.1 + 0.1 / 25) / 2, 0.90),  # half of the rise
        (10, 0.1, 0.85),  # a quarter of 41 steps
        (25, (0.1 + 0.1 / 25e4) / 2, 0.90),  # half of the fall
        (40, 0.1 / 25e4, 0.95),
    ],
)
def test_one_cycle_and_its_momentum_by_hand(step, rate, beta):
    assert one_cycle(step, 41, 0.1) == pytest.approx(rate, rel=1e-12)
    assert one_cycle_momentum(step, 41) == pytest.approx(beta, rel=1e-12)


@pytest.mark.parametrize("steps", [2, 3, 10, 997])
def test_one_cycle_rises_once_and_falls_once_within_its_bounds(steps):
    rates = [one_cycle(step, steps, 1.0) for step in range(steps)]
    top = rates.index(max(rates))
    assert rates[:top] == sorted(rates[:top])
    assert rates[top:] == sorted(rates[top:], reverse=True)
    assert math.isclose(rates[-1], 1 / 25e4)


@pytest.mark.parametrize(
    ("step", "rate"),
    [(0, 0.004), (1, 0.052), (2, 0.1), (21, (0.1 + 4e-7) / 2), (40, 4e-7)],  # 41 steps: 2 rise
)
def test_cosine_by_hand(step, rate):
    assert cosine(step, 41, 0.1) == pytest.approx(rate, rel=1e-12)


@pytest.mark.parametrize(("step", "rate"), [(0, 0.004), (1, 0.052), (2, 0.1), (40, 0.1)])
def test_warm_up_by_hand(step, rate):
    assert warm_up(step, 41, 0.1) == pytest.approx(rate, rel=1e-12)


# Smith 2015, from 0.1 to 0.5 in 4 steps: cycle = floor(1 + t/8), x = |t/4 - 2 cycle + 1|
@pytest.mark.parametrize(
    ("step", "plain", "halved", "shrunk"),
    [
        (0, 0.1, 0.1, 0.1),
        (2, 0.3, 0.3, 0.1 + 0.2 * 0.81),  # half way up; gamma .9 squared
        (4, 0.5, 0.5, 0.1 + 0.4 * 0.6561),
        (7, 0.2, 0.2, 0.1 + 0.1 * 0.4782969),
        (8, 0.1, 0.1, 0.1),
        (12, 0.5, 0.3, 0.1 + 0.4 * 0.9**12),  # second top, half as high
        (20, 0.5, 0.2, 0.1 + 0.4 * 0.9**20),  # third, a quarter
    ],
)
def test_smiths_cycles_by_hand(step, plain, halved, shrunk):
    assert triangular(step, 4, 0.1, 0.5) == pytest.approx(plain, rel=1e-12)
    assert triangular2(step, 4, 0.1, 0.5) == pytest.approx(halved, rel=1e-12)
    assert exp_range(step, 4, 0.1, 0.5, 0.9) == pytest.approx(shrunk, rel=1e-12)


def test_whole_cycles_of_some_epochs_fill_the_training():
    assert half_cycle(steps=601, steps_per_epoch=10) == pytest.approx(37.5)  # 8 cycles, not 7.5
    assert half_cycle(steps=21, steps_per_epoch=10) == 10  # one, however short
    assert half_cycle(steps=1, steps_per_epoch=1) == 1


def test_the_top_of_exp_range_ends_at_a_tenth():
    rates = [learning_rate("exp_range", step, 161, 1.0, 10) for step in range(161)]
    last_top = max(rates[-40:])
    assert last_top == pytest.approx(0.25 + 0.75 * 0.1 ** (120 / 160), abs=0.01)


@given(
    schedule=st.sampled_from(SCHEDULES),
    steps=st.integers(1, 2000),
    per_epoch=st.integers(1, 200),
    largest=st.floats(1e-6, 10),
)
def test_every_schedule_stays_above_nothing_and_reaches_no_more_than_its_largest(
    schedule, steps, per_epoch, largest
):
    rates = [learning_rate(schedule, step, steps, largest, per_epoch) for step in range(steps)]
    assert all(0 < rate <= largest * (1 + 1e-9) for rate in rates)
    if steps > 100:
        assert max(rates) > (0.4 if schedule == "exp_range" else 0.8) * largest
        if schedule in FALLING:
            assert rates[-1] < 0.3 * largest
        else:
            assert rates[-1] == largest


@given(schedule=st.sampled_from(SCHEDULES), steps=st.integers(400, 2000))
def test_no_schedule_jumps(schedule, steps):
    rates = [learning_rate(schedule, step, steps, 1.0, steps // 40) for step in range(steps)]
    jumps = [abs(b - a) for a, b in pairwise(rates)]
    assert max(jumps) < 0.06  # the steepest is the short warm-up: 1 / (.05 * 399)


@given(steps=st.integers(1, 500), data=st.data())
def test_momentum_goes_against_the_rate(steps, data):
    step = data.draw(st.integers(0, steps - 1))
    assert 0.85 - 1e-12 <= one_cycle_momentum(step, steps) <= 0.95 + 1e-12
    assert momentum("one_cycle", step, steps) == one_cycle_momentum(step, steps)
    assert momentum("cosine", step, steps) is None


def test_one_step_is_taken_at_the_full_rate():
    assert one_cycle(0, 1, 0.1) == cosine(0, 1, 0.1) == warm_up(0, 1, 0.1) == 0.1


def test_a_constant_rate_is_constant():
    assert {learning_rate("constant", step, 10, 0.01) for step in range(10)} == {0.01}
