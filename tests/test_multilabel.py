"""Several labels a clip, the whole way: a table to a run, its score, its model, a prediction."""

import csv
import io
import json
import shutil

import numpy as np
import pytest
import soundfile
from typer.testing import CliRunner

import earmark
from earmark import api
from earmark.cli import build_app
from earmark.errors import ConfigError, DatasetError, ModelError
from earmark.evaluation.aggregate import by_largest
from earmark.inference.evaluate import evaluate
from earmark.saved import read_config
from tests.conftest import write_tones
from tests.inference.test_saved import rewrite

pytest.importorskip("torch")

RATE_HZ = 8000
PITCHES_HZ = {"high": 2000, "low": 300, "mid": 800}
MIXES = (("low",), ("mid",), ("high",), ("low", "mid"), ("high", "low"), ("high", "mid"))


def mix(labels, rng, seconds=1.5):
    """Samples (samples,) in which one or two of three tones are heard, in noise."""
    t = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    sound = 0.03 * rng.standard_normal(len(t))
    for label in labels:
        pitch_hz = PITCHES_HZ[label] * (1 + 0.03 * rng.standard_normal())
        sound += rng.uniform(0.1, 0.3) * np.sin(2 * np.pi * pitch_hz * t + rng.uniform(0, 6))
    return sound.astype(np.float32)


def write_mixes(root, clips, seed):
    """A table of `clips` sounds, three of each group."""
    rng = np.random.default_rng(seed)
    root.mkdir(parents=True)
    rows = ["path,labels,group"]
    for number in range(clips):
        labels = MIXES[number % len(MIXES)]
        soundfile.write(root / f"{number:02}.wav", mix(labels, rng), RATE_HZ)
        rows.append(f"{number:02}.wav,{'; '.join(labels)},take {number // 3}")
    (root / "table.csv").write_text("\n".join(rows) + "\n")
    return root / "table.csv"


def call(*args, status=0):
    result = CliRunner().invoke(build_app(), [str(arg) for arg in args], prog_name="earmark")
    assert result.exit_code == status, result.output
    return result


@pytest.fixture(scope="module")
def table(tmp_path_factory):
    return write_mixes(tmp_path_factory.mktemp("data") / "mixes", 54, seed=0)


@pytest.fixture(scope="module")
def trained(table, tmp_path_factory):
    """The run's folder, and the document that training printed."""
    out = tmp_path_factory.mktemp("runs") / "run"
    options = ("--model", "han", "--epochs", 10, "--precision", "float32", "--workers", 1)
    result = call("train", table, *options, "--out", out, "--format", "json")
    return out, json.loads(result.stdout)


@pytest.fixture(scope="module")
def model(trained):
    return earmark.load(trained[0] / "model")


def test_training_scores_well_above_the_baseline(trained):
    out, card = trained
    baseline = card["baselines"]["most common"]
    for metric in ("micro_f1", "mean_average_precision"):
        assert card["clip"][metric]["low"] > baseline[metric]["value"]
    assert card["clip"]["micro_f1"]["value"] > 0.85
    assert set(card["by_aggregate"]) == {"mean", "sum"}
    assert set(card["baselines"]) == {"most common", "mfcc"}
    assert card["baselines"]["mfcc"]["micro_f1"]["value"] > baseline["micro_f1"]["value"]
    assert card["window"]["count"] > card["clip"]["count"]  # 1 s windows of 1.5 s
    assert json.loads((out / "scorecard.json").read_text()) == {
        name: value for name, value in card.items() if name != "out"
    }


