"""A model's folder is trusted only as far as it can be checked."""

import json
import shutil

import numpy as np
import pytest

import earmark
from earmark.errors import ModelError
from earmark.saved import FORMAT, read_config, values_digest


@pytest.fixture
def folder(tone_model, tmp_path):
    """A copy of the model, to be spoilt."""
    return shutil.copytree(tone_model, tmp_path / "model")


def rewrite(folder, **changes):
    """Change the configuration as somebody would who knows how it is kept."""
    values = json.loads((folder / "config.json").read_text())
    for name, value in changes.items():
        place, _, field = name.rpartition("__")
        (values[place] if place else values)[field] = value
    values.pop("digest")
    values["digest"] = values_digest(values)
    (folder / "config.json").write_text(json.dumps(values))


def refused(folder, words):
    with pytest.raises(ModelError, match=words):
        earmark.load(folder)


def test_a_model_gives_its_golden_values(folder):
    assert earmark.load(folder).verify() <= 1e-6
    assert earmark.load(str(folder)).verify() <= 1e-6


def test_the_folder_holds_what_is_promised_and_no_pickle(folder):
    names = {path.name for path in folder.iterdir()}
    assert names == {
        "README.md",
        "baselines.npz",
        "clips.csv",
        "config.json",
        "golden.npz",
        "model.onnx",
        "model.safetensors",
        "scorecard.json",
        "validation.npz",
    }
    config = read_config(folder)
    assert set(config.files) == names - {"README.md", "config.json"}
    assert config.provenance["clips"]["train"] > 0
    assert config.frontend["name"] == "log_mel"
    with np.load(folder / "golden.npz", allow_pickle=False) as golden:
        assert golden["waveform"].shape[0] == golden["probabilities"].shape[0] == 2
    card = (folder / "README.md").read_text()
    assert "earmark predict" in card
    assert "clicks, noise, sine" in card


def test_the_weights_alone_make_the_network_again(folder):
    import torch
    from safetensors.torch import load_file

    from earmark.features.frontend import frontend_from_settings
    from earmark.models import create_model
    from earmark.models.graph import FeatureClassifier, WaveformClassifier

    config = read_config(folder)
    frontend = frontend_from_settings(config.frontend)
    network = create_model(
        config.model.name,
        len(config.classes),
        config.model.recipe,
        frames=config.window.frames,
        bins=frontend.bins,
    )
    mean, deviation = np.zeros(frontend.bins, "f"), np.ones(frontend.bins, "f")
    classifier = FeatureClassifier(
        network, mean, deviation, config.provenance["recipe"].get("range_db")
    )
    classifier.load_state_dict(load_file(folder / "model.safetensors"))
    graph = WaveformClassifier(
        frontend,
        classifier,
        frames=config.window.frames,
        fill=config.window.fill,
        temperature=config.calibration.temperature,
    ).eval()
    with np.load(folder / "golden.npz") as golden, torch.no_grad():
        got = graph(torch.from_numpy(golden["waveform"])).numpy()
        np.testing.assert_allclose(got, golden["probabilities"], atol=1e-4)


def test_a_folder_that_is_not_there_is_told(tmp_path):
    refused(tmp_path / "none", "none: no such model folder; train one with: earmark train DIR")


def test_a_folder_that_is_no_model_is_told(tmp_path, tone_run):
    refused(tmp_path, r"not a saved model, it has no config\.json; a saved model is the folder")
    refused(tone_run, rf"not a saved model, .*did you mean {tone_run / 'model'}\?")


@pytest.mark.parametrize("text", [b"", b"{", b"\xff\xfe"])
def test_a_config_that_cannot_be_read_is_told(folder, text):
    (folder / "config.json").write_bytes(text)
    refused(folder, r"config\.json: not readable: .*; take a fresh copy of the model")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"colour": "red"}, "colour: Extra inputs are not permitted; the file was altered"),
        ({"window__colour": "red"}, r"window\.colour: Extra inputs are not permitted"),
        ({"classes": ["one"]}, "a classifier has at least 2 classes"),
        ({"rate_hz": 0}, "rate_hz: Input should be greater than or equal to 1"),
        ({"window__frames": "many"}, r"window\.frames: Input should be a valid integer"),
        ({"window__fill": "noise"}, r"window\.fill: Input should be 'silence' or 'wrap'"),
        ({"calibration__temperature": 0}, r"calibration\.temperature: .*greater than 0"),
        ({"task": "paint"}, "task: Input should be 'classify'"),
    ],
)
def test_a_config_with_anything_else_in_it_is_refused(folder, changes, words):
    rewrite(folder, **changes)
    refused(folder, words)


