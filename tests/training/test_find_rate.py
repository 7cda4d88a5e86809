"""The rate of a training: tested once, kept, read back, the same alone as in a training."""

import dataclasses
import json

import pytest

import earmark
from earmark import api
from earmark.errors import ConfigError
from earmark.models.network import MODELS, find_recipe
from earmark.training import fitting
from earmark.training.find_rate import RATE, FoundRate, find_rate, read_rate, write_rate
from earmark.training.range_test import FEWEST_STEPS
from earmark.training.watcher import Watcher
from tests.training.test_loop import SETTINGS
from tests.training.test_range_test import AUTO, parts
from tests.training.test_run import QUICK, Killed, Notes, _no_export, train  # noqa: F401

MANY = {"batch_size": 4, "epochs": 9}  # 45 steps, enough for a test


def test_a_training_shorter_than_a_test_takes_the_usual_rate_and_says_so():
    found = find_rate(*parts(), AUTO, SETTINGS, Watcher())
    assert (found.rate, found.how) == (AUTO.usual_rate, "usual")
    assert f"a training of 25 steps is shorter than a range test, of {FEWEST_STEPS}" in found.line


def test_a_number_is_taken_as_it_is():
    fixed = dataclasses.replace(AUTO, learning_rate=0.02)
    found = find_rate(*parts(), fixed, SETTINGS, Watcher())
    assert (found.rate, found.how) == (0.02, "given")


def test_what_is_written_is_read_back(tmp_path):
    found = find_rate(*parts(), AUTO, SETTINGS, Watcher(), always=True)
    write_rate(tmp_path, found, [{"epoch": 1, "step": 2, "rate": 0.1}])
    again = read_rate(tmp_path)
    assert dataclasses.replace(again, seconds=0) == dataclasses.replace(found, seconds=0)
    assert json.loads((tmp_path / RATE).read_text())["halvings"][0]["step"] == 2
    (tmp_path / RATE).write_text("{}")
    with pytest.raises(ConfigError, match="not readable"):
        read_rate(tmp_path)
    assert read_rate(tmp_path / "none") is None


@pytest.mark.usefixtures("_no_export")
def test_it_is_tested_once_and_is_what_the_test_alone_finds(tone_dataset, tmp_path, monkeypatch):
    notes = Notes(("holdout", 2), Killed())
    with pytest.raises(Killed):
        train(tone_dataset, tmp_path / "run", notes, **MANY)
    assert sum("learning rate" in text for text in notes.messages) == 1
    alone = earmark.find_learning_rate(tone_dataset, "simple", **(QUICK | MANY))
    there = read_rate(tmp_path / "run")
    assert alone.ramp == there.ramp
    assert alone.rate == there.rate
    assert (tmp_path / "run" / "learning_rate.png").exists()
    monkeypatch.setattr(fitting, "find_rate", None)  # not again
    train(tone_dataset, tmp_path / "run", resume=True, **MANY)
    rows = (tmp_path / "run" / "history.csv").read_text().splitlines()
    assert len(rows) == 1 + 9


@pytest.mark.usefixtures("_no_export")
def test_the_second_training_takes_the_rate_of_the_first(tone_dataset, tmp_path, monkeypatch):
    modern = dataclasses.replace(find_recipe("simple"), refit_above=0.01)
    monkeypatch.setitem(MODELS["simple"].recipes, "modern", modern)
    train(tone_dataset, tmp_path, **MANY)
    second = read_rate(tmp_path / "refit")
    assert second == FoundRate(read_rate(tmp_path).rate, "given", "that of the first training")


def test_the_recipe_seed_keeps_its_rate():
    recipe = api._options("simple", {}).overrides.apply(find_recipe("simple", "seed"))
    assert (recipe.learning_rate, recipe.rate, recipe.schedule) == (1e-3, 1e-3, "constant")
    asked = api._options("simple", {"learning_rate": "auto", "schedule": "cosine"}).overrides
    asked = asked.apply(find_recipe("simple", "seed"))
    assert (asked.learning_rate, asked.rate, asked.schedule) == ("auto", 1e-3, "cosine")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"learning_rate": "quick"}, "learning_rate must be a number or 'auto', got 'quick'"),
        ({"schedule": "onecycle"}, "unknown schedule 'onecycle'; did you mean one_cycle"),
    ],
)
def test_a_wrong_rate_or_schedule_is_named(options, words):
    with pytest.raises(ConfigError, match=words):
        api._options("simple", options)


def test_schedule_free_goes_with_some_optimisers_only():
    with pytest.raises(ConfigError, match="adamw, adam and momentum, got rmsprop"):
        dataclasses.replace(AUTO, schedule="schedule_free", optimiser="rmsprop")
