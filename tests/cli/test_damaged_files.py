"""Damaged and odd files: each is told and left out, and nothing else is lost."""

import json
import os
from pathlib import Path

import numpy as np
import pytest
import soundfile

from .conftest import RATE_HZ, SMALL, tone, write_sounds

ODD = {  # readable all the same
    "eight.wav": lambda x: (np.stack([x] * 8, axis=1), RATE_HZ),
    "fast.wav": lambda x: (np.repeat(x, 24), 192_000),
    "lone.wav": lambda x: (x[:1], RATE_HZ),
    "sp ace 'q\" é.wav": lambda x: (x * 0.9, RATE_HZ),
    "new\nline.wav": lambda x: (x * 0.8, RATE_HZ),
}
BAD = {
    "zero.wav": "the file is empty (0 bytes)",
    "text.wav": "not sound that can be decoded",
    "cut.flac": "cut short or damaged",
    "cut.mp3": "cut short or damaged",
    "nan.wav": "is not a number (NaN)",
    "inf.wav": "is infinite",
    "none.wav": "holds no samples",
}


@pytest.fixture(scope="module")
def mixed(tmp_path_factory):
    """Good tones; among the low ones, odd and damaged files and two loops of links."""
    root = write_sounds(tmp_path_factory.mktemp("mixed") / "sounds", clips=6)
    low, x = root / "low", tone(200, 99, seconds=2)
    for name, make in ODD.items():
        samples, rate_hz = make(x)
        soundfile.write(low / name, samples, rate_hz)
    (low / "zero.wav").touch()
    (low / "text.wav").write_text("hello, I am a text")
    for name in ("cut.flac", "cut.mp3"):
        soundfile.write(low / name, x, RATE_HZ)
        (low / name).write_bytes((low / name).read_bytes()[: (low / name).stat().st_size // 2])
    for name, value in (("nan.wav", np.nan), ("inf.wav", np.inf)):
        y = x.copy()
        y[100] = value
        soundfile.write(low / name, y, RATE_HZ, subtype="FLOAT")
    soundfile.write(low / "none.wav", x[:0], RATE_HZ)
    (low / "loop").symlink_to(low)
    (low / "self.wav").symlink_to(low / "self.wav")
    (root / "lost").mkdir()
    for name in ("a.wav", "b.wav"):
        (root / "lost" / name).write_text(f"no sound in {name}")
    return root


def test_training_leaves_them_out_and_says_so(earmark, mixed, tmp_path):
    out = tmp_path / "run"
    result = earmark("train", mixed, *SMALL, "--epochs", 1, "--out", out, "--format", "json")
    good = 18 + len(ODD)
    bad = len(BAD) + 2
    assert f"{bad} of {good + bad} clips cannot be read and are left out:" in result.stderr
    assert "symlink loop: low/loop: " in result.stderr
    assert "symlink loop: low/self.wav: " in result.stderr
    assert "without a readable clip, so no class of the model: 'lost'" in result.stderr
    run = json.loads((out / "run.json").read_text())
    assert run["clips"] == good
    told = {p["path"]: p["detail"] for p in run["problems"] if p["kind"] == "unreadable"}
    assert set(told) == {f"low/{name}" for name in BAD} | {"lost/a.wav", "lost/b.wav"}
    for name, why in BAD.items():
        assert why in told[f"low/{name}"]
    assert json.loads(result.stdout)["out"] == str(out)


def test_predicting_tells_each_and_goes_on(earmark, mixed, trained):
    result = earmark("predict", trained / "model", mixed / "low", "--format", "json")
    rows = {os.path.relpath(row["path"], mixed / "low"): row for row in json.loads(result.stdout)}
    assert {name for name, row in rows.items() if "error" in row} == set(BAD)
    for name, why in BAD.items():
        assert why in rows[name]["error"]
        assert rows[name]["label"] is rows[name]["score"] is None
        assert rows[name]["scores"] == {}
    for name in ODD:
        assert sum(rows[name]["scores"].values()) == pytest.approx(1, abs=1e-5)
    assert f"{len(BAD)} of {len(rows)} files could not be read" in result.stderr


def test_a_line_break_in_a_name_breaks_no_table(earmark, mixed, trained):
    names = [mixed / "low" / name for name in ("new\nline.wav", "zero.wav")]
    lines = earmark("predict", trained / "model", *names).stdout.splitlines()
    assert len(lines) == 2
    assert lines[0].startswith(f"{mixed}/low/new\\nline.wav\t")
    assert lines[1].startswith(f"{mixed}/low/zero.wav\terror\tthe file is empty")


def test_no_file_that_can_be_read_is_status_1(earmark, trained, tmp_path):
    for path, why in ((tmp_path, "this is a folder"), (tmp_path / "no.wav", "no such file")):
        result = earmark("predict", trained / "model", path, "--format", "json", status=1)
        (row,) = json.loads(result.stdout)
        assert why in row["error"]


def test_a_file_that_may_not_be_read(earmark, trained, sounds, monkeypatch):
    opened = Path.open

    def refuse(path, *args, **kind):  # root may read everything, so no mode would do
        if path.suffix == ".wav":
            raise PermissionError(13, "Permission denied")
        return opened(path, *args, **kind)

    monkeypatch.setattr(Path, "open", refuse)
    (row,) = json.loads(
        earmark(
            "predict", trained / "model", sounds / "low" / "00.wav", "--format", "json", status=1
        ).stdout
    )
    assert "may not be read by this user; change its permissions" in row["error"]


def test_bad_rows_of_a_table_are_told_and_skipped(earmark, sounds, tmp_path):
    rows = [f"{sounds}/{label}/{n:02}.wav,{label}" for label in ("low", "mid") for n in range(6)]
    rows += [f"{sounds}/low/99.wav,low", f"{sounds}/low/11.wav,"]
    table = tmp_path / "table.csv"
    table.write_text("\n".join(["path,label", *rows]))
    result = earmark("extract", table, "--workers", 1)
    assert result.stdout.startswith("12 clips, 4.8 s of sound: ")
    assert "line 14: no such file" in result.stderr
    assert "line 15: the label is empty" in result.stderr
