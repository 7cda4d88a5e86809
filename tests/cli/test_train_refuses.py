"""What cannot be trained is refused at once, in one clear line, and leaves no folder behind."""

import shutil

import pytest

from .conftest import SMALL

WRONG_OPTIONS = {
    "--folds 1": "--folds must be 2 or more, and at most the number of groups; got 1",
    "--folds 99": "99 folds were asked for, but there are only 36 groups",
    "--folds abc": "--folds takes a whole number of at least 2, or nothing; got 'abc'",
    "--seed -1": "--seed must be a whole number from 0 to 2147483647, got -1",
    "--epochs 0": "--epochs must be above 0, got 0",
    "--batch-size 0": "--batch-size must be above 0, got 0",
    "--learning-rate nan": "--learning-rate must be above 0, got nan",
    "--window 0": "--window must be above 0, got 0.0",
    "--window 1e6": "--window must be at most 600, got 1e+06",
    "--rate 1": "--rate must be from 1000 to 192000, got 1",
    "--test 2": "--test must be a share between 0 and 1, such as 0.2; got 2.0",
    "--validation 1": "--validation must be a share from 0 to below 1",
    "--model resnt": "unknown model 'resnt'; did you mean resnet",
    "--frontend nope": "unknown front-end 'nope'. Known: log_mel",
    "--recipe nope": "unknown recipe of simple 'nope'. Known: modern, seed",
    "--groups nope": "--groups 'nope' is none of: 'column:NAME'",
    "--groups (a": "--groups '(a' is no regular expression",
    "--groups ^([a-z]+)/": "3 classes with all clips in one group: 'high'",
}


@pytest.mark.parametrize("option", WRONG_OPTIONS)
def test_a_wrong_option_is_named(earmark, sounds, tmp_path, option):
    out = tmp_path / "run"
    error = earmark("train", sounds, *SMALL, *option.split(), "--out", out, status=1).stderr
    assert f"Error: {WRONG_OPTIONS[option]}" in error
    assert error.count("Error") == 1
    assert not out.exists()


def test_resume_wants_the_folder(earmark, sounds):
    error = earmark("train", sounds, "--resume", status=1).stderr
    assert "--resume goes on with the run in --out: name its folder" in error


def test_a_missing_an_empty_and_a_wrong_folder(earmark, sounds, tmp_path):
    (tmp_path / "empty").mkdir()
    for data, wanted in (
        (tmp_path / "no", f"no dataset at '{tmp_path / 'no'}'"),
        (tmp_path / "empty", f"no sound found in '{tmp_path / 'empty'}'. One folder a label:"),
        (sounds / "low" / "00.wav", "is neither a folder nor a CSV or Parquet table"),
        (sounds / "low", "holds 12 sounds directly, but none in a folder that names its label"),
    ):
        assert wanted in earmark("train", data, "--out", tmp_path / "run", status=1).stderr
    assert not (tmp_path / "run").exists()


def test_one_class_and_a_lone_clip(earmark, sounds, tmp_path):
    shutil.copytree(sounds / "low", tmp_path / "one" / "low")
    error = earmark("train", tmp_path / "one", "--out", tmp_path / "run", status=1).stderr
    assert "has only the class 'low'; a classifier needs at least 2" in error
    assert error.startswith("12 clips, 1 class,")
    (tmp_path / "one" / "solo").mkdir()
    shutil.copy(sounds / "mid" / "00.wav", tmp_path / "one" / "solo")
    error = earmark("train", tmp_path / "one", "--out", tmp_path / "run", status=1).stderr
    assert "1 class with a single clip: 'solo'" in error


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("path,lable\nx.wav,a\n", "has no column 'label'; its first line has: path, lable"),
        ("path,label\nx.wav,a\n", "not one of the 1 rows of"),
        ("path,label\n", "has a header but no rows"),
        ("", "is empty; it needs the columns path and label"),
    ],
)
def test_a_table_that_is_none(earmark, tmp_path, text, wanted):
    table = tmp_path / "table.csv"
    table.write_text(text)
    assert wanted in earmark("train", table, "--out", tmp_path / "run", status=1).stderr


def test_out_is_never_overwritten(earmark, sounds, trained, tmp_path):
    before = {path: path.stat().st_mtime_ns for path in trained.rglob("*")}
    options = ("train", sounds, *SMALL, "--out")
    assert (
        f"{trained} holds a training already: go on" in earmark(*options, trained, status=1).stderr
    )
    error = earmark(*options, trained, "--resume", "--epochs", "3", "--seed", 1, status=1).stderr
    assert "with other settings (epochs was 8, now 3; seed was 0, now 1)" in error
    error = earmark(*options, sounds, status=1).stderr
    assert f"{sounds} exists and is no training run: choose another folder by --out" in error
    error = earmark(*options, sounds / "low" / "00.wav" / "x", status=1).stderr
    assert "cannot make" in error
    assert before == {path: path.stat().st_mtime_ns for path in trained.rglob("*")}
    (tmp_path / "run.json").write_text("[]")
    assert "not readable" in earmark(*options, tmp_path, "--resume", status=1).stderr


def test_a_bad_checkpoint_interval_is_named(earmark, sounds, monkeypatch):
    monkeypatch.setenv("EARMARK_CHECKPOINT_S", "often")
    error = earmark("train", sounds, status=1).stderr
    assert "EARMARK_CHECKPOINT_S must be seconds, 0 or more; got 'often'" in error
