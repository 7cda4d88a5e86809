"""Training on features that were read gives what training on their sounds gives."""

import csv
import dataclasses

import numpy as np
import pytest

import earmark
from earmark import api
from earmark.datasets import Dataset
from earmark.datasets.extraction import extract_dataset
from earmark.errors import ConfigError, DatasetError
from earmark.features import create_frontend
from earmark.inference.evaluate import evaluate
from earmark.models.network import find_recipe
from earmark.training import split_run
from earmark.training.from_features import example_noise, with_features_of
from earmark.training.plan import Overrides

QUICK = {"epochs": 3, "precision": "float32", "workers": 1}


@pytest.fixture(scope="session")
def tables(tone_dataset, tmp_path_factory):
    """`tone_dataset` as files of log_mel features, by format. Read them only."""
    place = tmp_path_factory.mktemp("tables")
    outs = {"csv": "tones.csv", "json": "tones", "parquet": "tones.parquet"}
    for name, out in outs.items():
        extract_dataset(tone_dataset, "log_mel", out=place / out, format=name)
    return {name: place / out for name, out in outs.items()}


@pytest.mark.parametrize("name", ["json", "parquet"])
def test_the_same_weights_graph_and_scores_as_from_the_sounds(tables, tone_run, tmp_path, name):
    options = api._options("simple", QUICK)
    result = api.run(tables[name], tmp_path / "run", options)
    for file in ("model.safetensors", "model.onnx", "clips.csv"):
        assert (result.models[0] / file).read_bytes() == (tone_run / "model" / file).read_bytes()
    for file in ("predictions.csv", "split.csv"):
        assert (tmp_path / "run" / file).read_bytes() == (tone_run / file).read_bytes()
    assert earmark.load(result.models[0]).verify() <= 1e-4


def test_a_model_of_a_csv_hears_and_knows_the_clips_it_learned_from(tables, tone_dataset, tmp_path):
    model = earmark.train(tables["csv"], "simple", tmp_path / "run", **QUICK)
    assert model.predict(np.zeros(4000, np.float32), model.rate_hz).shape == (1,)
    with (tmp_path / "run" / "split.csv").open(newline="") as file:
        parts = [row["part"] for row in csv.DictReader(file)]
    evaluation = evaluate(model, tone_dataset)
    names = [clip.name for clip in tone_dataset.clips]  # in the order of the table's rows
    unseen = [name for name, part in zip(names, parts, strict=True) if part == "test"]
    assert list(evaluation.names) == unseen
    assert "trained on features" in {problem.kind for problem in evaluation.problems}
    with pytest.raises(
        DatasetError, match=r"evaluate needs the sounds themselves, and .*tones.csv"
    ):
        evaluate(model, Dataset.open(tables["csv"]))


def test_a_model_of_parquet_says_nothing_of_features(tables, tone_dataset, tone_model):
    kinds = {problem.kind for problem in evaluate(earmark.load(tone_model), tone_dataset).problems}
    assert "trained on features" not in kinds


def test_another_frontend_or_rate_is_refused_before_a_folder_is_made(tables, tmp_path):
    out = tmp_path / "run"
    for asked, wanted in (
        ({"frontend": "mfcc"}, "frontend must be log_mel as in .*tones.csv', got mfcc"),
        ({"rate_hz": 16000}, "rate_hz must be 8000 as in .*tones.csv', got 16000"),
    ):
        with pytest.raises(ConfigError, match=wanted):
            earmark.train(tables["csv"], "simple", out, **QUICK, **asked)
    assert not out.exists()


def test_folds_of_features(tables, tmp_path, monkeypatch):
    def export(_trained, example, directory):
        assert len(example)
        directory.mkdir()

    monkeypatch.setattr(split_run, "export", export)  # it has its own tests, and takes seconds
    options = QUICK | {"epochs": 1}
    card = earmark.cross_validate(tables["parquet"], "simple", tmp_path / "run", folds=2, **options)
    assert card.clip.count == 36


def test_the_recipe_takes_the_frontend_of_the_features(tables):
    dataset = Dataset.open(tables["csv"])
    have = dataset.features.frontend
    usual = find_recipe("resnet")
    assert with_features_of(usual, dataset, Overrides()) is usual
    mfcc = with_features_of(find_recipe("simple"), dataset, Overrides())
    assert mfcc.frontend == "log_mel"
    assert create_frontend("log_mel", have.rate_hz, **mfcc.frontend_settings) == have
    sounds = dataclasses.replace(dataset, features=None)
    assert with_features_of(usual, sounds, Overrides()) is usual


def test_the_noise_that_stands_for_sound_follows_from_the_seed():
    frontend = create_frontend("log_mel", 8000)
    noise = example_noise(frontend, 10, 3)
    assert noise.shape == (2 * frontend.window_samples(10),)
    assert np.abs(noise).max() <= 1
    np.testing.assert_array_equal(noise, example_noise(frontend, 10, 3))
    assert (noise != example_noise(frontend, 10, 4)).any()
