"""A stress test asks about unseen clips, the same at every level, and keeps its numbers."""

import csv
import dataclasses
import io
import json
import shutil
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

import earmark
from earmark.datasets import Clip, Dataset
from earmark.errors import ConfigError, DatasetError
from earmark.evaluation.intervals import Interval
from earmark.inference.model import Prediction
from earmark.inference.stress import run
from earmark.inference.stress.ask import Asker, judge
from earmark.inference.stress.curve import curves_of
from earmark.inference.stress.draw import draw
from earmark.inference.stress.table import stress_table
from earmark.inference.stress.way import WAYS
from earmark.inference.stress.write import usual_place
from tests.conftest import write_tones


@pytest.fixture(scope="module")
def model(tone_model):
    return earmark.load(tone_model)


@pytest.fixture(scope="module")
def report(model, tmp_path_factory):
    folder = write_tones(tmp_path_factory.mktemp("new") / "neue Töne", clips=6, seed=99)
    dataset = Dataset.from_folder(folder, groups="parent")
    out = tmp_path_factory.mktemp("out")
    return earmark.stress(model, dataset, only=["gain", "length"], out=out), out


def test_curves_are_of_the_same_clips_and_start_undisturbed(report):
    found, _ = report
    assert (found.clips, found.unseen, found.groups) == (18, 18, 12)
    assert [curve.way.name for curve in found.curves] == ["gain", "middle", "start"]
    for curve in found.curves:
        calm = curve.points[curve.way.at]
        assert calm.difference is None
        assert calm.accuracy == found.undisturbed.accuracy
        for point in curve.points:
            if point is not calm:
                fall = point.accuracy.value - calm.accuracy.value
                assert point.difference.value == pytest.approx(fall)
    assert found.majority == pytest.approx(1 / 3)


def test_everything_is_written_as_it_is_told(report):
    found, out = report
    document = json.loads((out / "stress.json").read_text(encoding="utf-8"))
    assert document == json.loads(json.dumps(found.to_dict()))
    assert document["dataset"] == "neue Töne"
    rows = list(csv.DictReader(io.StringIO((out / "stress.csv").read_text(encoding="utf-8"))))
    assert len(rows) == sum(len(curve.points) for curve in found.curves)
    assert Counter(row["undisturbed"] for row in rows)["yes"] == 3
    assert (out / "stress.png").read_bytes().startswith(b"\x89PNG")


def test_the_table_fits_80_columns(report):
    console = Console(width=80, record=True, file=io.StringIO())
    console.print(stress_table(report[0]))
    text = console.export_text()
    assert max(map(len, text.splitlines())) <= 80
    assert "majority 33.3 %" in text
    assert "Breaks at" in text


def test_a_model_that_knows_too_little_to_fall_does_not_hold(report):
    low = dataclasses.replace(report[0].undisturbed, accuracy=Interval(0.05, 0.0, 0.2))
    console = Console(width=80, record=True, file=io.StringIO())
    console.print(stress_table(dataclasses.replace(report[0], undisturbed=low)))
    shown = console.export_text()
    assert "holds" not in shown
    assert "it scores too little undisturbed to fall so far" in " ".join(shown.split())


def test_the_same_seed_gives_the_same_and_clips_trained_on_are_left_out(model, tone_dataset):
    first, second = (
        run.stress(model, tone_dataset, only=["white-noise"], clips=5) for _ in range(2)
    )
    assert first.to_dict() == second.to_dict()
    assert first.clips == min(5, first.unseen)
    assert first.unseen < 36
    assert "seen ones left out" in first.split


def test_a_bad_file_is_told_and_the_others_are_asked_about(model, tmp_path):
    folder = write_tones(tmp_path / "new", clips=2, seed=99)
    (folder / "sine" / "bad.wav").write_bytes(b"no sound")
    found = run.stress(model, Dataset.from_folder(folder), only=["start"])
    assert found.clips == 6
    (problem,) = found.problems
    assert (problem.kind, problem.path) == ("unreadable", "sine/bad.wav")
    assert problem.detail.startswith("not sound")


def test_what_cannot_be_done_here_is_skipped_with_its_reason(model, tmp_path, monkeypatch):
    items = dict(WAYS._discover())
    items["mp3"] = type(items["mp3"])(**{**vars(items["mp3"]), "lacking": lambda: "no encoder"})
    monkeypatch.setattr(WAYS, "_items", items)
    folder = write_tones(tmp_path / "new", clips=1, seed=99)
    found = run.stress(model, Dataset.from_folder(folder), only=["mp3", "start"])
    assert found.skipped == {"mp3": "no encoder"}
    assert [curve.way.name for curve in found.curves] == ["start"]
    with pytest.raises(ConfigError, match="nothing can be tried here: no encoder"):
        run.stress(model, Dataset.from_folder(folder), only=["mp3"])


