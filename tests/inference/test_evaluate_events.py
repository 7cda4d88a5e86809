"""A detector is scored on recordings it has not learned from, and on nothing that does not fit."""

import shutil

import pytest

import earmark
from earmark.datasets import Dataset
from earmark.datasets.strong import Annotations, Event, write_annotations
from earmark.datasets.strong.collection import open_recordings
from earmark.errors import ConfigError, DatasetError, ModelError
from earmark.evaluation.events.decoding import Settings, Threshold
from earmark.inference.evaluate import evaluate
from earmark.inference.evaluate_any import evaluate_any
from earmark.inference.evaluate_events import evaluate_events
from tests.conftest import write_tones
from tests.inference.pitch_detector import write_detector, write_scenes

pytest.importorskip("onnx")
SCENES = {
    "a b.wav": [("low", 0.5, 1.5), ("high", 1.0, 2.0)],
    "été/nuit.wav": [("low", 2.0, 3.5)],
    "leer.wav": [],
}


@pytest.fixture
def scenes(tmp_path):
    return write_scenes(tmp_path / "mes scènes", SCENES)


@pytest.fixture
def detector(tmp_path):
    return write_detector(tmp_path / "run" / "model")


def kinds(evaluation):
    return [problem.kind for problem in evaluation.problems]


def test_events_are_found_and_an_empty_recording_counts(detector, scenes):
    told = []
    found = evaluate_any(detector, scenes, progress=lambda *n: told.append(n))
    assert found.names == ("a b.wav", "leer.wav", "été/nuit.wav")
    card = found.card
    assert (card.recordings, card.events, card.answered) == (3, 3, 3)
    assert card.duration_s == 12.0
    for name in ("event_f1", "segment_f1", "intersection_f1", "psds1", "psds2"):
        assert card.figures[name].value > 0.99, name
    assert card.split["kind"] == "unseen"
    assert told == [(1, 3), (2, 3), (3, 3)]
    assert kinds(found) == []
    assert list(card.baselines) == ["everything"]
    assert earmark.evaluate(detector, scenes).to_dict() == card.to_dict()


def test_loudness_stands_beside_it_where_training_told_its_events(tmp_path, scenes):
    counts = {"train_counts": {"high": 3, "low": 5}}
    model = write_detector(tmp_path / "model", provenance=counts)
    card = earmark.evaluate(model, scenes)
    assert list(card.baselines) == ["everything", "loudness"]
    assert 0 < card.baselines["loudness"]["segment_f1"].value < 1


def test_recordings_it_learned_from_are_left_out_whatever_their_names(tmp_path, scenes):
    model = write_detector(tmp_path / "model", learned=[scenes / "a b.wav"])
    again = tmp_path / "again"
    shutil.copytree(scenes, again)
    (again / "a b.wav").rename(again / "other.wav")
    (again / "a b.wav.txt").rename(again / "other.txt")
    found = evaluate_any(model, again)
    assert found.names == ("leer.wav", "été/nuit.wav")
    assert kinds(found) == ["trained on"]
    assert found.problems[0].detail.startswith("1 recording the model was trained or tuned on is")
    assert found.card.split["description"] == (
        "2 recordings the model has not seen, 1 seen ones left out"
    )
    every = evaluate_any(model, again, include_training=True)
    assert len(every.names) == 3
    assert every.card.split["kind"] == "everything"


def test_nothing_is_left_where_all_was_learned_from(tmp_path, scenes):
    model = write_detector(tmp_path / "model", learned=sorted(scenes.rglob("*.wav")))
    with pytest.raises(DatasetError, match=r"no recording is left to score\. trained on: 3 rec"):
        evaluate_any(model, scenes)


def test_labels_may_lie_elsewhere(detector, scenes, tmp_path):
    for track in scenes.rglob("*.txt"):
        track.unlink()
    table = tmp_path / "events.csv"
    events = {name: tuple(Event(*mark) for mark in marks) for name, marks in SCENES.items()}
    write_annotations(Annotations(events), table, "table")
    assert earmark.evaluate(detector, scenes, labels=table).figures["event_f1"].value == 1
    with pytest.raises(DatasetError, match="no labels beside the sounds in"):
        earmark.evaluate(detector, scenes)


def test_unknown_labels_are_told_once_and_their_recordings_stay(detector, tmp_path):
    marks = {"a.wav": [("low", 1, 2), ("owl", 2, 3)], "b.wav": [("owl", 1, 2), ("owl", 3, 3.5)]}
    found = evaluate_any(detector, write_scenes(tmp_path / "new", marks))
    (problem,) = found.problems
    assert (problem.kind, problem.path) == ("unknown label", "owl")
    assert problem.detail == ("3 events of a class the model does not know; it knows 'high', 'low'")
    assert found.card.recordings == 2
    assert found.card.events == 1


def test_no_event_of_a_known_class_is_an_error(detector, tmp_path):
    folder = write_scenes(tmp_path / "new", {"a.wav": [("owl", 1, 2)]})
    with pytest.raises(DatasetError, match="not one event is of a class the model knows"):
        evaluate_any(detector, folder)


def test_an_unreadable_recording_costs_itself_alone(detector, scenes):
    recordings = open_recordings(scenes)
    (scenes / "leer.wav").write_bytes(b"no sound")
    found = evaluate_any(detector, recordings)
    assert found.names == ("a b.wav", "été/nuit.wav")
    assert kinds(found) == ["unreadable"]
    assert found.problems[0].path == "leer.wav"


def test_other_settings_can_be_asked_for(detector, scenes):
    deaf = Settings(
        {"high": Threshold(1.0, 1.0, least_s=3.0), "low": Threshold(1.0, 1.0, least_s=3)}
    )
    model = earmark.load(detector)
    found = evaluate_events(model, open_recordings(scenes), settings=deaf)
    assert found.card.answered == 0
    assert found.card.figures["event_f1"].value == 0


def test_what_does_not_fit_together_is_refused(detector, scenes, tmp_path, tone_model):
    tones = write_tones(tmp_path / "tones", clips=2)
    with pytest.raises(DatasetError, match="A detector needs to be told what is heard when"):
        earmark.evaluate(detector, tones)
    with pytest.raises(DatasetError, match="is a detector: give it the folder of recordings"):
        earmark.evaluate(detector, Dataset.from_folder(tones))
    with pytest.raises(ModelError, match="it is a detector, and evaluate of labelled clips wants"):
        evaluate(earmark.load(detector), Dataset.from_folder(tones))
    with pytest.raises(ConfigError, match="detectors are scored one at a time"):
        evaluate_any(detector, scenes, against=[detector])
    with pytest.raises(ConfigError, match="labels of events are for a detector"):
        evaluate_any(tone_model, tones, labels=scenes)
    with pytest.raises(DatasetError, match="which says one thing of a whole clip"):
        evaluate_any(tone_model, scenes)
    with pytest.raises(DatasetError, match="which says one thing of a whole clip"):
        evaluate_any(tone_model, open_recordings(scenes))
    with pytest.raises(ModelError, match="whose thresholds were chosen in training"):
        earmark.load(detector).thresholds(precision=0.9)


def test_a_classifier_that_slides_is_a_baseline(tmp_path, tone_model):
    marks = {"a.wav": [("sine", 1, 2)], "b.wav": []}
    recordings = open_recordings(write_scenes(tmp_path / "new", marks))
    card = evaluate_events(earmark.load(tone_model), recordings).card
    assert card.classes == ("clicks", "noise", "sine")
    assert card.figures["psds1"] is not None
