"""`earmark extract` writes what is asked for, says where, and it can be trained on."""

import json

import pytest
import soundfile

from earmark.datasets import Dataset

from .conftest import SMALL, tone


@pytest.mark.parametrize(
    ("name", "out"),
    [
        ("npy", "sounds-features/high/00.wav.npy"),
        ("json", "sounds-features/high/00.wav.json"),
        ("csv", "sounds-features.csv"),
        ("parquet", "sounds-features.parquet"),
    ],
)
def test_each_format_has_its_usual_place(earmark, sounds, tmp_path, monkeypatch, name, out):
    monkeypatch.chdir(tmp_path)
    shown = earmark("extract", sounds, "--format", name).stdout
    assert (tmp_path / out).is_file()
    assert f"Features: {out.split('/')[0]}\n" in shown


def test_the_suffix_of_out_chooses_the_format(earmark, sounds, tmp_path):
    out = tmp_path / "räin features.csv"
    report = json.loads(earmark("extract", sounds, "--out", out, "--report", "json").stdout)
    assert (report["format"], report["out"], report["clips"]) == ("csv", str(out), 36)
    with out.open(encoding="utf-8") as file:
        assert file.readline() == "category,log_mel@8000\n"
    report = json.loads(earmark("extract", sounds, "--report", "json").stdout)
    assert (report["format"], report["out"]) == (None, None)


def test_a_mp3_and_a_wav_side_by_side_do_not_meet(earmark, tmp_path):
    for label in ("low", "high"):
        (tmp_path / "d" / label).mkdir(parents=True)
        for suffix in ("wav", "flac"):
            soundfile.write(tmp_path / "d" / label / f"a.{suffix}", tone(500, 1), 8000)
    earmark("extract", tmp_path / "d", "--format", "json", "--out", tmp_path / "out")
    names = sorted(path.name for path in (tmp_path / "out" / "low").iterdir())
    assert names == ["a.flac.json", "a.wav.json"]


def test_lost_groups_are_told(earmark, sounds, tmp_path):
    pattern = "([0-9])[.]wav$"
    lost = earmark("extract", sounds, "--groups", pattern, "--out", tmp_path / "a.csv").stderr
    assert "Not in the csv: the clips' groups (pattern" in lost
    assert "Parquet and JSON keep them" in lost.replace("\n", " ")
    kept = earmark("extract", sounds, "--groups", pattern, "--out", tmp_path / "a.parquet")
    assert kept.stderr == ""
    dataset = Dataset.open(tmp_path / "a.parquet")
    assert dataset.group_source == "column 'group'"
    assert len(set(dataset.groups)) == 10


@pytest.mark.parametrize(
    ("args", "wanted"),
    [
        ("--format cvs", "unknown feature format 'cvs'; did you mean csv? Known: csv, json, npy,"),
        ("--format csv --out x.parquet", "--out must end in .csv for csv, got 'x.parquet'"),
        ("--out mine.csv", "--out must not be 'mine.csv': it is there, and holds no features"),
    ],
)
def test_a_wrong_place_is_told_before_anything_is_computed(
    earmark, sounds, tmp_path, monkeypatch, args, wanted
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("EARMARK_CACHE", str(tmp_path / "cache"))
    (tmp_path / "mine.csv").write_text("path,label\n")
    assert wanted in earmark("extract", sounds, *args.split(), status=1).stderr
    assert not (tmp_path / "cache").exists()
    assert (tmp_path / "mine.csv").read_text() == "path,label\n"


def test_training_on_a_csv_tells_of_a_bad_row_and_goes_on(earmark, sounds, tmp_path):
    table = tmp_path / "features.csv"
    earmark("extract", sounds, "--frontend", "mfcc", "--out", table)
    lines = table.read_text().splitlines()
    lines[2] = lines[2].replace(", ", ", oops ", 1)
    table.write_text("\n".join(lines) + "\n")
    result = earmark("train", table, *SMALL, "--out", tmp_path / "run", "--format", "json")
    assert "bad features: features.csv: line 3: frame 1: 'oops" in result.stderr
    assert "features: mfcc at 44100 Hz, from" in result.stderr
    assert "accuracy" in json.loads(result.stdout)["clip"]
    wrong = earmark("train", table, *SMALL, "--frontend", "log_mel", status=1).stderr
    assert f"--frontend must be mfcc as in '{table}', got log_mel" in wrong
    model = tmp_path / "run" / "model"
    refused = earmark("evaluate", model, table, status=1).stderr
    assert "evaluate needs the sounds themselves" in refused
    assert "high" in earmark("predict", model, sounds / "high" / "00.wav").stdout
