"""The loop: stopped and gone on with it ends where it would have ended; the best is kept."""

import dataclasses

import numpy as np
import pytest
import torch
import torch.nn.functional as F

from earmark.errors import ModelError
from earmark.features.extract import FeatureStore
from earmark.models import Augmentation, Recipe, create_model
from earmark.models.graph import FeatureClassifier
from earmark.training import judging, loop
from earmark.training.label_progress import label_hits, validate_labels
from earmark.training.loop import (
    CHECKPOINT,
    LoopSettings,
    _average,
    fit,
    make_optimiser,
    significantly_worse,
)
from earmark.training.losses import soft_cross_entropy
from earmark.training.patience import out_of_patience
from earmark.training.watcher import Watcher
from earmark.training.windows import AugmentedWindows, Cut, Windows

CLASSES, FRAMES, BINS = 3, 8, 4
RECIPE = Recipe(
    name="test", learning_rate=0.01, augmentation=Augmentation(mixup=0.5, gain_db=3.0, roll=True)
)
SETTINGS = LoopSettings(epochs=5, batch_size=8, seed=3, bfloat16=False, checkpoint_every_s=0.0)


class Killed(BaseException):
    """As if the process had ended here."""


class Stops(Watcher):
    """Raises while an epoch (from 1) runs, or once it is over."""

    def __init__(self, error, *, during=None, after=None):
        self.error, self.during, self.after = error, during, after
        self.resumed, self.steps = 0, 0

    def step(self, epoch, loss, hits, windows):
        self.steps += 1
        if self.during == epoch + 1:
            raise self.error

    def epoch(self, row, steps_per_epoch, *, resumed):
        self.resumed += resumed
        if self.after == row["epoch"] and not resumed:
            raise self.error


def some_windows(clips, seed):
    """Clips whose class is the bin that is louder: easily learned."""
    rng = np.random.default_rng(seed)
    targets = np.arange(clips) % CLASSES
    array = rng.normal(-50, 5, (clips, 10, BINS)).astype(np.float32)
    array[np.arange(clips), :, targets] += 15
    rows = [(number * 10, 10) for number in range(clips)]
    store = FeatureStore(array.reshape(-1, BINS), rows, [str(n) for n in range(clips)])
    cut = Cut(FRAMES, "silence", truncate=False, silence=np.full(BINS, -100, "f"), decibels=True)
    return Windows(store, range(clips), targets, cut)


def train(out, recipe=RECIPE, settings=SETTINGS, watcher=None, validation=True):
    torch.manual_seed(settings.seed)
    network = create_model("simple", CLASSES, frames=FRAMES, bins=BINS)
    classifier = FeatureClassifier(
        network, np.full(BINS, -50, np.float32), np.full(BINS, 10, np.float32)
    )
    training = AugmentedWindows(some_windows(18, 0), CLASSES, recipe.augmentation, settings.seed)
    out.mkdir(exist_ok=True)
    held_out = some_windows(9, 1) if validation else None
    return fit(classifier, training, held_out, recipe, settings, out, watcher or Watcher())


def same_weights(first, second):
    ours, theirs = first.classifier.state_dict(), second.classifier.state_dict()
    return all(torch.equal(ours[name], theirs[name]) for name in ours)


def test_it_learns(tmp_path):
    result = train(tmp_path, settings=dataclasses.replace(SETTINGS, epochs=8))
    assert result.history[-1]["validation_accuracy"] == 1
    assert result.history[-1]["train_loss"] < result.history[0]["train_loss"]
    assert [row["epoch"] for row in result.history] == list(range(1, 9))
    assert not result.interrupted


def test_the_same_seed_gives_the_same_weights_and_another_one_others(tmp_path):
    first, again = train(tmp_path / "a"), train(tmp_path / "b")
    other = train(tmp_path / "c", settings=dataclasses.replace(SETTINGS, seed=4))
    assert same_weights(first, again)
    assert first.history == again.history
    assert not same_weights(first, other)


