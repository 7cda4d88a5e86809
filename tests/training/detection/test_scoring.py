"""From tracks to the card: answers end with the recording, folds are pooled under their numbers."""

import csv
import dataclasses
import json

import numpy as np
import pytest

from earmark.evaluation.events.decoding import Settings, Threshold
from earmark.training.detection.recording import Recording
from earmark.training.detection.scoring import Scored, answers_of, score, score_folds, write_card

from .conftest import event

HOP_S = 0.1
SETTINGS = Settings({label: Threshold(0.5, 0.5, median_s=0.0) for label in ("cat", "dog")})
NOTHING = np.zeros((0, 1), np.float32)


def found(name, events, spans, duration_s=1.05, group="g"):
    """A recording of 11 scores, the track with `spans` (label number, first, last) in it."""
    track = np.zeros((11, 2), np.float32)
    for label, first, last in spans:
        track[first:last, label] = 0.9
    return Recording(name, NOTHING, tuple(events), duration_s, group), track


def scored(*pairs, settings=SETTINGS, frequent=None):
    tracks = {recording.name: track for recording, track in pairs}
    return Scored(tuple(recording for recording, _ in pairs), tracks, settings, HOP_S, frequent)


def test_answers_end_with_the_recording():
    answers = answers_of(scored(found("a.wav", [], [(0, 9, 11)]), found("b.wav", [], [])))
    (last,) = answers["a.wav"]
    assert (last.label, last.offset_s) == ("cat", 1.05)
    assert last.onset_s == pytest.approx(0.9)
    assert answers["b.wav"] == ()


def test_what_begins_after_the_end_is_no_answer():
    answers = answers_of(scored(found("a.wav", [], [(0, 10, 11)], duration_s=1.0)))
    assert answers == {"a.wav": ()}


def test_a_perfect_track_scores_1():
    right = found(
        "a.wav", [event("cat", 0.2, 0.6), event("dog", 0.5, 1.0)], [(0, 2, 6), (1, 5, 10)]
    )
    card = score(scored(right, found("b.wav", [], [], group="h")), ("cat", "dog"), {})
    assert card.figures["event_f1"].value == 1
    assert card.figures["segment_f1"].value == 1


def test_folds_are_pooled_with_the_settings_of_each():
    right = found("a.wav", [event("cat", 0.2, 0.6)], [(0, 2, 6)])
    deaf = Settings({label: Threshold(0.95, 0.95) for label in ("cat", "dog")})
    folds = [scored(right), scored(right, settings=deaf)]  # one name in both folds is two scenes
    card = score_folds(folds, ("cat", "dog"), {"kind": "folds"})
    assert not any("loud" in name for name in card.baselines)  # nobody says what is frequent
    assert card.figures["event_f1"].value == pytest.approx(2 / 3)
    assert card.to_dict()["split"]["kind"] == "folds"


def test_every_event_is_written(tmp_path):
    one = scored(found("é b.wav", [event("cat", 0.2, 0.6)], [(1, 1, 3)]))
    write_card(tmp_path, one, score(one, ("cat", "dog"), {}))
    with (tmp_path / "events.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["part"], row["file"], row["label"]) for row in rows] == [
        ("truth", "é b.wav", "cat"),
        ("answer", "é b.wav", "dog"),
    ]
    assert (rows[1]["onset_s"], rows[1]["offset_s"]) == ("0.100", "0.300")
    assert float(rows[1]["score"]) > 0.5
    assert rows[0]["score"] == ""
    values = json.loads((tmp_path / "decoding.json").read_text(encoding="utf-8"))
    assert Settings.from_dict(values) == SETTINGS
    assert (tmp_path / "scorecard.json").exists()


def test_the_baseline_answers_the_most_frequent_class_where_it_is_loud():
    recording, track = found("a.wav", [event("cat", 0.2, 0.6)], [(0, 2, 6)])
    levels_db = np.full(11, -60.0)
    levels_db[2:6] = -10
    loud = dataclasses.replace(recording, levels_db=levels_db)
    card = score(scored((loud, track), frequent="cat"), ("cat", "dog"), {})
    without = score(scored((loud, track)), ("cat", "dog"), {})
    (baseline,) = set(card.baselines) - set(without.baselines)
    assert card.baselines[baseline]["segment_f1"].value == 1
