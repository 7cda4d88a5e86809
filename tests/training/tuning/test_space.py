"""The search space: the default is always in it, what is fixed or unused is not."""

import dataclasses

import optuna
import pytest

from earmark.errors import ConfigError
from earmark.models import MODELS
from earmark.models.network import find_recipe
from earmark.training.entries import entries_of
from earmark.training.plan import Overrides
from earmark.training.tuning.domain import Choice, Range
from earmark.training.tuning.space import (
    AUGMENTATION,
    FACTORS,
    REGULARISATION,
    SEARCHABLE,
    SEARCHED,
    setting_of,
    space_of,
)

FIXED = {"epochs": 2, "rate_hz": 8000}


def space(dataset, models=("resnet",), base=None, **options):
    return space_of(entries_of(list(models), "modern"), dataset, base or Overrides(), **options)


def of(dataset, model="resnet", **options):
    return space(dataset, [model], **options).networks[model]


@pytest.mark.parametrize("model", list(MODELS))
def test_every_network_s_default_is_in_its_space(tone_dataset, model):
    found = of(tone_dataset, model)
    for name, domain in found.domains.items():
        usual = found.usual[name]
        if isinstance(domain, Choice):
            assert usual in domain.values
        else:
            assert domain.low <= usual <= domain.high


def test_the_default_of_a_network_asks_for_nothing(tone_dataset):
    found = of(tone_dataset)
    setting = setting_of(found, found.usual, Overrides(**FIXED))
    assert setting.overrides == Overrides(**FIXED)
    assert setting.window_share == 1


def test_what_is_chosen_is_what_a_training_is_asked_for(tone_dataset):
    found = of(tone_dataset)
    chosen = dict(found.usual) | {"log_mel.bins": 32, "mixup": 0.2, "ema": 0.0, "window": 0.5}
    setting = setting_of(found, chosen, Overrides(augment={"roll": 0}))
    assert setting.overrides.frontend_settings == {"bins": 32}
    assert setting.overrides.augment == {"roll": 0, "mixup": 0.2}
    assert setting.overrides.ema == 0.0
    assert setting.overrides.weight_decay is None
    assert setting.window_share == 0.5
    recipe = setting.overrides.apply(find_recipe("resnet"))
    assert (recipe.ema, recipe.augmentation.mixup) == (0.0, 0.2)
    assert recipe.frontend_settings["bins"] == 32


def test_another_front_end_is_named(tone_dataset):
    found = of(tone_dataset)
    chosen = dict(found.usual) | {"frontend": "mfcc", "mfcc.hop": 512}
    overrides = setting_of(found, chosen, Overrides()).overrides
    assert overrides.frontend == "mfcc"
    assert overrides.frontend_settings == {"hop": 512}


@pytest.mark.parametrize(
    ("base", "gone"),
    [
        (Overrides(augment={"mixup": 0}), "mixup"),
        (Overrides(weight_decay=0.1), "weight_decay"),
        (Overrides(window_s=1.0), "window"),
        (Overrides(frontend="log_mel"), "frontend"),
    ],
)
def test_what_is_fixed_is_not_searched(tone_dataset, base, gone):
    assert gone in of(tone_dataset).domains
    assert gone not in of(tone_dataset, base=base).domains


def test_what_a_recipe_does_not_use_is_not_searched(tone_dataset):
    found = space(tone_dataset, ["simple:seed"]).networks["simple"]
    assert not {*AUGMENTATION, "weight_decay", "label_smoothing", "window"} & set(found.domains)


def test_the_rate_is_searched_only_where_it_is_asked_for(tone_dataset):
    assert "learning_rate" not in of(tone_dataset).domains
    assert set(of(tone_dataset, search=["learning_rate"]).domains) == {"learning_rate"}


def test_a_network_may_narrow_it(tone_dataset, monkeypatch):
    monkeypatch.setattr(MODELS["simple"], "search", {"window": [1.0], "mixup": [0.0]})
    found = of(tone_dataset, "simple")
    assert "window" not in found.domains
    assert found.domains["mixup"] == Choice((0.0, 0.5))  # its usual value stays


def test_a_parameter_has_one_name_where_it_is_the_same_for_all(tone_dataset):
    found = space(tone_dataset, ["resnet", "simple"])
    assert found.parameter("resnet", "mixup") == found.parameter("simple", "mixup") == "mixup"
    narrow = found.networks["simple"].domains | {"mixup": Range(0, 0.1)}
    networks = dict(found.networks)
    networks["simple"] = dataclasses.replace(networks["simple"], domains=narrow)
    other = dataclasses.replace(found, networks=networks)
    assert other.parameter("resnet", "mixup") == "resnet.mixup"
    assert other.parameter("simple", "mixup") == "simple.mixup"


def test_defaults_are_what_would_be_suggested(tone_dataset):
    found = space(tone_dataset, ["resnet", "simple"])
    for name, params in zip(found.networks, found.defaults(), strict=True):
        trial = optuna.trial.FixedTrial(params)
        setting = found.suggest(trial, Overrides())
        assert setting.entry.model == name == params["model"]
        assert setting.overrides == Overrides()
        assert set(trial.distributions) == set(params)


def test_noise_goes_with_decibels_alone(tone_dataset):
    found = space(tone_dataset, ["resnet"])
    values = {"window": 1.0, "ema": 0.0, "bin_shift": 0}
    for frontend, has_noise in (("log_mel", True), ("mfcc", False)):
        network = found.networks["resnet"]
        params = dict(network.usual) | values | {"frontend": frontend}
        trial = optuna.trial.FixedTrial(params)
        found.suggest(trial, Overrides())
        assert ("noise" in trial.distributions) == has_noise
        assert {name.split(".")[0] for name in trial.distributions if "." in name} == {frontend}


def test_numbers_have_three_digits():
    trial = optuna.trial.FixedTrial({"x": 0.123456})
    assert Range(0, 1).suggest(trial, "x") == 0.123


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"search": ["mixpu"]}, "unknown setting to search 'mixpu'; did you mean mixup"),
        ({"frontends": ["log_mle"]}, "unknown front-end 'log_mle'; did you mean log_mel"),
        ({"search": ["mixup"], "base": Overrides(augment={"mixup": 0})}, "nothing is left to"),
        ({"search": ["mixup"], "models": ("resnet", "simple")}, "search must have 'model'"),
    ],
)
def test_what_cannot_be_searched_is_told(tone_dataset, options, words):
    with pytest.raises(ConfigError, match=words):
        space(tone_dataset, **options)


def test_the_table_is_whole():
    tables = {"model", "frontend", "window", *FACTORS, *AUGMENTATION, *REGULARISATION}
    assert set(SEARCHED) == tables
    assert set(SEARCHABLE) - tables == {"learning_rate"}