@pytest.mark.parametrize(
    ("optimiser", "ema", "stop"),
    [
        ("adamw", 0.0, {"after": 3}),
        ("adamw", 0.9, {"during": 3}),
        ("adam", 0.0, {"after": 1}),
        ("adam", 0.0, {"after": 3}),
        ("rmsprop", 0.0, {"during": 3}),
        ("momentum", 0.0, {"during": 3}),
        ("momentum", 0.9, {"after": 3}),
        ("schedule-free adamw", 0.9, {"after": 3}),
        ("schedule-free momentum", 0.0, {"during": 3}),
    ],
)
def test_gone_on_with_it_ends_with_the_weights_of_one_never_stopped(tmp_path, ema, optimiser, stop):
    free, optimiser = optimiser.startswith("schedule-free"), optimiser.split()[-1]
    schedule = "schedule_free" if free else "one_cycle"
    recipe = dataclasses.replace(RECIPE, ema=ema, optimiser=optimiser, schedule=schedule)
    whole = train(tmp_path / "whole", recipe)
    watcher = Stops(Killed(), **stop)
    with pytest.raises(Killed):
        train(tmp_path / "cut", recipe, watcher=watcher)
    watcher = Stops(None)
    resumed = train(tmp_path / "cut", recipe, watcher=watcher)
    assert watcher.resumed == (2 if 3 in stop.values() else 0)
    assert same_weights(whole, resumed)
    assert whole.history == resumed.history
    assert whole.epoch == resumed.epoch


def test_a_finished_training_is_not_run_again(tmp_path):
    first, watcher = train(tmp_path), Stops(None)
    again = train(tmp_path, watcher=watcher)
    assert watcher.steps == 0
    assert watcher.resumed == 5
    assert same_weights(first, again)


def test_ctrl_c_keeps_the_best_so_far_and_can_be_gone_on_with(tmp_path):
    whole = train(tmp_path / "whole")
    stopped = train(tmp_path / "cut", watcher=Stops(KeyboardInterrupt(), during=3))
    assert stopped.interrupted
    assert stopped.history == whole.history[:2]
    two = train(tmp_path / "two", watcher=Stops(KeyboardInterrupt(), after=2))
    assert two.interrupted
    assert same_weights(stopped, two)
    resumed = train(tmp_path / "cut")
    assert not resumed.interrupted
    assert same_weights(whole, resumed)


def test_ctrl_c_before_anything_was_learned_stops(tmp_path):
    with pytest.raises(KeyboardInterrupt):
        train(tmp_path, watcher=Stops(KeyboardInterrupt(), during=1))


def test_a_checkpoint_is_only_written_now_and_then(tmp_path):
    settings = dataclasses.replace(SETTINGS, checkpoint_every_s=1000.0)
    with pytest.raises(Killed):
        train(tmp_path / "cut", settings=settings, watcher=Stops(Killed(), after=4))
    assert not (tmp_path / "cut" / CHECKPOINT).exists()
    assert same_weights(train(tmp_path / "cut", settings=settings), train(tmp_path / "whole"))
    assert (tmp_path / "cut" / CHECKPOINT).exists()


WRONG = {  # which of six validation clips are mistaken
    "none": [0, 0, 0, 0, 0, 0],
    "one": [1, 0, 0, 0, 0, 0],
    "another": [0, 1, 0, 0, 0, 0],
    "two others": [0, 1, 1, 0, 0, 0],
    "many": [1, 1, 1, 1, 1, 0],
}


@pytest.mark.parametrize(
    ("mistakes", "fewest", "worse"),
    [
        ("one", "one", False),
        ("none", "one", False),
        ("another", "one", False),
        ("two others", "one", False),  # two more and one less: not told apart
        ("one", "none", False),  # a single clip is no evidence
        ("two others", "none", True),
        ("many", "one", True),
    ],
)
def test_worse_is_more_mistakes_by_over_one_standard_error(mistakes, fewest, worse):
    pair = (torch.tensor(WRONG[name], dtype=torch.float32) for name in (mistakes, fewest))
    assert significantly_worse(*pair) is worse


