"""A run's folder: made once, gone on with only if it is the same run."""

import json
from pathlib import Path

import numpy as np
import pytest

from earmark.datasets import Clip, Dataset, Split
from earmark.errors import ConfigError
from earmark.training.run_folder import (
    RUN,
    SPLIT,
    keep_split,
    next_free,
    open_run,
    read_arrays,
    read_history,
    write_arrays,
    write_history,
    write_json,
)

SETTINGS = {"model": "resnet", "seed": 0, "folds": None}


@pytest.fixture
def run(tmp_path):
    open_run(tmp_path / "run", SETTINGS, resume=False)
    write_json(tmp_path / "run" / RUN, {"settings": SETTINGS})
    return tmp_path / "run"


def split_of(*names):
    clips = tuple(Clip(Path(name), name, name[0]) for name in names)
    numbers = [np.array([i]) for i in range(3)]
    return Dataset(Path("sounds"), clips), Split(*numbers, name="holdout", description="")


def test_a_folder_is_made_or_an_empty_one_taken(tmp_path):
    open_run(tmp_path / "deep" / "run", SETTINGS, resume=False)
    assert (tmp_path / "deep" / "run").is_dir()
    open_run(tmp_path / "deep" / "run", SETTINGS, resume=True)


def test_a_training_is_not_written_over(run):
    with pytest.raises(ConfigError, match="holds a training already: go on with it by --resume"):
        open_run(run, SETTINGS, resume=False)


def test_the_same_settings_go_on(run):
    open_run(run, dict(SETTINGS), resume=True)


def test_other_settings_are_refused_and_named(run):
    other = {**SETTINGS, "seed": 1, "new": True}
    words = r"other settings \(new was None, now True; seed was 0, now 1\): give the same ones"
    with pytest.raises(ConfigError, match=words):
        open_run(run, other, resume=True)


@pytest.mark.parametrize("text", ["", "{", "{}", "[]", "null"])
def test_a_damaged_run_is_said(run, text):
    (run / RUN).write_text(text)
    with pytest.raises(ConfigError, match=r"run\.json: not readable: .*choose another --out"):
        open_run(run, SETTINGS, resume=True)


@pytest.mark.parametrize("resume", [False, True])
def test_a_folder_of_something_else_is_left_alone(tmp_path, resume):
    (tmp_path / "thesis.tex").touch()
    for place in (tmp_path, tmp_path / "thesis.tex"):
        with pytest.raises(ConfigError, match="exists and is no training run: choose another"):
            open_run(place, SETTINGS, resume=resume)


def test_a_folder_that_cannot_be_made_is_said(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(ConfigError, match=r"cannot make .*; choose another --out"):
        open_run(tmp_path / "file" / "run", SETTINGS, resume=False)


def test_the_next_free_name(tmp_path):
    assert next_free(tmp_path, "a") == tmp_path / "a"
    for taken in ("a", "a-2"):
        (tmp_path / taken).mkdir()
        (tmp_path / taken / "run.json").touch()
    assert next_free(tmp_path, "a") == tmp_path / "a-3"


def test_a_split_is_written_once_and_must_stay(tmp_path):
    dataset, split = split_of("a,1", "b2", "c3")
    digests = ["x", "y", None]
    keep_split(tmp_path, dataset, split, digests)
    lines = (tmp_path / SPLIT).read_text().splitlines()
    assert lines[:2] == ["name,label,group,part,digest", '"a,1",a,"a,1",train,x']
    assert [line.split(",")[-2] for line in lines[1:]] == ["train", "validation", "test"]
    keep_split(tmp_path, dataset, split, digests)
    other, _ = split_of("a,1", "b2", "c4")
    words = r"split\.csv: the clips are not those this training began with; start anew in another"
    with pytest.raises(ConfigError, match=words):
        keep_split(tmp_path, other, split, digests)
    moved = Split(split.test, split.validation, split.train, "holdout", "")
    with pytest.raises(ConfigError, match=words):
        keep_split(tmp_path, dataset, moved, digests)
    with pytest.raises(ConfigError, match=words):
        keep_split(tmp_path, dataset, split, ["x", "z", None])


def test_arrays_come_back_and_only_they(tmp_path):
    arrays = {"numbers": np.arange(3.0), "groups": np.array(["ä", "b"])}
    write_arrays(tmp_path / "answers.npz", arrays)
    there = read_arrays(tmp_path / "answers.npz")
    assert set(there) == set(arrays)
    for name, array in arrays.items():
        np.testing.assert_array_equal(there[name], array)
    assert [path.name for path in tmp_path.iterdir()] == ["answers.npz"]


def test_the_history_is_a_table_with_gaps(tmp_path):
    write_history(tmp_path, [{"epoch": 1, "loss": 0.5}, {"epoch": 2, "loss": 1e-9, "more": 3}])
    text = (tmp_path / "history.csv").read_text()
    assert text == "epoch,loss,more\n1,0.5,nan\n2,1e-09,3\n"


def test_json_has_no_nan_and_appears_whole(tmp_path):
    write_json(tmp_path / "a.json", {"ä": 1})
    with pytest.raises(ValueError, match="not JSON compliant"):
        write_json(tmp_path / "a.json", {"a": float("nan")})
    assert json.loads((tmp_path / "a.json").read_text(encoding="utf-8")) == {"ä": 1}
    assert [path.name for path in tmp_path.iterdir()] == ["a.json"]


def test_a_history_is_read_as_it_was_written(tmp_path):
    history = [{"epoch": 1, "train_loss": 2.5}, {"epoch": 2, "train_loss": 1.5, "rate": 1e-3}]
    write_history(tmp_path, history)
    first, second = read_history(tmp_path)
    assert second == history[1]
    assert np.isnan(first["rate"])
    assert first["train_loss"] == 2.5


def test_another_file_may_hold_the_settings(tmp_path):
    write_json(tmp_path / "compare.json", {"settings": SETTINGS})
    open_run(tmp_path, dict(SETTINGS), resume=True, file="compare.json")
    with pytest.raises(ConfigError, match="by --resume"):
        open_run(tmp_path, dict(SETTINGS), resume=False, file="compare.json")
