"""`earmark inspect` says what is wrong in 80 columns and in JSON, and writes what train takes."""

import json

import numpy as np
import pytest
import soundfile

from tests.datasets.audit.conftest import RATE_HZ, sound


@pytest.fixture
def folder(tmp_path):
    """Two labels of five clips, one copy under both, one silent; a blank and an accent in names."""
    root = tmp_path / "my söunds"
    for number, label in enumerate(("bell", "dog")):
        (root / label).mkdir(parents=True)
        for clip in range(5):
            soundfile.write(root / label / f"{clip}.wav", sound(100 * number + clip), RATE_HZ)
    soundfile.write(root / "dog" / "a bell, again é.flac", sound(0), RATE_HZ)
    soundfile.write(root / "bell" / "[bold]nothing[b].wav", np.zeros(RATE_HZ), RATE_HZ)
    return root


def test_json_has_the_agreed_keys_and_names(earmark, folder):
    told = json.loads(earmark("inspect", folder, "--format", "json").stdout)
    assert told["clips"] == 12
    assert told["classes"] == {"bell": 6, "dog": 6}
    assert told["problems"][0]["kind"] == "two labels"
    assert told["problems"][0]["paths"] == ["bell/0.wav", "dog/a bell, again é.flac"]
    (same,) = told["duplicates"]
    assert same["labels"] == ["bell", "dog"]
    assert same["kind"] in ("exact", "near")
    assert {"source", "count"} <= set(told["groups"])
    assert set(told["leakage"]) == {"random", "earmark"}


def test_the_table_fits_80_columns_and_says_what_to_do(earmark, folder, tmp_path):
    out = tmp_path / "the audit"
    shown = earmark("inspect", folder, "--out", out).stdout
    assert max(map(len, shown.partition("\nNext")[0].splitlines())) <= 80
    lines = shown.splitlines()
    assert lines[2] == "One sound under two labels: 1"
    assert "[bold]nothing[b].wav" in shown
    assert "earmark train" in shown
    assert {path.name for path in out.iterdir()} == {"audit.json", "clips.csv", "report.md"}
    again = earmark("inspect", out / "clips.csv", "--format", "json")
    told = json.loads(again.stdout)
    assert told["clips"] == 9
    assert told["duplicates"] == []
    assert [p["kind"] for p in told["problems"]] == ["few clips", "excluded"]


def test_wrong_input_is_told_before_anything_is_heard(earmark, folder, tmp_path):
    assert "did you mean 'my söunds'" in earmark("inspect", tmp_path / "my sounds", status=1).stderr
    (tmp_path / "file").touch()
    assert "cannot make" in earmark("inspect", folder, "--out", tmp_path / "file", status=1).stderr
    assert "No such option" in earmark("inspect", folder, "--outt", "x", status=2).stderr
    features = tmp_path / "f.csv"
    earmark("extract", folder, "--out", features)
    said = earmark("inspect", features, status=1).stderr
    assert "inspect needs the sounds themselves" in " ".join(said.split())