@pytest.mark.parametrize("text", ["[]", "null", "3"])
def test_a_config_that_is_no_object_is_refused(folder, text):
    (folder / "config.json").write_text(text)
    refused(folder, "the document: Input should be a valid dictionary")


def test_a_missing_setting_is_refused(folder):
    values = json.loads((folder / "config.json").read_text())
    del values["rate_hz"]
    (folder / "config.json").write_text(json.dumps(values))
    refused(folder, "rate_hz: Field required")


def test_a_newer_model_is_told_from_an_altered_one(folder):
    rewrite(folder, format=FORMAT + 1, earmark="9.0", a_new_setting=1)
    refused(folder, rf"by a newer Earmark \(9\.0, format {FORMAT + 1}\).*{FORMAT}: upgrade earmark")


def test_a_missing_graph_is_told_at_once(folder):
    (folder / "model.onnx").unlink()
    refused(folder, r"model\.onnx is missing; take a fresh copy of the model")


def test_an_altered_graph_is_told_at_once(folder):
    content = bytearray((folder / "model.onnx").read_bytes())
    content[len(content) // 2] ^= 1
    (folder / "model.onnx").write_bytes(content)
    refused(folder, r"model\.onnx: its content is not what was saved \(damaged or altered\)")


@pytest.mark.parametrize(
    "name", ["model.safetensors", "golden.npz", "scorecard.json", "clips.csv", "baselines.npz"]
)
def test_verify_tells_any_altered_or_missing_file(folder, name):
    model = earmark.load(folder)
    with (folder / name).open("ab") as file:
        file.write(b" ")
    with pytest.raises(ModelError, match=f"{name}: its content is not what was saved"):
        model.verify()
    (folder / name).unlink()
    with pytest.raises(ModelError, match=f"{name} is missing; take a fresh copy"):
        model.verify()


def test_verify_tells_when_the_golden_input_gives_something_else(folder):
    from earmark.saved import file_digest

    with np.load(folder / "golden.npz") as golden:
        waveform, probabilities = golden["waveform"], golden["probabilities"]
        assert golden["familiarity"].shape[0] == len(waveform)
    np.savez(folder / "golden.npz", waveform=waveform, probabilities=probabilities + 0.01)
    files = dict(read_config(folder).files, **{"golden.npz": file_digest(folder / "golden.npz")})
    rewrite(folder, files=files)
    with pytest.raises(ModelError, match=r"golden input .* differ by 0\.01 \(allowed: 0\.0001\)"):
        earmark.load(folder).verify()


def test_labels_that_were_swapped_are_told(folder):
    path = folder / "config.json"
    values = json.loads(path.read_text())
    values["classes"][:2] = values["classes"][1::-1]
    path.write_text(json.dumps(values))
    refused(folder, r"config\.json: its content is not what was saved")


def test_a_graph_that_does_not_fit_the_classes_is_refused(folder):
    rewrite(folder, classes=["clicks", "noise"])
    with pytest.raises(ModelError, match=r"2 classes in config\.json, but the graph gives 3"):
        earmark.load(folder).predict(np.zeros(100, np.float32))


def test_a_graph_that_onnxruntime_does_not_know_is_told(folder):
    from earmark.saved import file_digest

    (folder / "model.onnx").write_bytes(b"no graph")
    files = dict(read_config(folder).files, **{"model.onnx": file_digest(folder / "model.onnx")})
    rewrite(folder, files=files)
    with pytest.raises(ModelError, match=r"model\.onnx: onnxruntime cannot load it"):
        earmark.load(folder).predict(np.zeros(100, np.float32))