@pytest.mark.parametrize(
    ("validated", "kept"),
    [
        (["many", "one", "many", "many", "many"], 2),
        (["many", "one", "another", "many", "many"], 3),
        (["one", "many", "two others", "many", "many"], 3),
        (["many", "many", "many", "many", "many"], 5),
        (["none", "many", "many", "many", "many"], 1),
    ],
)
def test_the_last_epoch_that_is_as_good_as_the_best_is_kept(tmp_path, monkeypatch, validated, kept):
    turns = iter(validated)

    def validate(windows, classifier, recipe):
        return {"validation_loss": 1.0}, torch.tensor(WRONG[next(turns)], dtype=torch.float32)

    monkeypatch.setattr(Windows, "judge", validate)
    result = train(tmp_path / "a")
    assert result.epoch == kept
    monkeypatch.undo()
    last = dataclasses.replace(RECIPE, keep="last")
    watcher = Stops(KeyboardInterrupt(), after=kept)
    assert same_weights(result, train(tmp_path / "b", last, watcher=watcher))


def test_the_last_epoch_is_kept_where_it_is_asked_for_or_nothing_validated(tmp_path):
    last = dataclasses.replace(RECIPE, keep="last")
    assert train(tmp_path / "last", last).epoch == 5
    assert train(tmp_path / "none", validation=False).epoch == 5


def test_patience_ends_a_training_that_no_longer_gets_better(tmp_path, monkeypatch):
    turns = iter(["many", "one", "many", "many", "none"])

    def validate(windows, classifier, recipe):
        return {"validation_loss": 1.0}, torch.tensor(WRONG[next(turns)], dtype=torch.float32)

    monkeypatch.setattr(Windows, "judge", validate)
    recipe = dataclasses.replace(RECIPE, patience=2, schedule="constant")
    assert len(train(tmp_path / "a", recipe).history) == 4
    again = train(tmp_path / "a", recipe)  # nor is it gone on with
    assert len(again.history) == 4
    assert again.epoch == 2


@pytest.mark.parametrize("fewest", [1, 10, 45])
def test_patience_waits_until_a_falling_rate_has_come_down(fewest):
    recipe = dataclasses.replace(RECIPE, patience=5)
    stops = [
        epoch
        for epoch in range(1, 61)
        if out_of_patience({"fewest": fewest, "epoch": epoch}, recipe, epochs=60)
    ]
    assert stops[0] == 50  # the last quarter begins after epoch 45
    constant = dataclasses.replace(recipe, schedule="constant")
    assert out_of_patience({"fewest": fewest, "epoch": fewest + 5}, constant, epochs=60)


# ---- a loss that is no number ----


class Says(Watcher):
    def __init__(self):
        self.told = []

    def message(self, text):
        self.told.append(text)


def breaks_at(monkeypatch, bad):
    """The loss and the weights are no numbers at the steps, counted over all, that `bad` tells."""
    usual, seen = loop.learn, {}

    def learn(classifier, optimiser, batch, training, recipe, *more):
        loss, logits = usual(classifier, optimiser, batch, training, recipe, *more)
        seen["steps"] = seen.get("steps", 0) + 1
        if bad(seen["steps"], recipe.rate):
            with torch.no_grad():
                for weight in classifier.parameters():
                    weight.fill_(float("nan"))
            return float("nan"), logits
        return loss, logits

    monkeypatch.setattr(loop, "learn", learn)


def test_a_training_that_diverges_from_the_start_says_so_after_three_halvings(tmp_path):
    recipe = dataclasses.replace(RECIPE, optimiser="momentum", learning_rate=1e30)
    says = Says()
    with pytest.raises(ModelError, match=r"no longer finite.*smaller learning rate, got 1e\+30"):
        train(tmp_path, recipe, watcher=says)
    assert len(says.told) == 3
    assert "going back to the first weights with half the learning rate, 5e+29" in says.told[0]


def test_after_a_loss_that_is_no_number_it_goes_back_and_halves_the_rate(tmp_path, monkeypatch):
    breaks_at(monkeypatch, lambda step, rate: step == 13)  # 5 steps an epoch: the third of epoch 3
    says = Says()
    result = train(tmp_path / "a", watcher=says)
    assert [row["epoch"] for row in result.history] == [1, 2, 3, 4, 5]
    assert result.halvings == ({"epoch": 3, "step": 13, "rate": 0.005},)
    assert not result.gave_up
    assert "going back to the end of epoch 2 with half the learning rate, 0.005" in says.told[0]
    monkeypatch.undo()
    usual = train(tmp_path / "b")
    assert usual.history[:2] == result.history[:2]
    for row, other in zip(result.history[2:], usual.history[2:], strict=True):
        assert row["learning_rate"] == pytest.approx(other["learning_rate"] / 2)
    assert all(torch.isfinite(v).all() for v in result.classifier.state_dict().values())


