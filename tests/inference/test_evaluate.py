"""A saved model is scored on what it has not learned from, whatever the files are called."""

import csv
import shutil

import numpy as np
import pytest
import soundfile

import earmark
from earmark.datasets import Dataset
from earmark.errors import DatasetError
from earmark.inference.evaluate import evaluate
from tests.conftest import TONE_RATE_HZ, tone_sound, write_tones


@pytest.fixture(scope="module")
def model(tone_model):
    return earmark.load(tone_model)


@pytest.fixture(scope="module")
def test_part(tone_run):
    with (tone_run / "split.csv").open(newline="") as file:
        return [row["name"] for row in csv.DictReader(file) if row["part"] == "test"]


def kinds(evaluation):
    return [problem.kind for problem in evaluation.problems]


def test_only_the_test_part_of_what_it_was_trained_on_is_scored(model, tone_dataset, test_part):
    result = evaluate(model, tone_dataset)
    assert list(result.names) == test_part
    assert kinds(result) == ["trained on"]
    left_out = 36 - len(test_part)
    assert result.problems[0].detail.startswith(f"{left_out} clips the model was trained or")
    assert result.card.split["kind"] == "unseen"
    assert result.card.clip.accuracy.value == model.scorecard.clip.accuracy.value


def test_clips_are_known_again_under_other_names(model, tone_dataset, test_part, tmp_path):
    for number, clip in enumerate(tone_dataset.clips):
        place = tmp_path / clip.label / f"renamed-{number}.wav"
        place.parent.mkdir(exist_ok=True)
        shutil.copy(clip.path, place)
    result = evaluate(model, Dataset.from_folder(tmp_path))
    assert len(result.names) == len(test_part)


def test_new_clips_are_all_scored(model, tmp_path):
    folder = write_tones(tmp_path / "new", clips=4, seed=99)
    told = []
    result = evaluate(
        model, Dataset.from_folder(folder, groups="parent"), progress=lambda *n: told.append(n)
    )
    assert len(result.names) == 12
    assert told == [(done, 12) for done in range(1, 13)]
    assert kinds(result) == []
    assert earmark.evaluate(model, folder).clip.count == 12
    assert earmark.evaluate(str(model.directory), folder).clip.count == 12


def test_everything_is_scored_if_asked_for(model, tone_dataset):
    result = evaluate(model, tone_dataset, include_training=True)
    assert len(result.names) == 36
    assert result.card.split["kind"] == "everything"
    assert "those the model was trained on among them" in result.card.split["description"]


def test_unknown_labels_and_unreadable_clips_are_reported_and_not_scored(model, tmp_path):
    folder = write_tones(tmp_path / "new", clips=2, seed=99)
    (folder / "dogs").mkdir()
    soundfile.write(folder / "dogs" / "a.wav", np.zeros(800), TONE_RATE_HZ)
    (folder / "sine" / "bad.wav").write_bytes(b"no sound")
    result = evaluate(model, Dataset.from_folder(folder))
    assert len(result.names) == 6
    assert sorted(kinds(result)) == ["unknown label", "unreadable"]
    bad = next(problem for problem in result.problems if problem.kind == "unreadable")
    assert bad.path == "sine/bad.wav"
    assert bad.detail.startswith("not sound that can be decoded")  # its name stands before it
    unknown = next(problem for problem in result.problems if problem.kind == "unknown label")
    assert unknown.path == "dogs"
    assert "it knows clicks, noise, sine" in unknown.detail


def test_a_score_of_nothing_is_refused(model, tmp_path):
    soundfile.write(tmp_path / "x.wav", tone_sound("sine", np.random.default_rng(0)), TONE_RATE_HZ)
    (tmp_path / "dogs").mkdir()
    shutil.move(tmp_path / "x.wav", tmp_path / "dogs" / "x.wav")
    with pytest.raises(DatasetError, match=r"no clip is left to score\. unknown label: 1 clip "):
        evaluate(model, Dataset.from_folder(tmp_path))


def test_the_majority_baseline_is_that_of_training(model, tmp_path):
    """Scored on one class alone, the baseline still answers what was most frequent in training."""
    folder = write_tones(tmp_path / "new", clips=4, seed=99)
    card = earmark.evaluate(model, folder)
    counts = model.config.provenance["train_counts"]
    most = max(counts, key=counts.get)
    clips = Dataset.from_folder(folder).class_counts
    wanted = clips[most] / sum(clips.values())
    assert card.baselines["majority"]["accuracy"].value == pytest.approx(wanted)