def test_stopped_it_reports_the_clips_asked_so_far(model, tmp_path):
    folder = write_tones(tmp_path / "new", clips=3, seed=99)

    def stop(done, total):
        if done == 4:
            raise KeyboardInterrupt

    found = run.stress(model, Dataset.from_folder(folder), only=["start"], progress=stop)
    assert found.interrupted
    assert found.clips == 3


def test_bad_input_is_refused(model, tone_dataset, tmp_path):
    with pytest.raises(ConfigError, match="clips must be at least 1, got 0"):
        run.stress(model, tone_dataset, clips=0)
    with pytest.raises(ConfigError, match="only must name at least 1 degradation"):
        run.stress(model, tone_dataset, only=[])
    folder = write_tones(tmp_path / "new", clips=1, seed=99)
    strange = tmp_path / "strange"
    shutil.copytree(folder / "sine", strange / "dogs")
    with pytest.raises(DatasetError, match="no clip is left to ask about"):
        run.stress(model, Dataset.from_folder(strange), only=["start"])


def test_unknown_is_no_answer_and_never_right():
    clip = Clip(Path("a.wav"), "a.wav", "cat")
    said = Prediction("a.wav", "unknown", 0.5, {})
    assert judge(said, clip, ["cat", "dog"]) == [False, False]
    assert judge(Prediction("a.wav", "dog", 0.9, {}), clip, ["cat", "dog"]) == [False, True]
    assert judge(Prediction("a.wav", "cat", 0.9, {}), clip, ["cat", "dog"]) == [True, True]


def test_of_several_labels_all_that_are_known_must_be_found():
    clip = Clip(Path("a.wav"), "a.wav", "cat;cow", labels=("cat", "cow"))
    said = Prediction("a.wav", "cat", 0.9, {}, labels=("cat",))
    assert judge(said, clip, ["cat", "dog"]) == [True, True]
    assert judge(said, clip, ["cat", "cow"]) == [False, True]


def test_where_it_breaks_is_the_first_level_on_each_side_that_costs_ten_points():
    way = WAYS["gain"]
    answers = np.ones((100, len(way.levels), 2), bool)  # row 0: undisturbed
    louder = [level for level in way.levels if level != 0]
    answers[:9, 1 + louder.index(5), 0] = False
    answers[:10, 1 + louder.index(10), 0] = False
    answers[:40, 1 + louder.index(-40), 0] = False
    answers[:90, 1 + louder.index(-60), 0] = False
    (curve,) = curves_of([way], answers, np.arange(100).astype(str))
    assert [point.level for point in curve.breaks] == [-40, 10]
    assert curve.worst.level == -60
    assert curve.to_dict()["breaks_at"][0] == {"level": -40, "shown": True}


def test_a_draw_keeps_the_shares_of_the_classes_at_every_length():
    clips = [Clip(Path(f"{n}"), f"{n}", "rare" if n < 10 else "common") for n in range(100)]
    drawn = draw(clips, 50, np.random.default_rng(0))
    assert len({clip.name for clip in drawn}) == 50
    assert Counter(clip.label for clip in drawn[:20])["rare"] in (2, 3)
    assert Counter(clip.label for clip in drawn)["rare"] in (5, 6)
    assert draw(clips, 50, np.random.default_rng(0)) == drawn
    assert {clip.label for clip in draw(clips, 2, np.random.default_rng(0))} == {"rare", "common"}
    assert len(draw(clips, 500, np.random.default_rng(0))) == 100


def test_every_level_but_the_undisturbed_one_is_asked_about(model, tone_dataset):
    asker = Asker(model.directory, ("gain", "white-noise"), 0)
    rows = asker(tone_dataset.clips[0])
    wanted = 1 + len(WAYS["gain"].levels) - 1 + len(WAYS["white-noise"].levels)
    assert rows.shape == (wanted, 2)


def test_what_is_there_is_not_written_over(tone_run, tmp_path, monkeypatch):
    place = tmp_path / "run"
    shutil.copytree(tone_run, place)
    assert usual_place(place / "model", "x") == place
    (place / "stress.json").write_text("{}")
    assert usual_place(place / "model", "x") == place / "stress"
    (place / "stress").mkdir()
    assert usual_place(place / "model", "x") == place / "stress-2"
    monkeypatch.chdir(tmp_path)
    shutil.copytree(place / "model", tmp_path / "shipped")
    assert usual_place(tmp_path / "shipped", "x") == Path("runs/x-stress")
