"""Classes of uneven size: weights by the effective number of clips, in the loss or in the draw."""

import dataclasses

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given
from hypothesis import strategies as st

from earmark.features.extract import FeatureStore
from earmark.models import Augmentation, Recipe
from earmark.models.graph import FeatureClassifier
from earmark.training.balance import (
    choose_balance,
    class_counts,
    class_weights,
    sampling_weights,
)
from earmark.training.judging import predict_logits
from earmark.training.loop import LoopSettings, fit
from earmark.training.losses import soft_cross_entropy, weighted_loss
from earmark.training.watcher import Watcher
from earmark.training.windows import MOST_WINDOWS, AugmentedWindows, Cut, Windows

RECIPE = Recipe(name="test")


def test_weights_are_one_over_the_effective_number():
    counts = np.array([500, 50, 5])
    effective = (1 - 0.999**counts) / (1 - 0.999)
    weights = class_weights(counts)
    np.testing.assert_allclose(weights * effective, (weights * effective)[0], rtol=1e-5)
    assert (weights * counts).sum() / counts.sum() == pytest.approx(1, rel=1e-6)


@given(st.lists(st.integers(0, 5000), min_size=1, max_size=8))
def test_weights_are_positive_and_rarer_never_weighs_less(counts):
    weights = class_weights(np.array(counts))
    assert np.isfinite(weights).all()
    assert (weights > 0).all()
    there = [(count, weight) for count, weight in zip(counts, weights, strict=True) if count]
    ordered = [weight for _, weight in sorted(there)]
    assert ordered == sorted(ordered, reverse=True)


def test_a_class_without_a_clip_weighs_one():
    assert class_weights(np.array([10, 0]))[1] == 1
    assert class_weights(np.array([0, 0])).tolist() == [1, 1]


@pytest.mark.parametrize(
    ("targets", "chosen"),
    [
        ([0, 0, 0, 1], "none"),  # three times is not over three times
        ([0, 0, 0, 0, 1], "loss"),
        ([0, 0, 1, 1], "none"),  # the third class has none here, which is no unevenness
        ([[1, 0], [1, 0], [1, 0], [1, 0], [0, 1]], "none"),
    ],
)
def test_auto_weighs_where_one_class_is_over_three_times_another(targets, chosen):
    assert choose_balance("auto", np.array(targets), 3) == chosen


@pytest.mark.parametrize("wanted", ["none", "loss", "sampling"])
def test_what_is_asked_for_is_taken(wanted):
    assert choose_balance(wanted, np.array([0, 0, 0, 0, 1]), 2) == wanted


def test_labels_are_counted():
    assert class_counts(np.array([0, 2, 2]), 4).tolist() == [1, 0, 2, 0]
    assert class_counts(np.array([[1, 1, 0], [0, 1, 0]]), 3).tolist() == [1, 2, 0]


# ---- the loss ----

LOGITS = torch.log(torch.tensor([[0.2, 0.8], [0.5, 0.5]]))
MIXED = torch.tensor([[0.25, 0.75], [1.0, 0.0]])


@pytest.mark.parametrize("loss", ["cross_entropy", "clipped", "binary"])
@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_weights_of_one_change_nothing(loss, smoothing):
    recipe = dataclasses.replace(RECIPE, loss=loss, label_smoothing=smoothing)
    got = weighted_loss(LOGITS, MIXED, recipe, np.ones(2, np.float32))
    assert got.item() == pytest.approx(soft_cross_entropy(LOGITS, MIXED, recipe).item(), rel=1e-6)


@pytest.mark.parametrize("loss", ["cross_entropy", "clipped"])
def test_a_window_counts_as_much_as_its_labels_do(loss):
    recipe = dataclasses.replace(RECIPE, loss=loss)
    first = -(0.25 * np.log(0.2) + 0.75 * np.log(0.8))
    second = -np.log(0.5)
    wanted = ((0.25 * 4 + 0.75 * 0.5) * first + 4 * second) / 2
    got = weighted_loss(LOGITS, MIXED, recipe, np.array([4, 0.5], np.float32)).item()
    assert got == pytest.approx(wanted, rel=1e-5)


def test_of_several_labels_the_yes_counts_more():
    recipe = dataclasses.replace(RECIPE, loss="binary")
    weights = torch.tensor([4.0, 0.5])
    wanted = F.binary_cross_entropy_with_logits(LOGITS, MIXED, pos_weight=weights).item()
    assert weighted_loss(LOGITS, MIXED, recipe, weights.numpy()).item() == pytest.approx(wanted)


