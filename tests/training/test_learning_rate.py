import math

import pytest

from earmark.training.learning_rate import learning_rate, one_cycle


@pytest.mark.parametrize(
    ("step", "rate"),
    [
        (0, 0.1 / 25),
        (5, (0.1 + 0.1 / 25) / 2),  # half of the rise
        (10, 0.1),  # a quarter of 41 steps
        (25, (0.1 + 0.1 / 25e4) / 2),  # half of the fall
        (40, 0.1 / 25e4),
    ],
)
def test_one_cycle_by_hand(step, rate):
    assert one_cycle(step, 41, 0.1) == pytest.approx(rate, rel=1e-12)


@pytest.mark.parametrize("steps", [2, 3, 10, 997])
def test_one_cycle_rises_once_and_falls_once_within_its_bounds(steps):
    rates = [one_cycle(step, steps, 1.0) for step in range(steps)]
    top = rates.index(max(rates))
    assert rates[:top] == sorted(rates[:top])
    assert rates[top:] == sorted(rates[top:], reverse=True)
    assert all(0 < rate <= 1 for rate in rates)
    assert math.isclose(rates[-1], 1 / 25e4)


def test_one_step_is_taken_at_the_full_rate():
    assert one_cycle(0, 1, 0.1) == 0.1


def test_a_constant_rate_is_constant():
    assert {learning_rate("constant", step, 10, 0.01) for step in range(10)} == {0.01}
    assert learning_rate("one_cycle", 3, 10, 0.01) == one_cycle(3, 10, 0.01)
