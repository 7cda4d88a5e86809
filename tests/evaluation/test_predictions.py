import csv

import pytest

from earmark.errors import ConfigError
from earmark.evaluation.predictions import COLUMNS, prediction_rows, write_predictions


def test_rows_and_file_say_the_same(tmp_path):
    names = ["été, 1.wav", 'say "hi".wav']
    rows = prediction_rows(names, [0, 1], [[0.25, 0.75], [0, 1]], ["g1", "g2"], ["chat", "chien"])
    assert rows[0] == {
        "name": "été, 1.wav", "label": "chat", "predicted": "chien", "score": 0.75, "group": "g1",
    }  # fmt: skip
    path = tmp_path / "predictions.csv"
    write_predictions(rows, path)
    assert path.read_bytes().count(b"\r") == 0
    with path.open(encoding="utf-8", newline="") as file:
        back = list(csv.DictReader(file))
    assert tuple(back[0]) == COLUMNS
    assert [row["name"] for row in back] == names
    assert [float(row["score"]) for row in back] == [0.75, 1.0]


def test_names_must_match():
    with pytest.raises(ConfigError, match="names and targets must be as long, got 1 and 2"):
        prediction_rows(["a"], [0, 1], [[1, 0], [0, 1]], None, ["x", "y"])