# ---- the draw ----


def skewed(clips, seed, lengths=None):
    """Two classes whose bins overlap, one rare: a network gains by always saying the other."""
    rng = np.random.default_rng(seed)
    targets = np.array([0] * (clips - clips // 10) + [1] * (clips // 10))
    lengths = [8] * clips if lengths is None else lengths
    array = rng.normal(-50, 10, (sum(lengths), 4)).astype(np.float32)
    clip_of = np.repeat(np.arange(clips), lengths)
    array[:, 0] += (rng.normal(0, 6, clips) + 10 * targets)[clip_of]
    ends = np.cumsum(lengths)
    rows = [(int(end - length), length) for end, length in zip(ends, lengths, strict=True)]
    cut = Cut(8, "silence", truncate=False, silence=np.full(4, -100, "f"), decibels=True)
    store = FeatureStore(array, rows, [str(row) for row in rows])
    return Windows(store, range(clips), targets, cut)


def drawing(windows):
    augmented = AugmentedWindows(windows, 2, Augmentation(), seed=0)
    augmented.likely = sampling_weights(windows, 2)
    return augmented


def test_rare_classes_are_drawn_as_often_as_their_weights_say():
    windows = skewed(100, 0)
    orders = np.stack([drawing(windows).epoch_order(0, epoch) for epoch in range(40)])
    assert orders.shape[1] == 100
    drawn = windows.targets[orders].mean()  # of class 1, of whose clips there are a tenth
    weights = class_weights(np.array([90, 10]))
    assert drawn == pytest.approx(weights[1] * 0.1, abs=0.02)
    assert len(np.unique(orders)) == 100


def test_a_draw_follows_from_seed_and_epoch():
    draw = drawing(skewed(30, 0)).epoch_order
    np.testing.assert_array_equal(draw(1, 2), draw(1, 2))
    assert draw(1, 2).tolist() != draw(1, 3).tolist()
    assert draw(1, 2).tolist() != draw(2, 2).tolist()


def test_a_long_clip_is_not_drawn_for_each_of_its_windows():
    windows = skewed(20, 0, lengths=[8 * 100] + [8] * 19)
    likely = sampling_weights(windows, 2)
    first = likely[windows.clip_of == 0].sum()
    assert first == pytest.approx(MOST_WINDOWS * likely[windows.clip_of == 1].sum())
    order = drawing(windows).epoch_order(0, 0)
    assert len(order) == MOST_WINDOWS + 19


def test_a_clip_of_several_labels_is_drawn_by_their_mean():
    windows = skewed(10, 0)
    marks = np.array([[1, 0]] * 7 + [[1, 1], [0, 1], [0, 0]])
    several = Windows(windows.store, range(10), marks, windows.cut)
    weights = class_weights(np.array([8, 2])).astype(float)
    wanted = np.array([weights[0]] * 7 + [weights.mean(), weights[1], 1.0])
    np.testing.assert_allclose(sampling_weights(several, 2), wanted / wanted.sum(), rtol=1e-6)


@pytest.mark.parametrize("balance", ["loss", "sampling"])
def test_macro_recall_rises_where_one_class_is_rare(tmp_path, balance):
    def macro_recall(balance):
        torch.manual_seed(0)
        network = torch.nn.Sequential(torch.nn.AvgPool2d((8, 1)), torch.nn.Flatten())
        network.append(torch.nn.Linear(4, 2))  # the mean of each bin over time, and a line
        classifier = FeatureClassifier(network, np.full(4, -50, "f"), np.full(4, 10, "f"))
        windows = skewed(200, 0)
        training = AugmentedWindows(windows, 2, Augmentation(mixup=0.2), seed=0)
        if balance == "loss":
            training.class_weights = class_weights(class_counts(windows.clip_targets, 2))
        elif balance == "sampling":
            training.likely = sampling_weights(windows, 2)
        settings = LoopSettings(epochs=8, batch_size=16, seed=0, bfloat16=False)
        recipe = dataclasses.replace(RECIPE, learning_rate=0.1)
        out = tmp_path / balance
        out.mkdir()
        fitted = fit(classifier, training, None, recipe, settings, out, Watcher())
        test = skewed(300, 1)
        right = predict_logits(fitted.classifier, test).argmax(axis=1) == test.targets
        return np.mean([right[test.targets == label].mean() for label in (0, 1)])

    assert macro_recall(balance) > macro_recall("none") + 0.1
