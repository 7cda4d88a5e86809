"""A model folder that is not whole, altered or too new is refused by name."""

import json
import shutil

import pytest

import earmark as library
from earmark.errors import ModelError


@pytest.fixture
def model(trained, tmp_path):
    return shutil.copytree(trained / "model", tmp_path / "model")


def spoil(path):
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def test_a_whole_one_verifies(model):
    assert library.load(model).verify() <= 1e-4


def test_the_graph_is_checked_before_it_is_used(earmark, model, sounds):
    spoil(model / "model.onnx")
    error = earmark("predict", model, sounds / "low", status=1).stderr
    assert f"{model}/model.onnx: its content is not what was saved" in error
    (model / "model.onnx").unlink()
    error = earmark("predict", model, sounds / "low", status=1).stderr
    assert f"{model}: model.onnx is missing; take a fresh copy" in error


@pytest.mark.parametrize("name", ["golden.npz", "model.safetensors", "clips.csv", "scorecard.json"])
def test_verify_finds_any_altered_file(model, name):
    spoil(model / name)
    with pytest.raises(ModelError, match=f"{name}: its content is not what was saved"):
        library.load(model).verify()


def test_a_newer_version_is_told(earmark, model, sounds):
    config = json.loads((model / "config.json").read_text())
    (model / "config.json").write_text(json.dumps(config | {"format": 99, "earmark": "9.0"}))
    error = earmark("predict", model, sounds / "low", status=1).stderr
    assert "written by a newer Earmark (9.0, format 99); this one reads formats up to 5" in error


def test_a_broken_or_strange_configuration(earmark, model, sounds):
    config = json.loads((model / "config.json").read_text())
    for text, wanted in (
        ("{", "not readable"),
        (json.dumps(config | {"rate_hz": "fast"}), "rate_hz: Input should be a valid integer"),
        (json.dumps(config | {"extra": 1}), "extra: Extra inputs are not permitted"),
    ):
        (model / "config.json").write_text(text)
        assert wanted in earmark("predict", model, sounds / "low", status=1).stderr


def test_the_run_is_not_the_model(earmark, trained, sounds, tmp_path):
    error = earmark("predict", trained, sounds / "low", status=1).stderr
    assert f"did you mean {trained / 'model'}?" in error
    error = earmark("predict", tmp_path / "no", sounds / "low", status=1).stderr
    assert "no such model folder; train one with: earmark train DIR" in error


def test_evaluating_without_the_list_of_learned_clips_is_refused(earmark, model, sounds):
    (model / "clips.csv").unlink()
    assert "clips.csv is missing" in earmark("evaluate", model, sounds, status=1).stderr
