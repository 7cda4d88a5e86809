"""What a recipe leaves open is decided from the clips."""

import dataclasses

import numpy as np
import pytest
import soundfile

from earmark.datasets import Clip
from earmark.errors import ConfigError
from earmark.features import create_frontend
from earmark.models import Augmentation, Recipe
from earmark.models.network import find_recipe
from earmark.training.plan import (
    Overrides,
    choose_batch_size,
    choose_cut,
    choose_epochs,
    choose_frontend,
)

FRONTEND = create_frontend("log_mel", 8000)  # 62.5 frames a second
RECIPE = Recipe(name="test")


def clips_at(folder, *rates_hz):
    clips = []
    for number, rate_hz in enumerate(rates_hz):
        path = folder / f"{number}.wav"
        soundfile.write(path, np.zeros(100), rate_hz)
        clips.append(Clip(path, path.name, "a"))
    return clips


def cut(recipe, *seconds):
    frames = np.array([FRONTEND.frames(round(second * 8000)) for second in seconds])
    return choose_cut(recipe, FRONTEND, frames)


@pytest.mark.parametrize(
    ("rates_hz", "chosen"),
    [
        ([8000] * 3, 8000),
        ([44_100] * 3, 32_000),
        ([16_000, 16_000, 48_000], 16_000),
        ([12_000], 11_025),
        ([6000], 6000),
    ],
)
def test_the_front_end_takes_the_usual_rate_of_the_clips(tmp_path, rates_hz, chosen):
    assert choose_frontend(RECIPE, clips_at(tmp_path, *rates_hz), None).rate_hz == chosen


def test_the_front_end_takes_the_rate_that_was_asked_for(tmp_path):
    assert choose_frontend(RECIPE, clips_at(tmp_path, 44_100), 16_000).rate_hz == 16_000


def test_the_front_end_takes_the_recipes_settings(tmp_path):
    recipe = dataclasses.replace(RECIPE, frontend_settings={"bins": 20})
    assert choose_frontend(recipe, clips_at(tmp_path, 8000), None).bins == 20


def test_a_rate_of_the_recipe_goes_before_the_clips_and_behind_what_was_asked_for(tmp_path):
    recipe = dataclasses.replace(RECIPE, frontend_settings={"rate_hz": 22_050, "bins": 20})
    clips = clips_at(tmp_path, 8000)
    assert choose_frontend(recipe, clips, None).rate_hz == 22_050
    asked = choose_frontend(recipe, clips, 16_000)
    assert (asked.rate_hz, asked.bins) == (16_000, 20)


def test_short_clips_fit_in_the_window():
    chosen = cut(RECIPE, *[1.0] * 30)
    assert chosen.frames == FRONTEND.frames(8000)
    assert chosen.decibels
    np.testing.assert_array_equal(chosen.silence, FRONTEND.silence())


def test_long_clips_are_cut_into_windows_of_some_seconds():
    assert 2 < cut(RECIPE, *[60.0] * 30).frames / 62.5 < 10


def test_a_few_long_clips_do_not_choose_the_window():
    assert cut(RECIPE, *[1.0] * 99, 100.0).frames == FRONTEND.frames(8000)


def test_a_recipe_may_fix_the_window():
    assert cut(dataclasses.replace(RECIPE, window_s=2.0), 9.0).frames == 125
    assert cut(dataclasses.replace(RECIPE, window_frames=77), 9.0).frames == 77
    assert cut(dataclasses.replace(RECIPE, window_s=1e-6), 9.0).frames == 1
    wrapped = cut(dataclasses.replace(RECIPE, fill="wrap", truncate=True), 1.0)
    assert (wrapped.fill, wrapped.truncate) == ("wrap", True)


def test_more_windows_mean_fewer_epochs_within_bounds():
    epochs = [choose_epochs(windows, 90) for windows in (0, 1, 100, 1000, 10_000, 10**6)]
    assert epochs == sorted(epochs, reverse=True)
    assert epochs[0] == epochs[1]
    assert (epochs[0], epochs[3], epochs[-1]) == (90, 60, 15)
    assert choose_epochs(10**6, 7) == 7


def test_more_windows_never_mean_smaller_batches():
    sizes = [choose_batch_size(windows) for windows in (1, 100, 10_000, 10**6)]
    assert sizes == sorted(sizes)


def test_overrides_take_the_place_of_the_recipes_choice():
    recipe = dataclasses.replace(
        RECIPE, frontend="mfcc", frontend_settings={"bands": 30}, window_frames=1300
    )
    assert Overrides().apply(recipe) == recipe
    assert Overrides(frontend="mfcc").apply(recipe) == recipe
    other = Overrides(frontend="log_mel", epochs=3, window_s=1.5).apply(recipe)
    assert (other.frontend, other.frontend_settings, other.epochs) == ("log_mel", {}, 3)
    assert (other.window_s, other.window_frames) == (1.5, None)


@pytest.mark.parametrize("name", ["epochs", "batch_size", "learning_rate", "window_s", "rate_hz"])
@pytest.mark.parametrize("value", [0, -1, float("nan"), float("inf")])
def test_an_override_out_of_range_is_refused(name, value):
    with pytest.raises(ConfigError, match=f"{name} must be above 0, got {value}"):
        Overrides(**{name: value})


def test_one_augmentation_is_changed_and_the_others_stay():
    recipe = find_recipe("resnet")
    changed = Overrides(augment={"mixup": 0, "bin_shift": 3}).apply(recipe)
    assert changed.augmentation == dataclasses.replace(recipe.augmentation, mixup=0.0, bin_shift=3)
    assert type(changed.augmentation.bin_shift) is int


@pytest.mark.parametrize(
    ("augment", "words"),
    [
        ({"mixop": 0}, "unknown augmentation 'mixop'; did you mean mixup"),
        ({"mixup": -1}, r"augment mixup must be 0 \(off\) or above, got -1"),
        ({"noise": float("nan")}, "augment noise must be 0"),
        ({"stretch": 1.0}, "augment stretch is a share and must be below 1, got 1"),
        ({"crop": 2.0}, "augment crop is a share and must be below 1, got 2"),
    ],
)
def test_an_augmentation_that_is_none_is_refused(augment, words):
    with pytest.raises(ConfigError, match=words):
        Overrides(augment=augment)


def test_balance_and_overlap_take_the_place_of_the_recipes():
    chosen = Overrides(balance="sampling", overlap=0.5).apply(RECIPE)
    assert (chosen.balance, chosen.overlap) == ("sampling", 0.5)
    assert Overrides(overlap=0.0).apply(chosen).overlap == 0.0
    with pytest.raises(ConfigError, match="unknown balance 'lose'; did you mean"):
        Overrides(balance="lose")


def test_recipes_of_a_paper_or_the_seed_weigh_and_overlap_nothing():
    for name, recipe in (("simple", "seed"), ("prcnn", "paper"), ("han", "paper")):
        found = find_recipe(name, recipe)
        assert (found.balance, found.overlap) == ("none", 0.0)
        assert found.augmentation == Augmentation()
