"""Calibration against scikit-learn, closed forms and a brute-force search."""

import numpy as np
import pytest
import sklearn.metrics as reference

from earmark.errors import ConfigError
from earmark.evaluation.calibration import (
    TEMPERATURES,
    brier_score,
    expected_calibration_error,
    fit_temperature,
    negative_log_likelihood,
    softmax,
)


def sample(clips=300, classes=4, sharpness=1.0, seed=0):
    """Logits `sharpness` times too sure, and targets drawn from the honest ones."""
    rng = np.random.default_rng(seed)
    honest = 2 * rng.normal(size=(clips, classes))
    targets = np.array([rng.choice(classes, p=p) for p in softmax(honest)])
    return sharpness * honest, targets


@pytest.mark.parametrize("sharpness", [0.3, 1.0, 4.0])
def test_temperature_is_found_and_lowers_the_loss(sharpness):
    logits, targets = sample(clips=3000, sharpness=sharpness)
    found = fit_temperature(logits, targets)
    assert found == pytest.approx(sharpness, rel=0.1)
    grid = np.exp(np.linspace(*np.log(TEMPERATURES), 600))
    losses = [negative_log_likelihood(softmax(logits, t), targets) for t in grid]
    assert found == pytest.approx(grid[np.argmin(losses)], rel=0.02)
    before = negative_log_likelihood(softmax(logits), targets)
    assert negative_log_likelihood(softmax(logits, found), targets) <= before + 1e-9
    assert (softmax(logits, found).argmax(axis=1) == logits.argmax(axis=1)).all()


def test_extreme_and_tiny_validation_sets_stay_bounded():
    sure = 1000 * np.eye(3)
    assert fit_temperature(sure, [0, 1, 2]) == pytest.approx(1, abs=0.01)  # nothing to mend
    assert 1 < fit_temperature(sure, [1, 2, 0]) <= 20  # all wrong, and sure of it
    mild = np.tile([2.0, 0.0], (200, 1))
    assert 0.05 <= fit_temperature(mild, np.zeros(200, int)) < 1  # all right, and shy
    assert 0.5 < fit_temperature([[1.0, 0.0]], [0]) < 1  # one clip moves it little
    assert fit_temperature(np.zeros((0, 3)), []) == 1.0


def test_brier_and_likelihood_equal_sklearn():
    logits, targets = sample()
    chances = softmax(logits)
    assert negative_log_likelihood(chances, targets) == pytest.approx(
        reference.log_loss(targets, chances)
    )
    one_hot = np.eye(4)[targets]
    assert brier_score(chances, targets) == pytest.approx(
        4 * reference.mean_squared_error(one_hot, chances)
    )


def test_calibration_error_by_hand():
    rng = np.random.default_rng(2)
    chances = rng.dirichlet(np.ones(3), size=400)
    targets = rng.integers(3, size=400)
    sure, right = chances.max(axis=1), chances.argmax(axis=1) == targets
    expected = 0.0
    for low in np.arange(15) / 15:
        inside = (sure > low) & (sure <= low + 1 / 15)
        if inside.any():
            expected += inside.mean() * abs(right[inside].mean() - sure[inside].mean())
    assert expected_calibration_error(chances, targets) == pytest.approx(expected)
    assert expected_calibration_error(np.eye(3), [0, 1, 2]) == 0
    assert expected_calibration_error(np.eye(3), [1, 2, 0]) == 1


def test_a_zero_probability_is_bounded_and_no_clip_is_nan():
    assert negative_log_likelihood([[1.0, 0.0]], [1]) == pytest.approx(34.54, abs=0.01)
    for figure in (brier_score, negative_log_likelihood, expected_calibration_error):
        assert np.isnan(figure(np.zeros((0, 2)), []))


@pytest.mark.parametrize(
    ("chances", "text"),
    [
        ([[0.5, 0.6]], "sum to one in each row, row 0 sums to 1.1"),
        ([[np.nan, 1.0]], "must be finite, got NaN or infinity in 1 of 1 rows, first in row 0"),
        ([[1.5, -0.5]], r"must lie in \[0, 1\], got other values in row 0"),
        ([[1.0, 0.0]] * 2, r"must have shape \(1, 2\), got \(2, 2\)"),
        ([1.0, 0.0], r"shape \(clips, classes\), got \(2,\)"),
    ],
)
def test_bad_probabilities(chances, text):
    for figure in (brier_score, negative_log_likelihood, expected_calibration_error):
        with pytest.raises(ConfigError, match=text):
            figure(chances, [0])


@pytest.mark.parametrize(
    ("logits", "targets", "text"),
    [
        ([1.0], [0], r"shape \(clips, classes\), got \(1,\)"),
        ([[np.inf, 0.0]], [0], "logits must be finite"),
        ([[1.0, 0.0]], [0, 1], r"logits \(1, 2\) and targets \(2,\) must be as long"),
    ],
)
def test_bad_logits(logits, targets, text):
    with pytest.raises(ConfigError, match=text):
        fit_temperature(logits, targets)
