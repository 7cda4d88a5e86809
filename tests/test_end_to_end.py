"""The whole way by the command line: sounds to a run, its score, its model, a prediction."""

import json
from pathlib import Path

import numpy as np
import pytest
import soundfile
from typer.testing import CliRunner

import earmark
from earmark.cli import build_app

FILES = """
    run.json split.csv history.csv curves.png confusion.png scorecard.json predictions.csv
    model/config.json model/model.safetensors model/model.onnx model/golden.npz
    model/scorecard.json model/README.md model/clips.csv model/validation.npz
""".split()  # noqa: SIM905


OPTIONS = """
    --model simple --epochs 25 --precision float32 --test 0.5 --workers 1 --format json
""".split()  # noqa: SIM905


def call(*args: object) -> str:
    result = CliRunner().invoke(build_app(), [str(arg) for arg in args])
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.fixture(scope="module")
def sounds(tmp_path_factory):
    """Rising, falling and steady tones: to be told apart only by how they move."""
    root = tmp_path_factory.mktemp("data") / "sounds"
    rng = np.random.default_rng(0)
    t = np.arange(3200) / 8000
    for label, slope in (("falling", -1500), ("rising", 1500), ("steady", 0)):
        (root / label).mkdir(parents=True)
        for clip in range(16):
            pitch_hz = 1200 + 100 * rng.standard_normal()
            phase = 2 * np.pi * (pitch_hz * t + slope * (t - 0.4) * t / 2 * 2)
            samples = 0.3 * np.sin(phase) + 0.02 * rng.standard_normal(len(t))
            soundfile.write(root / label / f"{clip:02}.wav", samples.astype("f4"), 8000)
    return root


def test_from_sounds_to_a_prediction(sounds, tmp_path, monkeypatch):
    monkeypatch.setenv("EARMARK_CACHE", str(tmp_path / "cache"))
    out = tmp_path / "run"
    card = json.loads(call("train", sounds, *OPTIONS, "--out", out))
    assert Path(card["out"]) == out

    accuracy, majority = card["clip"]["accuracy"], card["baselines"]["majority"]["accuracy"]
    assert set(accuracy) == {"value", "low", "high"}
    assert accuracy["low"] > majority["high"]
    assert set(card) >= {"clip", "window", "baselines", "split"}

    for name in FILES:
        assert (out / name).stat().st_size > 0, name
    assert list((out / "tensorboard").iterdir())
    assert not list(out.rglob("*part*"))
    assert not list(out.rglob("*.pkl"))

    # What was learned from is known again and left out, so the figures are those of the test part.
    again = json.loads(call("evaluate", out / "model", sounds, "--format", "json"))
    assert again["clip"]["accuracy"] == accuracy
    assert again["baselines"]["majority"] == card["baselines"]["majority"]
    for metric in ("balanced_accuracy", "macro_f1"):
        assert again["clip"][metric] == card["clip"][metric]

    model = earmark.load(out / "model")
    assert model.verify() <= 1e-4
    assert model.classes_.tolist() == ["falling", "rising", "steady"]
    (row,) = json.loads(
        call("predict", out / "model", sounds / "rising" / "00.wav", "--format", "json")
    )
    assert row["label"] == model.predict(sounds / "rising" / "00.wav")[0] == "rising"

    # Steady tones are much like hum, so what is answered is left open; the rule is not.
    rng = np.random.default_rng(5)
    for name, samples in (("zéro 1", np.zeros(3200)), ("hiss", 0.05 * rng.standard_normal(3200))):
        soundfile.write(tmp_path / f"{name}.wav", samples, 8000)
        told = call("predict", out / "model", tmp_path / f"{name}.wav", "--format", "json")
        (row,) = json.loads(told)
        assert row["nearest"] == max(row["scores"], key=row["scores"].get)
        assert row["is_unknown"] == (row["label"] == "unknown") == (row["familiarity"] < 0)
        (line,) = json.loads(
            call("predict", out / "model", row["path"], "--always-answer", "--format", "json")
        )
        assert (line["label"], line["is_unknown"]) == (row["nearest"], False)