def test_the_run_keeps_what_a_run_keeps_but_for_a_confusion_matrix(trained):
    out, _ = trained
    names = {path.name for path in out.iterdir()}
    assert {"answers.npz", "curves.png", "history.csv", "run.json", "timing.json"} <= names
    assert "confusion.png" not in names
    assert "reliability.png" in names
    settings = json.loads((out / "run.json").read_text())["settings"]
    assert settings["recipe"]["loss"] == "binary"
    assert settings["aggregate"] == "mean"
    with (out / "predictions.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == ["name", "labels", "predicted", "group", "high", "low", "mid"]
    assert np.mean([row["labels"] == row["predicted"] for row in rows]) > 0.7
    with (out / "split.csv").open(encoding="utf-8", newline="") as file:
        assert "low;mid" in {row["label"] for row in csv.DictReader(file)}


def test_the_saved_model_says_how_it_answers(trained):
    config = read_config(trained[0] / "model")
    assert (config.format, config.activation, config.aggregate) == (4, "sigmoid", "mean")
    assert 0 < config.threshold < 1
    assert config.provenance["thresholds"]["mean"] == config.threshold
    card = (trained[0] / "model" / "README.md").read_text(encoding="utf-8")
    assert "which of 3 labels a recording has: high, low, mid" in card
    assert f"({'mean of windows'}) is {config.threshold:.2f} or more" in card
    assert "baseline: most common" in card


def test_both_tones_of_a_mixture_are_found(model):
    rng = np.random.default_rng(99)
    sounds = [mix(("high", "low"), rng), mix(("mid",), rng)]
    both, one = model.predict(sounds, RATE_HZ)
    assert sorted(both) == ["high", "low"]
    assert one == ("mid",)
    scores = model.predict_proba(sounds, RATE_HZ)
    assert scores.shape == (2, 3)
    assert scores[0].sum() > 1.2  # each label by itself
    assert both[0] == model.classes_[scores[0].argmax()]  # the surest first
    assert model.multilabel
    assert model.verify() <= 1e-4


def test_a_source_that_cannot_be_read_has_no_labels(model, tmp_path):
    (tmp_path / "bad.wav").write_bytes(b"no sound")
    (row,) = model.predictions(tmp_path / "bad.wav")
    assert (row.labels, row.label) == ((), None)
    with pytest.warns(UserWarning, match=r"bad\.wav"):
        assert model.predict(tmp_path / "bad.wav").tolist() == [None]


def test_predict_prints_the_labels_above_the_threshold(trained, tmp_path):
    model = trained[0] / "model"
    rng = np.random.default_rng(98)
    place = tmp_path / "mélange 1.wav"
    soundfile.write(place, mix(("low", "mid"), rng), RATE_HZ)
    (row,) = json.loads(call("predict", model, place, "--format", "json").stdout)
    assert list(row) == [
        *("path", "label", "score", "scores", "labels"),
        *("nearest", "familiarity", "is_unknown"),
    ]
    assert sorted(row["labels"]) == ["low", "mid"]
    assert row["label"] == row["labels"][0]
    assert row["score"] == max(row["scores"].values())

    (cells,) = csv.DictReader(io.StringIO(call("predict", model, place, "--format", "csv").stdout))
    assert list(cells) == [
        *("path", "label", "score", "labels", "high", "low", "mid"),
        *("nearest", "familiarity", "error"),
    ]
    assert cells["labels"].split(";") == row["labels"]

    line = call("predict", model, place).stdout
    found = ", ".join(f"{label} {100 * row['scores'][label]:.1f} %" for label in row["labels"])
    assert line == f"{place}\t{found}\t(high {100 * row['scores']['high']:.1f} %)\n"


def test_an_error_has_its_row_beside_the_others(trained, table, tmp_path):
    files = (table.parent / "00.wav", tmp_path / "none.wav")
    text = call("predict", trained[0] / "model", *files, "--format", "csv").stdout
    good, bad = csv.DictReader(io.StringIO(text))
    assert good["error"] == ""
    assert bad["labels"] == bad["high"] == ""
    assert "no such file" in bad["error"]
    rows = json.loads(call("predict", trained[0] / "model", *files, "--format", "json").stdout)
    assert rows[1]["labels"] == []


def test_what_was_learned_from_is_left_out_again(trained, table):
    out, card = trained
    again = json.loads(call("evaluate", out / "model", table, "--format", "json").stdout)
    assert again["by_aggregate"]["sum"]["threshold"] == card["by_aggregate"]["sum"]["threshold"]
    for metric in ("micro_f1", "macro_f1", "exact_match"):
        assert again["clip"][metric] == card["clip"][metric]
        assert (
            again["baselines"]["most common"][metric] == (card["baselines"]["most common"][metric])
        )
    table_text = call("evaluate", out / "model", table).stdout
    assert max(map(len, table_text.splitlines())) <= 80
    assert "Most common" in table_text


def test_a_label_that_is_not_known_is_passed_over(model, tmp_path):
    table = write_mixes(tmp_path / "new", 6, seed=5)
    text = table.read_text().replace("00.wav,low", "00.wav,whistle")
    table.write_text(text.replace("01.wav,mid", "01.wav,mid;whistle"))
    result = evaluate(model, earmark.Dataset.open(table))
    assert len(result.names) == 5
    (problem,) = result.problems
    assert (problem.kind, problem.path) == ("unknown label", "whistle")
    assert "2 clips of a class the model does not know" in problem.detail
    assert "a clip without any other is left out" in problem.detail


def test_a_model_is_not_scored_on_clips_of_the_other_kind(model, tone_model, table, tmp_path):
    folder = write_tones(tmp_path / "tones", clips=2)
    with pytest.raises(DatasetError, match=r"one label each, but the model .* answers several"):
        earmark.evaluate(model, folder)
    with pytest.raises(DatasetError, match=r"may have several labels, but .* answers one each"):
        earmark.evaluate(tone_model, table)


def test_any_network_learns_several_labels_and_may_take_the_normalised_sum(table, tmp_path):
    def run(**more):
        given = {"epochs": 4, "precision": "float32", "aggregate": "sum", "folds": 2}
        return api.run(table, tmp_path / "run", api._options("simple", given | more))

    result = run()
    assert result.card.aggregate == "sum"
    assert result.card.clip.count == 54
    assert [name for name, _ in result.card.folds] == ["fold 1", "fold 2"]
    assert (tmp_path / "run" / "scorecard.json").exists()
    model = earmark.load(result.models[0])
    assert model.config.provenance["recipe"]["loss"] == "binary"
    sound = mix(("low",), np.random.default_rng(1))
    (scores,) = model.predict_proba(sound, RATE_HZ)
    assert scores.max() == 1.0  # normalised by the largest
    windows = model.windows_proba(sound, RATE_HZ)
    np.testing.assert_allclose(scores, by_largest(windows.mean(axis=0)))
    # a finished run is read back as it is, and not with another way of aggregating
    assert run(resume=True).card.to_dict() == result.card.to_dict()
    with pytest.raises(ConfigError, match="aggregate was 'sum', now 'mean'"):
        run(resume=True, aggregate="mean")


def test_the_sum_is_for_several_labels_alone(tone_dataset, tmp_path):
    with pytest.raises(ConfigError, match="aggregate must be mean where each clip has one label"):
        earmark.train(tone_dataset, "simple", tmp_path / "run", aggregate="sum")
    with pytest.raises(ConfigError, match="aggregate must be mean or sum, got 'most'"):
        earmark.train(tone_dataset, "simple", tmp_path / "run", aggregate="most")
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"activation": "softmax"}, "a threshold goes with the activation sigmoid"),
        ({"threshold": None}, "a threshold goes with the activation sigmoid"),
        ({"activation": "softmax", "threshold": None, "aggregate": "sum"}, "'sum' goes with"),
        ({"activation": "relu"}, "activation: Input should be 'softmax' or 'sigmoid'"),
        ({"aggregate": "max"}, "aggregate: Input should be 'mean' or 'sum'"),
    ],
)
def test_a_configuration_that_does_not_fit_itself_is_refused(trained, tmp_path, changes, words):
    folder = shutil.copytree(trained[0] / "model", tmp_path / "model")
    rewrite(folder, **changes)
    with pytest.raises(ModelError, match=words):
        earmark.load(folder)


def test_a_model_of_single_labels_is_saved_without_the_fields_of_several(tone_model):
    values = json.loads((tone_model / "config.json").read_text())
    assert values["format"] == 4
    assert not {"activation", "aggregate", "threshold"} & set(values)
    assert "thresholds" not in values["provenance"]
    config = read_config(tone_model)
    assert (config.activation, config.aggregate, config.threshold) == ("softmax", "mean", None)


def test_han_answers_one_label_where_each_clip_has_one(tone_dataset, tmp_path):
    model = earmark.train(
        tone_dataset, "han", tmp_path / "run", epochs=3, precision="float32", workers=1
    )
    assert not model.multilabel
    assert model.config.provenance["recipe"]["loss"] == "binary"
    sound = np.random.default_rng(0).uniform(-0.1, 0.1, 4000).astype(np.float32)
    assert model.predict_proba(sound).sum() == pytest.approx(1, abs=1e-5)
    assert model.predict(sound, unknown=False)[0] in model.classes_
    assert "majority" in model.scorecard.baselines
