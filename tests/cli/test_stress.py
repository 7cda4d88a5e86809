"""`earmark stress`: curves of a saved model, as a table, as JSON and as files in its run."""

import json
import shutil


def test_table_files_and_json(earmark, trained, sounds, tmp_path):
    place = tmp_path / "ein Lauf"
    shutil.copytree(trained, place)
    args = ("stress", place / "model", sounds, "--only", "gain, noise", "--workers", "1")
    shown = earmark(*args)
    assert max(map(len, shown.stdout.splitlines()[:-1])) <= 80
    assert "pink-noise" in shown.stdout
    assert "seen ones left out" in shown.stdout
    for ending in ("json", "csv", "png"):
        assert (place / f"stress.{ending}").is_file()
    again = json.loads(earmark(*args, "--format", "json").stdout)
    assert again["out"] == str(place / "stress")
    kept = json.loads((place / "stress.json").read_text(encoding="utf-8"))
    assert {**kept, "out": again["out"]} == again
    assert [each["name"] for each in kept["degradations"]] == ["gain", "pink-noise", "white-noise"]


def test_what_cannot_work_is_told_before_the_work(earmark, trained, sounds, tmp_path):
    model = trained / "model"
    told = earmark("stress", model, sounds, "--only", "nois", status=1).stderr
    assert "unknown degradation 'nois'; did you mean noise" in " ".join(told.split())
    told = earmark("stress", tmp_path / "none", sounds, status=1).stderr
    assert "no such model folder" in " ".join(told.split())
    (tmp_path / "file").write_text("x")
    told = earmark("stress", model, sounds, "--out", tmp_path / "file" / "x", status=1).stderr
    assert "cannot make" in told
    told = earmark("stress", model, sounds, "--clips", "0", "--out", tmp_path / "o", status=1)
    assert "--clips must be at least 1, got 0" in " ".join(told.stderr.split())
