"""What the training did not hear is not answered with a class; older models are as they were."""

import json
import shutil

import numpy as np
import pytest

import earmark
from earmark.errors import ConfigError, ModelError
from earmark.saved import file_digest, values_digest
from tests.conftest import TONE_RATE_HZ


@pytest.fixture(scope="module")
def model(tone_model):
    return earmark.load(tone_model)


@pytest.fixture
def older(tone_model, tmp_path):
    """A folder as it was written before there was familiarity: one output and format 1."""
    import onnx

    folder = shutil.copytree(tone_model, tmp_path / "older")
    graph = onnx.load(folder / "model.onnx")
    del graph.graph.output[1]
    onnx.save(graph, folder / "model.onnx")
    with np.load(folder / "golden.npz") as golden:
        kept = {name: golden[name] for name in ("waveform", "probabilities")}
    np.savez(folder / "golden.npz", **kept)
    values = json.loads((folder / "config.json").read_text())
    del values["unknown"], values["digest"], values["files"]["validation.npz"]
    (folder / "validation.npz").unlink()
    values["format"] = 1
    for name in ("model.onnx", "golden.npz"):
        values["files"][name] = file_digest(folder / name)
    values["digest"] = values_digest(values)
    (folder / "config.json").write_text(json.dumps(values))
    return folder


def test_an_older_model_still_answers_and_always_a_class(older, tone_folder):
    loaded, path = earmark.load(older), next(tone_folder.rglob("*.wav"))
    assert loaded.verify() <= 1e-6
    (row,) = loaded.predictions(path)
    assert (row.familiarity, row.is_unknown, row.label) == (None, False, row.nearest)
    assert np.isnan(loaded.familiarity(path)).all()
    (silent,) = loaded.predictions(np.zeros(TONE_RATE_HZ, np.float32))
    assert not silent.is_unknown
    with pytest.raises(ModelError, match=r"it has no validation\.npz, .*train it again"):
        loaded.thresholds(precision=0.9)


def test_most_training_sounds_are_known(model, tone_folder):
    paths = sorted(tone_folder.rglob("*.wav"))
    assert (model.familiarity(paths) >= 0).mean() >= 0.9


def test_a_recording_is_as_familiar_as_the_least_mean_of_its_windows(model, tone_folder):
    from earmark.audio import load_audio

    parts = [load_audio(path)[0] for path in sorted(tone_folder.rglob("*.wav"))]
    long = np.concatenate(parts)
    windows, strange = model._all_windows([long])
    blocks = np.array_split(long, 50)
    again, in_blocks = model._all_windows(blocks)
    assert len(windows) == len(strange) > 10
    np.testing.assert_allclose(again, windows, atol=1e-6)
    np.testing.assert_allclose(in_blocks, strange, atol=1e-4)
    wanted = strange.astype(np.float64).mean(axis=0).min()
    assert model.familiarity(long)[0] == pytest.approx(wanted)


def test_unknown_is_told_and_can_be_turned_off(model):
    model = earmark.load(model.directory)
    never = model.config.unknown.model_copy(update={"threshold": 99.0})
    model.config = model.config.model_copy(update={"unknown": never})
    sound = np.zeros(TONE_RATE_HZ, np.float32)
    (row,) = model.predictions(sound)
    assert (row.label, row.is_unknown) == ("unknown", True)
    assert row.score == row.scores[row.nearest] == max(row.scores.values())
    assert row.to_dict()["is_unknown"] is True
    assert model.predict(sound).tolist() == ["unknown"]
    assert model.predict(sound, unknown=False).tolist() == [row.nearest]


def test_a_class_below_its_threshold_is_not_answered(model, tone_folder):
    path = next(tone_folder.rglob("*.wav"))
    for threshold, unknown in ((0.0, False), (1.1, True), (None, True)):
        limits = dict.fromkeys(model.classes_.tolist(), threshold)
        (row,) = model.predictions(path, unknown=False, thresholds=limits)
        assert row.is_unknown == unknown


def test_thresholds_come_from_the_clips_held_out(model):
    rows = model.thresholds(recall=0.5)
    assert [row.label for row in rows] == model.classes_.tolist()
    assert sum(row.clips for row in rows) == model.config.provenance["clips"]["validation"]
    with pytest.raises(ConfigError, match="one of precision and recall"):
        model.thresholds()
    with pytest.raises(ConfigError, match="one of precision and recall"):
        model.thresholds(precision=0.5, recall=0.5)


def test_a_graph_without_the_familiarity_that_is_promised_is_refused(older):
    values = json.loads((older / "config.json").read_text())
    values["unknown"] = {
        "parts": ["noise"],
        "threshold": 0.0,
        "kept": 0.95,
        "clips": {"noise": 30},
        "noise_accepted": 0.0,
    }
    del values["digest"]
    values["digest"] = values_digest(values)
    (older / "config.json").write_text(json.dumps(values))
    with pytest.raises(ModelError, match=r"familiarity is not that of config\.json"):
        earmark.load(older).predict(np.zeros(100, np.float32))
