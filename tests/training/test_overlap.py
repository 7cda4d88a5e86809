"""Clips answered in windows that overlap: alike in training's score, evaluate and predict."""

import csv
import json

import numpy as np
import pytest

import earmark
from earmark.errors import ConfigError, ModelError
from earmark.models import Recipe
from earmark.saved import FAMILIAR_FORMAT, read_config
from earmark.training.plan import Overrides, choose_step


@pytest.fixture(scope="module")
def run(tone_dataset, tmp_path_factory):
    out = tmp_path_factory.mktemp("overlap") / "run"
    options = {"frontend": "log_mel", "window_s": 0.15, "epochs": 2, "precision": "float32"}
    earmark.train(tone_dataset, "simple", out, overlap=0.5, workers=1, **options)
    return out


def test_training_scores_what_predict_answers(run, tone_folder):
    """0.4 s are 25 frames: windows of 9 begin at 0, 4, 8, 12, 16."""
    model = earmark.load(run / "model")
    assert model.verify() <= 1e-6
    with (run / "predictions.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    answers = np.load(run / "answers.npz")["probabilities"]
    for row, wanted in zip(rows, answers, strict=True):
        assert model.windows_proba(tone_folder / row["name"]).shape == (5, 3)
        got = model.predict_proba(tone_folder / row["name"])[0]
        np.testing.assert_allclose(got, wanted, atol=1e-4)
    card = json.loads((run / "scorecard.json").read_text())
    assert card["window"]["count"] == 5 * len(rows)


def test_evaluate_hears_the_same_windows(run, tone_dataset):
    card = earmark.evaluate(run / "model", tone_dataset)
    told = json.loads((run / "scorecard.json").read_text())
    assert card.window.count == told["window"]["count"]
    assert card.clip.accuracy.value == pytest.approx(told["clip"]["accuracy"]["value"])


def test_the_step_is_saved_and_the_format_keeps_older_readers_away(run, tone_model):
    config = read_config(run / "model")
    assert (config.format, config.window.frames, config.window.step_frames) == (
        FAMILIAR_FORMAT,
        9,
        4,
    )
    told = json.loads((tone_model / "config.json").read_text())
    assert told["format"] == FAMILIAR_FORMAT  # of familiarity, which is newer
    assert "step_frames" not in told["window"]  # as folders were before there was an overlap
    plain = read_config(tone_model)
    assert plain.window.step == plain.window.frames


@pytest.mark.parametrize("step", [0, 9, 12])
def test_a_step_that_leaves_sound_out_is_refused(run, tmp_path, step):
    from earmark.saved import values_digest

    values = json.loads((run / "model" / "config.json").read_text())
    values["window"]["step_frames"] = step
    values.pop("digest")
    values["digest"] = values_digest(values)
    (tmp_path / "config.json").write_text(json.dumps(values))
    with pytest.raises(ModelError, match="step_frames"):
        read_config(tmp_path)


@pytest.mark.parametrize(
    ("overlap", "step"), [(0.0, None), (0.01, None), (0.5, 10), (0.75, 5), (0.9, 2)]
)
def test_an_overlap_is_a_step_in_frames(overlap, step):
    assert choose_step(Recipe(name="test", overlap=overlap), 20) == step


def test_one_window_a_clip_has_none_to_overlap():
    assert choose_step(Recipe(name="test", overlap=0.5, truncate=True), 20) is None
    assert choose_step(Recipe(name="test", overlap=0.5), 1) is None


@pytest.mark.parametrize("overlap", [-0.1, 0.95, 1.0, float("nan")])
def test_an_overlap_is_a_share(overlap):
    with pytest.raises(ConfigError, match=r"overlap must be a share of the window from 0 to 0\.9"):
        Overrides(overlap=overlap)
    with pytest.raises(ConfigError, match="overlap must be"):
        Recipe(name="test", overlap=overlap)
