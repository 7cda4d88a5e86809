"""recipe.json: what tuning found, taken by training."""

import json

import pytest

import earmark
from earmark.errors import ConfigError
from earmark.training.options import TrainOptions
from earmark.training.plan import Overrides
from earmark.training.recipe_file import with_recipe_file, write_recipe

FOUND = TrainOptions(
    model="simple",
    overrides=Overrides(
        frontend="log_mel",
        epochs=2,
        augment={"mixup": 0.2, "roll": 0},
        frontend_settings={"bins": 32},
        ema=0.99,
        rate_hz=8000,
    ),
    note="tuned by hand",
)


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "é recipe.json"
    write_recipe(path, FOUND)
    return path


def test_what_was_written_is_what_is_trained(file):
    assert with_recipe_file(TrainOptions(recipe=str(file), seed=3)) == TrainOptions(
        model="simple", overrides=FOUND.overrides, note=FOUND.note, seed=3
    )


def test_a_recipe_by_name_is_left_alone():
    options = TrainOptions(recipe="modern")
    assert with_recipe_file(options) is options


def test_what_is_asked_for_beside_it_stays(file):
    asked = Overrides(epochs=5, augment={"mixup": 0}, frontend_settings={"hop": 64})
    got = with_recipe_file(TrainOptions(recipe=str(file), overrides=asked)).overrides
    assert got.epochs == 5
    assert got.augment == {"mixup": 0, "roll": 0}
    assert got.frontend_settings == {"bins": 32, "hop": 64}
    assert got.ema == 0.99


def test_another_front_end_drops_the_settings_of_the_found_one(file):
    asked = Overrides(frontend="mfcc")
    got = with_recipe_file(TrainOptions(recipe=str(file), overrides=asked)).overrides
    assert (got.frontend, got.frontend_settings) == ("mfcc", None)


def test_another_network_is_refused(file):
    with pytest.raises(ConfigError, match=r"model must be simple, which .* was found for"):
        with_recipe_file(TrainOptions(recipe=str(file)), model="resnet")


def test_training_by_it_says_so_on_the_card(file, tone_dataset, tmp_path):
    model = earmark.train(
        tone_dataset,
        out=tmp_path / "run",
        recipe=str(file),
        epochs=1,
        precision="float32",
        workers=1,
    )
    assert model.config.model.name == "simple"
    assert model.config.frontend["bins"] == 32
    assert model.scorecard.split["description"].endswith("; tuned by hand")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"extra": 1}, "not a recipe file; it must have earmark, model, recipe, settings, note"),
        ({"settings": []}, "not a recipe file"),
        ({"settings": {"epoch": 1}}, "a setting that is not one of frontend, epochs"),
        ({"settings": {"epochs": -1}}, "epochs must be above 0"),
        ({"settings": {"ema": 1.0}}, "ema must be 0 or above and below 1, got 1.0"),
        ({"model": "simpel"}, "unknown model 'simpel'"),
        ({"recipe": "sed"}, "unknown recipe of simple 'sed'"),
    ],
)
def test_a_file_that_is_something_else_is_told(file, change, words):
    file.write_text(json.dumps(json.loads(file.read_text()) | change))
    with pytest.raises(ConfigError, match=words):
        with_recipe_file(TrainOptions(recipe=str(file)))


def test_no_such_file_and_no_json_are_told(tmp_path):
    with pytest.raises(ConfigError, match="no such recipe file; earmark tune writes one"):
        with_recipe_file(TrainOptions(recipe=str(tmp_path / "r.json")))
    (tmp_path / "r.json").write_text("{")
    with pytest.raises(ConfigError, match="not readable as a recipe"):
        with_recipe_file(TrainOptions(recipe=str(tmp_path / "r.json")))
