"""The picture of a range test."""

import numpy as np
import pytest

from earmark.errors import ConfigError
from earmark.evaluation.pictures import plot_range_test

RATES = np.logspace(-5, 0, 40)
LOSSES = 2 + np.sin(RATES * 40)


def test_the_curve_the_rules_and_the_choice_are_drawn(drawn, tmp_path):
    path = tmp_path / "rate.png"
    rules = {"valley": 2.6e-4, "edge": 0.01}
    plot_range_test(
        RATES, LOSSES, LOSSES, path, suggestions=rules, span=(1e-4, 0.01), chosen=0.0031
    )
    assert path.stat().st_size > 10_000
    (axes,) = drawn[0].axes
    assert axes.get_xscale() == "log"
    told = [text.get_text() for text in axes.get_legend().get_texts()]
    assert {"chosen: 0.0031", "valley: 2.6e-4", "edge: 0.01", "the loss falls"} <= set(told)


def test_one_step_is_drawn_too(tmp_path):
    plot_range_test([1e-5], [2.0], [2.0], tmp_path / "rate.png")


def test_curves_of_unequal_length_are_refused(tmp_path):
    with pytest.raises(ConfigError, match=r"one shape \(steps,\)"):
        plot_range_test([1e-5, 1e-4], [2.0], [2.0], tmp_path / "rate.png")
