"""The baselines a model brings along: the same answers as at its training, and damaged ones."""

import json
import shutil

import numpy as np
import pytest

import earmark
from earmark.datasets import Dataset
from earmark.errors import DatasetError, ModelError
from earmark.inference import baselines
from earmark.inference.baselines import saved_baselines
from earmark.inference.evaluate import evaluate
from earmark.saved import BASELINES, file_digest, read_config
from tests.conftest import write_tones


@pytest.fixture
def folder(tone_model, tmp_path):
    return shutil.copytree(tone_model, tmp_path / "a model")


def rewritten(folder, **arrays):
    """The folder with other arrays in its file, its digest put right."""
    path = folder / BASELINES
    with np.load(path) as file:
        there = {name: file[name] for name in file.files}
    np.savez(path, **(there | arrays))
    config = read_config(folder)
    config.model_copy(update={"files": {**config.files, BASELINES: file_digest(path)}}).write(
        folder
    )
    return earmark.load(folder)


def test_they_answer_as_they_did_at_the_training(tone_model, tone_run, tone_dataset):
    told = json.loads((tone_run / "scorecard.json").read_text(encoding="utf-8"))
    result = evaluate(earmark.load(tone_model), tone_dataset)
    assert result.card.to_dict()["baselines"] == told["baselines"]


def test_new_sounds_have_them_too(tone_model, tmp_path):
    new = Dataset.from_folder(write_tones(tmp_path / "néw", clips=4, seed=9), groups="parent")
    figures = evaluate(earmark.load(tone_model), new).card.baselines
    assert set(figures) == {"majority", "loudness", "duration", "spectral centroid", "mfcc"}
    assert figures["mfcc"]["accuracy"].value > figures["majority"]["accuracy"].value


def test_a_model_of_old_has_the_majority(folder, tone_dataset):
    config = read_config(folder)
    files = {name: digest for name, digest in config.files.items() if name != BASELINES}
    config.model_copy(update={"files": files}).write(folder)
    (folder / BASELINES).unlink()
    model = earmark.load(folder)
    assert saved_baselines(model) is None
    assert set(evaluate(model, tone_dataset).card.baselines) == {"majority"}


def test_an_altered_file_is_refused(folder, tone_dataset):
    with (folder / BASELINES).open("ab") as file:
        file.write(b" ")
    with pytest.raises(ModelError, match=r"baselines\.npz: its content is not what was saved"):
        evaluate(earmark.load(folder), tone_dataset)


@pytest.mark.parametrize(
    "arrays",
    [
        {"targets": np.full(25, 3)},
        {"mfcc weights": np.zeros((2, 60)), "mfcc bias": np.zeros(2)},
        {"values loudness": np.zeros((3, 1))},
        {"targets": np.array([{"a": 1}], dtype=object)},
    ],
)
def test_arrays_that_are_of_something_else_are_refused(folder, arrays):
    with pytest.raises(ModelError, match=r"baselines\.npz: not readable: .*take a fresh copy"):
        saved_baselines(rewritten(folder, **arrays))


def test_a_cache_that_cannot_be_written_costs_the_baselines_and_not_the_score(
    tone_model, tone_dataset, monkeypatch
):
    def full(*_, **__):
        raise DatasetError("cannot write the feature cache: the disk is full")

    monkeypatch.setattr(baselines, "dataset_cues", full)
    result = evaluate(earmark.load(tone_model), tone_dataset)
    assert set(result.card.baselines) == {"majority"}
    assert [problem.kind for problem in result.problems] == ["trained on", "no baselines"]