def test_what_was_learned_before_it_went_wrong_for_good_is_kept(tmp_path, monkeypatch):
    two = train(tmp_path / "two", watcher=Stops(KeyboardInterrupt(), after=2))
    breaks_at(monkeypatch, lambda step, rate: step > 10)
    says = Says()
    result = train(tmp_path / "a", watcher=says)
    assert result.gave_up
    assert [halving["rate"] for halving in result.halvings] == [0.005, 0.0025, 0.00125]
    assert "training stops there, with what epoch 2 had learned" in says.told[-1]
    assert len(result.history) == 2
    assert same_weights(result, two)
    again = train(tmp_path / "a", watcher=Stops(None))
    assert again.gave_up
    assert same_weights(result, again)


def test_killed_after_a_halving_it_goes_on_with_the_halved_rate(tmp_path, monkeypatch):
    def bad(step, rate):
        return rate == RECIPE.rate and step == 13

    breaks_at(monkeypatch, bad)
    whole = train(tmp_path / "whole")
    monkeypatch.undo()
    breaks_at(monkeypatch, bad)
    with pytest.raises(Killed):
        train(tmp_path / "cut", watcher=Stops(Killed(), after=4))
    resumed = train(tmp_path / "cut")
    assert same_weights(whole, resumed)
    assert resumed.halvings == whole.halvings
    assert resumed.history == whole.history


def test_the_running_mean_forgets_faster_at_first():
    mean, value = torch.nn.Linear(1, 1, bias=False), torch.nn.Linear(1, 1, bias=False)
    torch.nn.init.zeros_(mean.weight)
    torch.nn.init.ones_(value.weight)
    _average(mean, value, 0.9, step=0)  # (1 + 0) / (10 + 0) is kept of the mean
    assert mean.weight.item() == pytest.approx(0.9)
    _average(mean, value, 0.9, step=10_000)
    assert mean.weight.item() == pytest.approx(0.9 * 0.9 + 0.1)


# ---- the two losses ----

SEED = Recipe(name="seed", loss="clipped")


def gradient(recipe, wrong):
    """Gradient by the logits where the right class is `wrong` below the other."""
    logits = torch.tensor([[0.0, -wrong]], requires_grad=True)
    soft_cross_entropy(logits, torch.tensor([[0.0, 1.0]]), recipe).backward()
    return logits.grad.abs().max().item()


@pytest.mark.parametrize("wrong", [0.0, 5.0, 20.0])
def test_the_clipped_loss_is_cross_entropy_while_probabilities_are_above_1e_10(wrong):
    assert gradient(SEED, wrong) == pytest.approx(gradient(RECIPE, wrong), rel=1e-3)
    assert gradient(SEED, wrong) > 0.4


@pytest.mark.parametrize("wrong", [24.0, 100.0, 657.0])
def test_the_clipped_loss_has_no_gradient_below_1e_10_where_cross_entropy_has(wrong):
    """ln 1e10 is 23.03: beyond it the seed's networks were frozen for good."""
    assert gradient(SEED, wrong) == 0
    assert gradient(RECIPE, wrong) == pytest.approx(1, abs=1e-6)


def test_the_loss_of_soft_targets_by_hand():
    logits = torch.log(torch.tensor([[0.2, 0.8], [0.5, 0.5]]))
    targets = torch.tensor([[0.25, 0.75], [1.0, 0.0]])
    wanted = -(0.25 * np.log(0.2) + 0.75 * np.log(0.8) + np.log(0.5)) / 2
    for recipe in (RECIPE, SEED):
        assert soft_cross_entropy(logits, targets, recipe).item() == pytest.approx(wanted, rel=1e-5)
    smooth = dataclasses.replace(RECIPE, label_smoothing=0.1)
    by_hand = F.cross_entropy(logits, 0.9 * targets + 0.05).item()
    assert soft_cross_entropy(logits, targets, smooth).item() == pytest.approx(by_hand, rel=1e-5)


