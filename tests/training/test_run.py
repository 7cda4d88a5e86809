"""From a dataset to a run folder, killed and gone on with, with folds and without."""

import csv
import dataclasses
import json

import numpy as np
import pytest
import soundfile

import earmark
from earmark import api
from earmark.datasets import Dataset
from earmark.errors import ConfigError, DatasetError
from earmark.models.network import MODELS, find_recipe
from earmark.training import fitting, split_run
from earmark.training import prepare as preparing
from earmark.training.watcher import Watcher
from tests.conftest import TONE_RATE_HZ, write_tones

QUICK = {"frontend": "log_mel", "epochs": 2, "precision": "float32", "checkpoint_every_s": 0.0}


class Killed(BaseException):
    """As if the process had ended here."""


class Notes(Watcher):
    """Remembers what was trained; may stop after an epoch of a run."""

    def __init__(self, stop=None, error=None):
        self.runs, self.epochs, self.messages = [], [], []
        self.stop, self.error = stop, error

    def message(self, text):
        self.messages.append(text)

    def run(self, name, out, epochs, steps_per_epoch):
        self.runs.append(name)

    def epoch(self, row, steps_per_epoch, *, resumed):
        if not resumed:
            self.epochs.append((self.runs[-1], row["epoch"]))
            if self.epochs[-1] == self.stop:
                raise self.error


@pytest.fixture
def _no_export(monkeypatch):
    """The graph is not exported and nothing drawn: that has its own tests, and takes seconds."""

    def export(trained, example, directory):
        assert len(example)
        directory.mkdir(exist_ok=True)
        (directory / "config.json").write_text("{}")

    monkeypatch.setattr(split_run, "export", export)
    monkeypatch.setattr(fitting, "plot_curves", lambda *_, **__: None)
    monkeypatch.setattr(split_run, "plot_confusion", lambda *_, **__: None)


