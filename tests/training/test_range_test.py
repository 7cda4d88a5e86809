"""The range test: the network is untouched, the answer the same again, odd curves are told."""

import copy
import dataclasses

import numpy as np
import pytest
import torch

from earmark.models import create_model
from earmark.models.graph import FeatureClassifier
from earmark.training import range_test as module
from earmark.training.batches import epoch_batches
from earmark.training.range_test import Ramp, ramp_rates, range_test
from earmark.training.rate_suggestions import choose, edges, guessing, lowest, steepest, valley
from earmark.training.windows import AugmentedWindows
from tests.training.test_loop import BINS, CLASSES, FRAMES, RECIPE, SETTINGS, some_windows

AUTO = dataclasses.replace(RECIPE, learning_rate="auto")


def parts(clips=18):
    torch.manual_seed(0)
    network = create_model("simple", CLASSES, frames=FRAMES, bins=BINS)
    classifier = FeatureClassifier(
        network, np.full(BINS, -50, np.float32), np.full(BINS, 10, np.float32)
    )
    return classifier, AugmentedWindows(some_windows(clips, 0), CLASSES, AUTO.augmentation, 0)


def test_weights_and_random_state_are_as_before_and_the_answer_is_the_same_again():
    classifier, training = parts()
    before, state = copy.deepcopy(classifier.state_dict()), torch.get_rng_state()
    first = range_test(classifier, training, AUTO, SETTINGS, 40)
    assert torch.equal(torch.get_rng_state(), state)
    assert all(torch.equal(before[n], v) for n, v in classifier.state_dict().items())
    assert range_test(classifier, training, AUTO, SETTINGS, 40) == first
    assert min(first.smoothed) < first.losses[0] / 2


@pytest.mark.parametrize("clips", [2, 4])  # one batch an epoch, of fewer windows than a batch
def test_a_small_folder_is_gone_through_again_and_again(clips):
    classifier, training = parts(clips)
    assert len(epoch_batches(training, 0, 0, SETTINGS.batch_size)) == 1
    assert len(range_test(classifier, training, AUTO, SETTINGS, 20).rates) >= 10


def test_the_loss_of_several_labels_is_binary():
    classifier, training = parts()
    binary = dataclasses.replace(AUTO, loss="binary")
    training.windows.targets = np.eye(CLASSES, dtype=np.int64)[training.windows.targets]
    ramp = range_test(classifier, training, binary, SETTINGS, 20)
    assert ramp.losses[0] < 1.5
    assert guessing(training.windows.targets, CLASSES) == pytest.approx(0.6365, abs=1e-3)


@pytest.mark.parametrize(
    ("losses", "end", "steps"),
    [
        ([1.0, 1.0, float("nan")], "not finite", 2),
        ([float("nan")], "not finite", 0),
        ([1.0] * 5 + [100.0], "diverged", 6),
        ([1.0] * 10, "highest", 10),
    ],
)
def test_it_ends_where_the_loss_flies_away_or_the_rates_end(monkeypatch, losses, end, steps):
    turns = iter(losses)
    monkeypatch.setattr(module, "learn", lambda *_: (next(turns), None))
    ramp = range_test(*parts(), AUTO, SETTINGS, 10)
    assert (ramp.end, len(ramp.rates)) == (end, steps)


# ---- rules, on curves drawn by hand: one decade is ten steps ----

RATES = np.array(ramp_rates("adamw", 51))
X = np.log10(RATES)


def curve(bottom=-2.0, start=-4.0):
    """2.3 until `start`, straight down to .8 at `bottom`, then steeply up."""
    down = 2.3 - 1.5 * np.clip((X - start) / (bottom - start), 0, 1)
    return down + 3 * np.maximum(X - bottom, 0)


def ramp(losses, end="diverged"):
    values = tuple(np.asarray(losses, float).tolist())
    return Ramp(tuple(RATES.tolist())[: len(values)], values, values, end)


def test_the_rules_by_hand():
    losses = curve()
    assert lowest(RATES, losses) == pytest.approx(1e-2)
    assert 1e-4 <= steepest(RATES, losses) <= 1e-2
    assert valley(RATES, losses) == pytest.approx(1e-3, rel=0.3)
    base, highest = edges(RATES, losses, 2.3)
    assert base == pytest.approx(10**-3.8, rel=0.3)  # a tenth of the fall
    assert highest == pytest.approx(1e-2, rel=0.4)


def test_the_choice_lies_between_the_edges():
    choice = choose(ramp(curve()), 0.5, 2.3)
    assert choice.how == "range test"
    assert choice.base < choice.rate < choice.highest
    assert choice.rate == pytest.approx(4e-3, rel=0.5)
    assert "the loss falls from 0.0002 on and falls no more at 0.0" in choice.reason


@pytest.mark.parametrize(
    ("losses", "end", "words"),
    [
        ([], "not finite", "no number at the first step"),
        ([2.3] * 4, "not finite", "no number after 4 steps"),
        (np.full(51, 2.3), "highest", "did not fall at any rate"),
        (2.3 + np.arange(51) / 10, "highest", "did not fall at any rate"),
        (curve() + 2, "diverged", "came down to 2.80 only, where guessing has 2.30"),
    ],
)
def test_a_curve_that_tells_nothing_leaves_the_usual_rate_and_says_so(losses, end, words):
    choice = choose(ramp(losses, end), 0.5, 2.3)
    assert (choice.rate, choice.how) == (0.5, "usual")
    assert words in choice.reason


def test_a_loss_that_falls_at_once_or_to_the_end_is_told():
    at_once = choose(ramp(curve(start=-7.0)), 0.5, 2.3)
    assert "from the lowest rate on, 1e-05," in at_once.reason
    never = choose(ramp(curve(bottom=0.0), "highest"), 0.5, 2.3)
    assert never.reason.endswith("to the highest rate tried, 1")


@pytest.mark.parametrize("deviation", [0.1, 0.2])
def test_noise_is_seldom_taken_for_a_fall(deviation):
    rng, fooled, rates = np.random.default_rng(0), 0, tuple(ramp_rates("adamw", 40))
    for _ in range(200):
        losses = 2.3 + deviation * rng.standard_normal(40)
        weights = 0.69 ** np.arange(40)[::-1]  # what 40 steps are smoothed with
        smoothed = [np.average(losses[: n + 1], weights=weights[39 - n :]) for n in range(40)]
        noise = Ramp(rates, tuple(losses), tuple(smoothed), "highest")
        fooled += choose(noise, 0.5, 2.3).how == "range test"
    assert fooled <= 20