def test_the_binary_loss_is_a_yes_or_no_for_each_class():
    logits = torch.tensor([[np.log(4.0), 0.0]])  # a yes of .8 and one of .5
    recipe = dataclasses.replace(RECIPE, loss="binary")
    wanted = -(np.log(0.8) + np.log(0.5)) / 2
    targets = torch.tensor([[1.0, 1.0]])
    assert soft_cross_entropy(logits, targets, recipe).item() == pytest.approx(wanted, rel=1e-5)
    smooth = dataclasses.replace(recipe, label_smoothing=0.1)
    by_hand = -(0.95 * (np.log(0.8) + np.log(0.5)) + 0.05 * (np.log(0.2) + np.log(0.5))) / 2
    assert soft_cross_entropy(logits, targets, smooth).item() == pytest.approx(by_hand, rel=1e-5)


def test_several_labels_are_validated_by_how_they_are_ranked():
    windows = some_windows(6, 0)
    marks = np.array([[1, 0, 1], [0, 1, 0], [1, 0, 0]])[np.arange(6) % 3]
    several = Windows(windows.store, range(6), marks, windows.cut)
    logits = torch.tensor([[2.0, 0.0, 1.0], [0.0, 1.0, 2.0], [3.0, 2.0, 1.0]]).repeat(2, 1)
    logits = logits[several.clip_of]
    figures, lacking = validate_labels(logits, several)
    assert lacking.tolist() == [0.0, 0.5, 0.0] * 2  # the second's label comes second
    assert figures["validation_accuracy"] == pytest.approx(5 / 6)
    wanted = torch.tensor(marks[several.clip_of]).float()
    by_hand = F.binary_cross_entropy_with_logits(logits, wanted).item()
    assert figures["validation_loss"] == pytest.approx(by_hand)
    assert label_hits(logits, wanted) == pytest.approx(len(logits) * 5 / 6)


def test_the_validation_loss_is_of_the_recipes_own_kind(monkeypatch):
    windows = some_windows(3, 0)
    logits = np.zeros((len(windows), CLASSES), np.float32)
    monkeypatch.setattr(judging, "predict_logits", lambda *_: logits)
    for recipe, wanted in (
        (RECIPE, np.log(3)),
        (dataclasses.replace(RECIPE, loss="binary"), np.log(2)),
    ):
        figures, _ = windows.judge(torch.nn.Identity(), recipe)
        assert figures["validation_loss"] == pytest.approx(wanted)


# ---- optimisers ----


def test_biases_and_norms_are_not_decayed():
    network = torch.nn.Sequential(torch.nn.Conv2d(1, 2, 3), torch.nn.BatchNorm2d(2))
    optimiser = make_optimiser(network, dataclasses.replace(RECIPE, weight_decay=0.3))
    assert isinstance(optimiser, torch.optim.AdamW)
    decay = {w.ndim: g["weight_decay"] for g in optimiser.param_groups for w in g["params"]}
    assert decay == {4: 0.3, 1: 0.0}
    assert sum(len(group["params"]) for group in optimiser.param_groups) == 4


@pytest.mark.parametrize(
    ("name", "kind"), [("adam", torch.optim.Adam), ("momentum", torch.optim.SGD)]
)
def test_the_seeds_optimisers(name, kind):
    optimiser = make_optimiser(torch.nn.Linear(2, 2), dataclasses.replace(SEED, optimiser=name))
    assert type(optimiser) is kind
    (group,) = optimiser.param_groups
    assert group["weight_decay"] == 0
    assert group.get("momentum", 0.9) == 0.9
    assert group["lr"] == SEED.rate


def test_validation_has_the_loss_of_the_recipe(tmp_path):
    clipped = dataclasses.replace(RECIPE, loss="clipped", learning_rate=50.0, optimiser="adam")
    result = train(tmp_path, clipped)  # a rate that no network survives
    assert result.history[-1]["validation_loss"] <= 23.03  # -ln 1e-10
