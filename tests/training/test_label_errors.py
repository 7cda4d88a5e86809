"""Wrong labels of a run: read from the answers it keeps, whatever kind of run it is."""

import csv
import json
import shutil

import numpy as np
import pytest

from earmark.errors import ConfigError
from earmark.training.label_errors import LABEL_ERRORS, find_label_errors, tell_label_errors
from earmark.training.run_folder import read_arrays, write_arrays
from earmark.training.watcher import Watcher

CLASSES = ("bell", "rain, heavy")


def write_fold(place, names, targets, probabilities):
    place.mkdir(parents=True)
    arrays = {"targets": targets, "probabilities": probabilities, "groups": np.array(names)}
    write_arrays(place / "answers.npz", arrays)
    with (place / "predictions.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["name"], *([name] for name in names)])


@pytest.fixture
def folds(tmp_path):
    """A run of two folds; the label of one clip of the second is wrong."""
    run = tmp_path / "ein Lauf"
    for fold in (1, 2):
        names = [f"{fold} é {n}.wav" for n in range(20)]
        targets = np.repeat([0, 1], 10)
        rows = np.where(targets[:, None] == [0, 1], 0.95, 0.05)
        if fold == 2:
            rows[4] = [0.02, 0.98]
        write_fold(run / f"fold-{fold}", names, targets, rows)
    splits = [{"name": "fold 1"}, {"name": "fold 2 (left out)"}]
    values = {"clips": 40, "classes": dict.fromkeys(CLASSES, 20), "splits": splits}
    (run / "run.json").write_text(json.dumps(values))
    return run


class Told(Watcher):
    def __init__(self):
        self.lines = []

    def message(self, text):
        self.lines.append(text)


def test_all_folds_are_looked_at_and_the_list_is_written(folds):
    found = find_label_errors(folds)
    assert (found.clips, found.of) == (40, 40)
    assert found.line == "1 of 40 clips look mislabelled or are hard to hear"
    with found.write().open(encoding="utf-8", newline="") as file:
        (row,) = csv.DictReader(file)
    assert row["path"] == "2 é 4.wav"
    assert (row["rank"], row["label"], row["suggested"]) == ("1", "bell", "rain, heavy")
    assert float(row["quality"]) == float(row["bell"]) == 0.02
    assert found.to_dict()["mislabelled"][0]["probabilities"] == {"bell": 0.02, "rain, heavy": 0.98}


def test_a_training_says_it_in_one_line(folds):
    told = Told()
    tell_label_errors(folds, told)
    (line,) = told.lines
    assert line.startswith("labels: 1 of 40 clips look mislabelled")
    assert str(folds / LABEL_ERRORS) in line


def test_a_fold_that_is_not_finished_is_passed_over_and_said(folds):
    (folds / "fold-2" / "answers.npz").unlink()
    found = find_label_errors(folds)
    assert found.line == "none of the 20 clips that were held out, 40 in all, looks mislabelled"


def test_of_a_single_split_the_test_part_is_looked_at(tone_run, tmp_path):
    place = tmp_path / "run"
    shutil.copytree(tone_run, place)
    found = find_label_errors(place)
    assert 0 < found.clips < found.of == 36
    assert found.clips == len(read_arrays(place / "answers.npz")["targets"])


def test_no_run_is_refused_with_a_hint(folds, tmp_path):
    with pytest.raises(ConfigError, match="no such folder; a run is what train --out names"):
        find_label_errors(tmp_path / "none")
    with pytest.raises(ConfigError, match=r"has no run\.json; did you mean .*ein Lauf"):
        find_label_errors(folds / "fold-1")
    for fold in (1, 2):
        (folds / f"fold-{fold}" / "answers.npz").unlink()
    with pytest.raises(ConfigError, match="no training in it is finished"):
        find_label_errors(folds)


def test_answers_that_are_not_of_this_run_are_refused(folds):
    (folds / "fold-1" / "predictions.csv").write_text("name\na.wav\n")
    with pytest.raises(ConfigError, match="they are of different trainings"):
        find_label_errors(folds)
    told = Told()
    tell_label_errors(folds, told)
    assert told.lines[0].startswith("wrong labels were not looked for: ")
    (folds / "run.json").write_text("[]")
    with pytest.raises(ConfigError, match=r"run\.json: not readable"):
        find_label_errors(folds)