def table(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def train(dataset, out, watcher=None, **options):
    chosen = api._options("simple", QUICK | options)
    return api.run(dataset, out, chosen, watcher=watcher)


def test_a_run_writes_all_that_is_known_of_it(tone_run, tone_dataset):
    names = {path.name for path in tone_run.iterdir()}
    assert names == {
        "answers.npz",
        "audit.json",
        "confusion.png",
        "curves.png",
        "history.csv",
        "learning_rate.json",
        "report.html",
        "model",
        "predictions.csv",
        "reliability.png",
        "run.json",
        "scorecard.json",
        "split.csv",
        "tensorboard",
        "timing.json",
    }
    card = json.loads((tone_run / "scorecard.json").read_text())
    rows = table(tone_run / "predictions.csv")
    parts = {row["name"]: row["part"] for row in table(tone_run / "split.csv")}
    assert set(parts) == {clip.name for clip in tone_dataset.clips}
    assert [row["name"] for row in rows] == [n for n in parts if parts[n] == "test"]
    right = np.mean([row["label"] == row["predicted"] for row in rows])
    assert card["clip"]["accuracy"]["value"] == pytest.approx(right)
    assert set(card["baselines"]) == {
        "majority",
        "loudness",
        "duration",
        "spectral centroid",
        "mfcc",
    }  # no tempo of clips this short
    assert len((tone_run / "history.csv").read_text().splitlines()) == 1 + 3
    told = json.loads((tone_run / "run.json").read_text())
    assert told["clips"] == 36
    assert told["settings"]["recipe"]["epochs"] == 3
    assert list((tone_run / "tensorboard").iterdir())


def test_no_group_is_in_two_parts(tone_run):
    groups = {}
    for row in table(tone_run / "split.csv"):
        groups.setdefault(row["group"], set()).add(row["part"])
    assert all(len(parts) == 1 for parts in groups.values())


@pytest.fixture
def _refits(monkeypatch):
    """A recipe that trains once more wherever there is a validation part."""
    modern = dataclasses.replace(find_recipe("simple"), refit_above=0.01)
    monkeypatch.setitem(MODELS["simple"].recipes, "modern", modern)


@pytest.mark.usefixtures("_refits")
def test_where_validation_takes_much_a_second_training_learns_from_it_too(tone_dataset, tmp_path):
    notes = Notes()
    result = train(tone_dataset, tmp_path / "run", notes)
    assert notes.runs == ["holdout, to calibrate", "holdout, all"]
    rows = (tmp_path / "run" / "refit" / "history.csv").read_text()
    assert "validation_loss" not in rows
    config = earmark.load(result.models[0]).config
    clips = config.provenance["clips"]
    assert config.provenance["refit"] is True
    assert sum(config.provenance["train_counts"].values()) == clips["train"] + clips["validation"]
    assert config.calibration.fitted_on == clips["validation"]


@pytest.mark.usefixtures("_no_export", "_refits")
@pytest.mark.parametrize("stop", [("holdout, to calibrate", 1), ("holdout, all", 1)])
def test_killed_in_either_training_and_gone_on_with_it_gives_the_same(tone_dataset, tmp_path, stop):
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    train(tone_dataset, whole)
    with pytest.raises(Killed):
        train(tone_dataset, broken, Notes(stop, Killed()))
    train(tone_dataset, broken, resume=True)
    for name, array in split_run.read_arrays(whole / "answers.npz").items():
        np.testing.assert_array_equal(array, split_run.read_arrays(broken / "answers.npz")[name])


@pytest.mark.usefixtures("_no_export")
def test_killed_and_gone_on_with_it_gives_the_same_answers(tone_dataset, tmp_path):
    whole = train(tone_dataset, tmp_path / "whole", epochs=3)
    with pytest.raises(Killed):
        train(tone_dataset, tmp_path / "cut", Notes(("holdout", 3), Killed()), epochs=3)
    notes = Notes()
    resumed = train(tone_dataset, tmp_path / "cut", notes, epochs=3, resume=True)
    assert notes.epochs == [("holdout", 3)]
    assert resumed.card == whole.card
    for name in ("predictions.csv", "history.csv", "split.csv", "scorecard.json"):
        assert (tmp_path / "cut" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()
    assert not (tmp_path / "cut" / "checkpoint.safetensors").exists()
    again = Notes()
    train(tone_dataset, tmp_path / "cut", again, epochs=3, resume=True)
    assert again.epochs == []
    assert "holdout: done already" in again.messages


@pytest.mark.usefixtures("_no_export")
def test_ctrl_c_gives_a_score_and_can_be_gone_on_with(tone_dataset, tmp_path):
    stopped = train(tone_dataset, tmp_path, Notes(("holdout", 2), KeyboardInterrupt()), epochs=3)
    assert stopped.interrupted
    assert stopped.models[0].is_dir()
    notes = Notes()
    resumed = train(tone_dataset, tmp_path, notes, epochs=3, resume=True)
    assert not resumed.interrupted
    assert ("holdout", 3) in notes.epochs


@pytest.mark.usefixtures("_no_export")
def test_finished_folds_are_not_trained_again(tone_dataset, tmp_path):
    with pytest.raises(Killed):
        train(tone_dataset, tmp_path, Notes(("fold 2", 2), Killed()), folds=2)
    notes = Notes()
    result = train(tone_dataset, tmp_path, notes, folds=2, resume=True)
    assert "fold 1: done already" in notes.messages
    assert notes.runs == ["fold 2"]
    assert notes.epochs == [("fold 2", 2)]
    assert result.card.clip.count == 36  # every clip once
    assert [name for name, _ in result.card.folds] == ["fold 1", "fold 2"]
    assert [path.parent.name for path in result.models] == ["fold-1", "fold-2"]
    pooled = json.loads((tmp_path / "scorecard.json").read_text())
    assert len(pooled["folds"]) == 2
    assert pooled["split"]["kind"] == "folds"


@pytest.mark.usefixtures("_no_export")
def test_ctrl_c_in_a_fold_leaves_the_others_for_later(tone_dataset, tmp_path):
    stop = Notes(("fold 1", 2), KeyboardInterrupt())
    stopped = train(tone_dataset, tmp_path, stop, folds=2, epochs=3)
    assert stopped.interrupted
    assert stop.runs == ["fold 1"]
    assert len(stopped.models) == 1


@pytest.mark.usefixtures("_no_export")
def test_changed_clips_and_settings_are_refused(tmp_path):
    folder = write_tones(tmp_path / "sounds", clips=4)
    out = tmp_path / "run"
    dataset = Dataset.from_folder(folder, groups="parent")
    with pytest.raises(Killed):
        train(dataset, out, Notes(("holdout", 1), Killed()))
    with pytest.raises(ConfigError, match="other settings"):
        train(dataset, out, seed=1, resume=True)
    with pytest.raises(ConfigError, match="holds a training already"):
        train(dataset, out)
    (folder / "sine" / "sine-tape0" / "00.wav").unlink()
    fewer = Dataset.from_folder(folder, groups="parent")
    with pytest.raises(ConfigError, match="the clips are not those this training began with"):
        train(fewer, out, resume=True)


@pytest.mark.usefixtures("_no_export")
def test_a_clip_whose_sound_was_changed_is_refused(tmp_path):
    folder = write_tones(tmp_path / "sounds", clips=4)
    dataset = Dataset.from_folder(folder, groups="parent")
    with pytest.raises(Killed):
        train(dataset, tmp_path / "run", Notes(("holdout", 1), Killed()))
    soundfile.write(folder / "sine" / "sine-tape0" / "00.wav", np.zeros(3200), TONE_RATE_HZ)
    with pytest.raises(ConfigError, match="the clips are not those this training began with"):
        train(dataset, tmp_path / "run", resume=True)


@pytest.mark.usefixtures("_no_export")
def test_clips_that_cannot_be_read_are_left_out_and_told(tmp_path):
    folder = write_tones(tmp_path / "sounds", clips=4)
    (folder / "sine" / "sine-tape0" / "00.wav").write_bytes(b"no sound")
    notes = Notes()
    dataset = Dataset.from_folder(folder, groups="parent")
    result = train(dataset, tmp_path / "run", notes)
    assert notes.messages[0].startswith("1 of 12 clips cannot be read and is left out")
    assert [problem.kind for problem in result.dataset.problems] == ["unreadable"]
    rows = (tmp_path / "run" / "split.csv").read_text()
    assert "sine-tape0/00.wav" not in rows


def test_a_dataset_that_cannot_be_scored_is_refused_before_anything_is_written(tmp_path):
    folder = write_tones(tmp_path / "sounds", clips=2, groups=1)
    dataset = Dataset.from_folder(folder, groups="parent")
    with pytest.raises(DatasetError, match="all clips in one group"):
        train(dataset, tmp_path / "run")
    assert not (tmp_path / "run" / "run.json").exists()
    with pytest.raises(DatasetError, match="all clips in one group"):  # the folder is still free
        train(dataset, tmp_path / "run")


@pytest.mark.usefixtures("_no_export")
def test_a_constant_bin_is_standardised_to_zero(tone_dataset):
    options = api._options("simple", QUICK)
    recipe = options.overrides.apply(find_recipe("simple"))
    prepared = preparing.prepare(tone_dataset, recipe, options, Watcher())
    windows = preparing.Windows(prepared.store, range(36), tone_dataset.targets, prepared.cut)
    mean, deviation = preparing.moments(windows, None)
    rows = np.concatenate([windows[index] for index in range(36)]).astype(np.float64)
    np.testing.assert_allclose(mean, rows.mean(axis=0), rtol=1e-5)
    np.testing.assert_allclose(deviation, rows.std(axis=0), rtol=1e-4)
    array = prepared.store.array.copy()
    array[:, 3] = -100
    store = dataclasses.replace(prepared.store, array=array)
    flat = preparing.Windows(store, range(36), tone_dataset.targets, prepared.cut)
    mean, deviation = preparing.moments(flat, None)
    assert (mean[3], deviation[3]) == (-100, 1)


# ---- the public call ----


def test_folds_are_a_number_or_auto(tone_dataset):
    with pytest.raises(ConfigError, match="folds must be 'auto' or a whole number, got 'all'"):
        earmark.cross_validate(tone_dataset, "simple", folds="all")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"epoch": 3}, "unknown option of train 'epoch'; did you mean epochs"),
        ({"seed": -1}, "seed must be a whole number from 0 to 2147483647, got -1"),
        ({"precision": "half"}, "precision must be auto, float32 or bfloat16, got 'half'"),
        ({"folds": 5}, "train makes one model; for folds take cross_validate"),
        ({"epochs": 0}, "epochs must be above 0, got 0"),
        ({"recipe": "sead"}, "unknown recipe of simple 'sead'; did you mean seed"),
        ({"resume": True}, "resume goes on with the run in 'out': name its folder"),
    ],
)
def test_a_bad_option_is_refused_before_anything_is_done(
    tone_dataset, tmp_path, monkeypatch, options, words
):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ConfigError, match=words):
        earmark.train(tone_dataset, "simple", **options)
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_model_is_refused(tone_dataset, tmp_path):
    with pytest.raises(ConfigError, match="unknown model 'simpl'; did you mean simple"):
        earmark.train(tone_dataset, "simpl", tmp_path / "run")
    assert not (tmp_path / "run").exists()


@pytest.mark.usefixtures("_no_export")
def test_a_run_without_a_place_takes_the_next_free_one(tmp_path, monkeypatch):
    folder = write_tones(tmp_path / "bird.song", clips=4)
    monkeypatch.chdir(tmp_path)
    dataset = Dataset.from_folder(folder, groups="parent")
    outs = [train(dataset, None, epochs=1).out for _ in range(2)]
    assert [out.as_posix() for out in outs] == ["runs/bird.song-simple", "runs/bird.song-simple-2"]


@pytest.mark.usefixtures("_no_export")
def test_cross_validation_scores_every_clip_once(tone_dataset, tmp_path):
    card = earmark.cross_validate(tone_dataset, "simple", tmp_path, folds=2, **QUICK)
    assert card.clip.count == 36
    with pytest.raises(ConfigError, match="folds"):
        earmark.cross_validate(tone_dataset, "simple", tmp_path / "none", folds=0, **QUICK)
