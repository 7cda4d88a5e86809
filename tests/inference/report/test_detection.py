"""A detection run is reported with its recordings over time, and with what of it is there."""

import csv
import json

import numpy as np
import pytest
import soundfile

from earmark.datasets.strong import Event
from earmark.evaluation.events import score_events
from earmark.inference.report import gather, write_report
from earmark.inference.report.scenes import LONGEST_S, scenes_of

RATE_HZ = 8000


def write_run(root, *, recordings=12, sounds=0, seed=0):
    """The folder of a detection run on made-up answers, in `root`; gives its path.

    The first `sounds` recordings can be heard, the last is empty and answered so.
    """
    rng = np.random.default_rng(seed)
    data, out = root / "mes forêts", root / "un essai" / "run"
    data.mkdir(parents=True)
    out.mkdir(parents=True)
    truth, answers = {}, {}
    for number in range(recordings):
        name = f"été {number:02}.wav"
        times = 0.5 + np.sort(rng.uniform(0, 8, 3)) if number < recordings - 1 else []
        truth[name] = [
            Event(str(rng.choice(["owl", "fox"])), float(t), float(t) + 1) for t in times
        ]
        answers[name] = [
            Event(e.label, e.onset_s + float(rng.uniform(0, 0.3)), e.offset_s, 0.9)
            for e in truth[name]
            if rng.random() < 0.8
        ]
        if number < sounds:
            soundfile.write(data / name, 0.1 * rng.standard_normal(10 * RATE_HZ), RATE_HZ)
    card = score_events(
        truth, answers, ["fox", "owl"], durations_s=dict.fromkeys(truth, 10.0),
        split={"kind": "holdout", "description": "12 groups kept whole; seed 0"}, resamples=50,
    )  # fmt: skip
    (out / "scorecard.json").write_text(json.dumps(card.to_dict()))
    run = {
        "earmark": "1", "command": "", "recordings": recordings, "clips": 0,
        "classes": ["fox", "owl"], "problems": [],
        "settings": {"task": "detect", "dataset": str(data), "groups": None, "model": "crnn",
                     "recipe": {"name": "modern"}, "seed": 0},
        "splits": [{"name": "holdout", "description": "12 groups kept whole; seed 0"}],
    }  # fmt: skip
    (out / "run.json").write_text(json.dumps(run))
    (out / "timing.json").write_text('{"train_s": 61.5}')
    split = "".join(f"{name},{';'.join(sorted({e.label for e in truth[name]}))},g,train\n"
                    for name in truth)  # fmt: skip
    (out / "split.csv").write_text("name,label,group,part\n" + split, encoding="utf-8")
    history = "epoch,train_loss,validation_loss,validation_event_f1\n1,2,2,0.1\n2,1,1.5,0.4\n"
    (out / "history.csv").write_text(history)
    rows = [(part, name, e.onset_s, e.offset_s, e.label, "" if e.score is None else e.score)
            for part, found in (("truth", truth), ("answer", answers))
            for name in found for e in found[name]]  # fmt: skip
    rows.append(("truth", f"été {recordings - 1:02}.wav", "", "", "", ""))
    with (out / "events.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(["part", "file", "onset_s", "offset_s", "label", "score"])
        table.writerows(rows)
    return out


@pytest.fixture
def run(tmp_path):
    return write_run(tmp_path, sounds=12)


def test_a_detection_run_is_told_of(run):
    document = gather(run, sounds=False)
    assert document["card"]["kind"] == "events"
    assert document["noun"] == "recording"
    assert document["data"]["clips"] == 12
    assert list(document["data"]["classes"]) == ["fox", "owl"]
    assert 6 <= document["data"]["classes"]["owl"] <= 11  # recordings, the last one is empty
    assert document["scenes"]["recordings"] == 12
    assert document["training"] == [("epochs", "2"), ("time", "1 min 2 s")]
    assert document["mistakes"]["clips"] == []
    assert document["remarks"] == []
    line, _, *rest = document["repeat"]["commands"]
    assert line.endswith("--task detect --model crnn")
    assert rest == []
    (run / "model").mkdir()
    assert gather(run)["repeat"]["commands"][-1].startswith("earmark detect ")


def test_clips_and_recordings_together_are_sounds(run):
    values = json.loads((run / "run.json").read_text())
    (run / "run.json").write_text(json.dumps(values | {"clips": 30}))
    document = gather(run, sounds=False)
    assert (document["noun"], document["data"]["clips"]) == ("sound", 42)
    (run / "run.json").write_text(json.dumps(values | {"clips": 30, "recordings": 0}))
    document = gather(run, sounds=False)
    assert (document["noun"], document["data"]["clips"]) == ("clip", 30)


def test_the_worst_scenes_have_the_most_mistakes_and_the_best_the_least(run):
    scenes = gather(run, sounds=False)["scenes"]
    wrong = [one["missed"] + one["vain"] for one in scenes["worst"]]
    assert wrong == sorted(wrong, reverse=True)
    assert wrong[-1] > 0
    assert max(one["missed"] + one["vain"] for one in scenes["best"]) <= wrong[-1]
    names = [one["name"] for one in (*scenes["worst"], *scenes["best"])]
    assert len(set(names)) == len(names)


def test_recordings_that_are_there_are_heard(run):
    scenes = gather(run)["scenes"]
    for one in (*scenes["worst"], *scenes["best"]):
        assert one["media"]["sound"].startswith("data:audio/mpeg;base64,")
    assert "media" not in gather(run, sounds=False)["scenes"]["worst"][0]


def test_scenes_that_were_mixed_for_the_test_have_no_player(tmp_path):
    scenes = gather(write_run(tmp_path))["scenes"]
    assert all("media" not in one for one in scenes["worst"])


def test_every_document_is_written(run, tmp_path):
    pytest.importorskip("jinja2")
    page = write_report(run).read_text(encoding="utf-8")
    assert "Found badly" in page
    assert "été 0" in write_report(run, tmp_path / "a b.md", format="md").read_text("utf-8")
    found = json.loads(write_report(run, format="json").read_text("utf-8"))
    assert found["card"]["recordings"] == 12


@pytest.mark.parametrize("name", ["scorecard.json", "events.csv", "history.csv", "timing.json"])
def test_a_damaged_or_missing_file_is_left_out(run, name):
    (run / name).write_bytes(b"\xff{nonsense")
    write_report(run, format="md")
    (run / name).unlink()
    write_report(run, format="md")


def test_rows_that_are_no_events_are_told_and_passed_over(run):
    with (run / "events.csv").open("a", encoding="utf-8") as file:
        file.write("truth,a.wav,3,2,owl,\nanswer,a.wav,x,2,owl,\nelse,a.wav,1,2,owl,\n")
    document = gather(run, sounds=False)
    assert [one for one in document["remarks"] if one.startswith("3 of ")]
    assert document["card"] is not None


def test_a_card_that_is_no_card_of_events_is_left_out(run):
    (run / "scorecard.json").write_text('{"kind": "events", "event_f1": 1}')
    document = gather(run, sounds=False)
    assert document["card"] is None
    assert "scorecard.json is no score card, and is left out" in document["remarks"]


def test_what_fits_is_found_as_the_score_card_has_it():
    truth = [Event("dog", 1, 2), Event("dog", 5, 9), Event("cat", 1, 2)]
    answers = [Event("dog", 1.2, 2.2), Event("dog", 5, 8.2), Event("cat", 1.21, 2)]
    (scene,) = scenes_of("a.wav", truth, answers, 10.0)
    assert dict(zip(scene.truth, scene.right[0], strict=True)) == dict(
        zip(truth, (True, True, False), strict=True)
    )
    assert (scene.missed, scene.vain) == (1, 1)
    found = scene.to_dict()
    assert (found["events"], found["right"]) == (3, 2)
    assert found["rows"][0]["truth"][0]["x"] == pytest.approx(10)
    assert found["rows"][0]["truth"][0]["width"] == pytest.approx(10)


def test_a_long_recording_is_cut_in_stretches_and_no_event_is_lost():
    truth = [Event("dog", 10, 20), Event("dog", 55, 130), Event("dog", 120, 120)]
    scenes = scenes_of("a.wav", truth, [], 150.0)
    assert [(one.begin_s, one.end_s) for one in scenes] == [(0, 60), (60, 120), (120, 150)]
    assert [len(one.truth) for one in scenes] == [2, 1, 1]
    assert scenes[1].truth == (Event("dog", 60, 120),)
    assert scenes[1].to_dict()["name"] == "a.wav from 60 s"
    assert LONGEST_S == 60


def test_an_empty_recording_is_a_scene_too():
    (scene,) = scenes_of("a.wav", [], [])
    assert scene.to_dict()["rows"] == []
