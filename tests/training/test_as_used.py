"""What the training clips of a split decide about its recipe."""

import dataclasses

import numpy as np
import pytest

from earmark.datasets import holdout
from earmark.models import Augmentation, Recipe
from earmark.training import as_used
from earmark.training.as_used import decided, recipes_as_used
from earmark.training.options import TrainOptions
from earmark.training.plan import (
    FEW_WINDOWS,
    HALVED,
    MANY_WINDOWS,
    MIXING,
    WELL_MIXED,
    Overrides,
    by_size,
)
from earmark.training.prepare import prepare
from earmark.training.watcher import Watcher

STRONG = Augmentation(
    mixup=0.4, between_class=0.2, noise=0.3, time_mask=0.1, stretch=0.1, roll=True
)
RECIPE = Recipe(name="test", label_smoothing=0.1, augmentation=STRONG)
USUAL = np.array([40, 60])


class Hears(Watcher):
    def __init__(self):
        self.messages = []

    def message(self, text):
        self.messages.append(text)


@pytest.mark.parametrize("windows", [FEW_WINDOWS, 300, WELL_MIXED])
def test_in_between_the_recipe_stays(windows):
    assert by_size(RECIPE, windows, USUAL) == RECIPE


def test_many_windows_have_as_many_mixed_ones_among_them():
    chosen = by_size(RECIPE, 4 * WELL_MIXED, USUAL)
    mixing = {name: getattr(STRONG, name) / 4 for name in MIXING}
    assert chosen == dataclasses.replace(RECIPE, augmentation=dataclasses.replace(STRONG, **mixing))


@pytest.mark.parametrize(
    ("windows", "counts"),
    [(FEW_WINDOWS - 1, USUAL), (MANY_WINDOWS + 1, USUAL), (500, np.array([4, 4, 200]))],
)
def test_few_and_many_windows_are_mixed_and_masked_less(windows, counts):
    chosen = by_size(RECIPE, windows, counts)
    for name in dataclasses.asdict(STRONG):
        share = 0.5 if name in HALVED else 1
        if name in MIXING:
            share = min(share, WELL_MIXED / windows)
        assert getattr(chosen.augmentation, name) == share * getattr(STRONG, name)
    assert chosen.label_smoothing == 0.05


def test_what_was_asked_for_by_name_stays():
    chosen = by_size(RECIPE, 10, USUAL, frozenset({"mixup"}))
    assert (chosen.augmentation.mixup, chosen.augmentation.noise) == (0.4, 0.15)


@pytest.fixture
def prepared(tone_dataset, tmp_path):
    options = TrainOptions(cache_dir=tmp_path, workers=1)
    return prepare(tone_dataset, RECIPE, options, Watcher())


def used(prepared, options, watcher=None, balance="auto", train=None):
    split = holdout(prepared.dataset, seed=0, test=0.2, validation=0.1)
    if train is not None:
        split = dataclasses.replace(split, train=np.array(train))
    given = dataclasses.replace(
        prepared, recipe=dataclasses.replace(prepared.recipe, balance=balance)
    )
    (recipe,) = recipes_as_used(given, [split], options, watcher or Hears())
    return recipe


def test_uneven_classes_are_found_in_the_training_part_and_told_once(prepared, tmp_path):
    options, watcher = TrainOptions(cache_dir=tmp_path), Hears()
    assert used(prepared, options).balance == "none"
    uneven = [*range(12), 12, 24]  # twelve clips of one class, and one of each other
    assert used(prepared, options, watcher, train=uneven).balance == "loss"
    assert len(watcher.messages) == 1
    assert "rare ones count more" in watcher.messages[0]
    assert used(prepared, options, balance="none", train=uneven).balance == "none"


def test_dances_are_not_made_faster_or_slower_unless_it_was_asked_for(
    prepared, tmp_path, monkeypatch
):
    monkeypatch.setattr(as_used, "labels_follow_tempo", lambda *_: True)
    watcher = Hears()
    plain = used(prepared, TrainOptions(cache_dir=tmp_path), watcher)
    assert plain.augmentation.stretch == 0
    assert len(watcher.messages) == 1
    assert "stretch" in watcher.messages[0]
    options = TrainOptions(cache_dir=tmp_path, overrides=Overrides(augment={"stretch": 0.1}))
    assert used(prepared, options, watcher).augmentation.stretch == 0.1
    assert len(watcher.messages) == 1


def test_tempo_is_not_asked_for_where_nothing_would_change_it(prepared, tmp_path, monkeypatch):
    monkeypatch.setattr(as_used, "labels_follow_tempo", lambda *_: pytest.fail("asked"))
    still = dataclasses.replace(RECIPE, augmentation=Augmentation(mixup=0.5))
    used(dataclasses.replace(prepared, recipe=still), TrainOptions(cache_dir=tmp_path))


def test_only_what_was_decided_is_told():
    chosen = by_size(dataclasses.replace(RECIPE, balance="loss"), 10, USUAL)
    assert decided(RECIPE, RECIPE) == {}
    assert decided(RECIPE, chosen) == {
        "balance": "loss",
        "label_smoothing": 0.05,
        "augmentation": {"mixup": 0.2, "between_class": 0.1, "noise": 0.15, "time_mask": 0.05},
    }
