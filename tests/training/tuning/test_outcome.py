"""What mattered in a search, read off its trials."""

import optuna
import pytest

from earmark.training.tuning.outcome import ENOUGH, importances_of


def study(value, trials=4 * ENOUGH):
    made = optuna.create_study(direction="maximize", sampler=optuna.samplers.RandomSampler(seed=0))
    made.optimize(
        lambda t: value(t.suggest_float("good", 0, 1), t.suggest_float("idle", 0, 1)), trials
    )
    return made


@pytest.fixture(autouse=True)
def _quiet():
    before = optuna.logging.get_verbosity()
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    yield
    optuna.logging.set_verbosity(before)


def test_what_decides_matters_more_than_what_does_not():
    found = importances_of(study(lambda good, idle: good), 4 * ENOUGH)
    assert found["good"] > 3 * found["idle"]


def test_where_all_trials_are_as_good_nothing_mattered():
    assert importances_of(study(lambda good, idle: 1.0), 4 * ENOUGH) == {}


def test_few_trials_say_nothing():
    assert importances_of(study(lambda good, idle: good, ENOUGH - 1), ENOUGH - 1) == {}
