"""What a run folder has is in the report; what it has not, or cannot be read, is not missed."""

import csv
import io
import json
import shutil

import numpy as np
import pytest

import earmark
from earmark.errors import ConfigError
from earmark.inference.report import gather, write_report
from earmark.inference.report.files import Folder
from earmark.inference.report.listen import MOST_BYTES, Budget, media_of, mp3
from earmark.inference.report.mistakes import wrong_answers


@pytest.fixture
def run(tone_run, tmp_path):
    """A copy of a run to which mistakes were added, in a folder with a space and an accent."""
    place = tmp_path / "mes été" / "run"
    shutil.copytree(tone_run, place, ignore=shutil.ignore_patterns("report.html"))
    with (place / "predictions.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows[:3]:
        row["predicted"] = "sine" if row["label"] != "sine" else "noise"
    with (place / "predictions.csv").open("w", newline="") as file:
        table = csv.DictWriter(file, rows[0])
        table.writeheader()
        table.writerows(rows)
    return place


def test_training_writes_the_report_by_itself(tone_run):
    text = (tone_run / "report.html").read_text(encoding="utf-8")
    assert "<h2>The score card</h2>" in text


def test_a_mistake_has_a_player_and_a_spectrogram(run):
    document = gather(run)
    clips = document["mistakes"]["clips"]
    assert len(clips) >= 3
    for clip in clips:
        media = clip["media"]
        assert media["sound"].startswith("data:audio/mpeg;base64,")
        assert media["spectrogram"].startswith("data:image/png;base64,")
        assert media["said"]
        assert clip["label"] != clip["predicted"]
    sure = [clip["score"] for clip in clips]
    assert sure == sorted(sure, reverse=True)


def test_the_player_plays_the_clip():
    import soundfile

    sound = 0.5 * np.sin(2 * np.pi * 440 * np.arange(16_000) / 16_000).astype(np.float32)
    heard, rate_hz = soundfile.read(io.BytesIO(mp3(sound, 16_000)))
    assert rate_hz == 16_000
    assert len(heard) >= len(sound)
    assert abs(np.sqrt((heard[4000:12_000] ** 2).mean()) - 0.5 / np.sqrt(2)) < 0.01


def test_every_document_is_written(run, tmp_path):
    page = write_report(run)
    assert page == run / "report.html"
    assert len(page.read_text(encoding="utf-8")) < 1_000_000
    text = write_report(run, tmp_path / "a b.md", format="md").read_text(encoding="utf-8")
    assert "](<mes été/run/confusion.png>)" in text
    found = json.loads(write_report(run, format="json").read_text(encoding="utf-8"))
    assert found["card"]["clip"]["count"] == found["split"]["parts"][0]["clips"]["test"]


def test_no_sounds_makes_a_small_page(run):
    page = earmark.report(run, sounds=False)
    assert "<audio" not in page.read_text(encoding="utf-8")
    assert page.stat().st_size < 120_000


def test_sounds_that_are_gone_are_told_and_may_be_elsewhere(run, tone_folder):
    settings = json.loads((run / "run.json").read_text())
    settings["settings"]["dataset"] = str(run / "gone")
    (run / "run.json").write_text(json.dumps(settings))
    document = gather(run)
    assert any("no longer there" in one for one in document["remarks"])
    assert "media" not in document["mistakes"]["clips"][0]
    found = gather(run, data=tone_folder)["mistakes"]["clips"][0]["media"]
    assert "sound" in found


def test_one_lost_file_costs_its_player_alone(run, tone_folder, tmp_path):
    data = tmp_path / "tones"
    shutil.copytree(tone_folder, data)
    first = gather(run)["mistakes"]["clips"][0]["name"]
    (data / first).write_bytes(b"nonsense")
    clips = gather(run, data=data)["mistakes"]["clips"]
    assert clips[0]["media"]["problem"].startswith("No sound: ")
    assert "sound" in clips[1]["media"]


@pytest.mark.parametrize(
    "name", ["scorecard.json", "answers.npz", "history.csv", "predictions.csv", "split.csv"]
)
def test_a_damaged_or_missing_file_is_left_out(run, name):
    (run / name).write_bytes(b"\xff{nonsense")
    write_report(run, sounds=False)
    (run / name).unlink()
    write_report(run, sounds=False)


def test_a_damaged_model_costs_the_map_and_not_the_player(run):
    (run / "model" / "model.onnx").write_bytes(b"nonsense")
    media = gather(run)["mistakes"]["clips"][0]["media"]
    assert "sound" in media
    assert "attention" not in media


def test_what_other_verbs_leave_is_shown(run, tone_folder):
    name = next(tone_folder.rglob("*.wav")).relative_to(tone_folder).as_posix()
    (run / "audit.json").write_text(
        json.dumps({"duplicates": [{"kind": "exact", "paths": ["a", "b"], "labels": ["x", "y"]}]})
    )
    (run / "label_errors.csv").write_text(f"path,label,suggested\n{name},sine,noise\n")
    document = gather(run)
    assert document["label_errors"]["clips"][0]["suggested"] == "noise"
    assert "sound" in document["label_errors"]["clips"][0]["media"]
    text = write_report(run).read_text(encoding="utf-8")
    assert "under more than one label" in text
    assert "Labels that look wrong" in text


def test_a_full_page_says_so(run, tone_folder):
    path = next(tone_folder.rglob("*.wav"))
    budget = Budget(most_bytes=10_000)
    found = [media_of((path, 0.0, None), budget) for _ in range(5)]
    assert any("page holds as many sounds" in one.get("problem", "") for one in found)
    assert sum(len(one.get("sound", "")) for one in found) <= 10_000 < MOST_BYTES


def test_mistakes_of_several_labels_are_those_of_any_label(tmp_path):
    (tmp_path / "predictions.csv").write_text(
        "name,labels,predicted,group,cello,flute\n"
        "a.wav,cello,cello;flute,cd1,0.9,0.8\n"
        "b.wav,cello,cello,cd1,0.9,0.1\n"
        "c.wav,cello;flute,,cd2,0.4,0.05\n"
    )
    first, second = wrong_answers(Folder(tmp_path, []), ["cello", "flute"])
    assert (first.name, first.blamed, first.sure) == ("c.wav", "flute", 0.95)
    assert (second.name, second.blamed, second.sure) == ("a.wav", "flute", 0.8)
    assert second.to_dict()["answers"] == ["flute"]


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("nowhere", "no such run folder"),
        (".", "neither a training run nor a comparison, it has no run.json"),
        ("run/model", "did you mean"),
    ],
)
def test_a_folder_that_is_no_run_is_named(run, place, words):
    with pytest.raises(ConfigError, match=words):
        gather(run.parent / place)


def test_wrong_wishes_are_named(run, tmp_path):
    with pytest.raises(ConfigError, match="format must be html, md, json; got 'pdf'"):
        write_report(run, format="pdf")
    with pytest.raises(ConfigError, match="is a folder: name a file"):
        write_report(run, tmp_path)
    with pytest.raises(ConfigError, match=r"cannot write .*No such file"):
        write_report(run, tmp_path / "no" / "such.html", sounds=False)
    with pytest.raises(ConfigError, match="data must be the folder of the sounds"):
        write_report(run, data=tmp_path / "gone")


def test_folds_are_put_together(run, tmp_path):
    place = tmp_path / "folds"
    place.mkdir()
    values = json.loads((run / "run.json").read_text())
    values["splits"] = [{"name": name, "description": "2 folds"} for name in ("fold 1", "fold 2")]
    (place / "run.json").write_text(json.dumps(values))
    shutil.copy(run / "scorecard.json", place)
    for name in ("fold-1", "fold-2"):
        shutil.copytree(run, place / name)
    found = gather(place, sounds=False)
    assert [one["name"] for one in found["histories"]] == ["fold 1", "fold 2"]
    assert len(found["split"]["parts"]) == 2
    assert sum(one["count"] for one in found["reliability"]) == 2 * found["card"]["clip"]["count"]
    assert {clip["fold"] for clip in found["mistakes"]["clips"]} == {"fold 1", "fold 2"}
    assert found["pictures"]["Learning curves"] == "fold-1/curves.png"


def test_a_comparison_has_the_document_of_each_network(run, tmp_path):
    place = tmp_path / "compared"
    place.mkdir()
    band = {"value": 0.9, "low": 0.8, "high": 0.95}
    networks = [
        {"name": name, "model": name, "recipe": "modern", "accuracy": band, "macro_f1": band}
        for name in ("simple", "gone")
    ]
    (place / "comparison.json").write_text(json.dumps({"networks": networks, "clips": 9}))
    shutil.copytree(run, place / "simple-modern")
    found = gather(place, sounds=False)
    assert [one["title"] for one in found["runs"]] == ["simple"]
    assert found["remarks"] == ["gone: its folder gone-modern is not there"]


def test_a_report_that_fails_leaves_the_run_good(run, monkeypatch):
    from earmark.api import _report_of

    said = []

    class Ear:
        def message(self, text):
            said.append(text)

    def fail(*args, **options):
        raise OSError("disk full")

    monkeypatch.setattr("earmark.inference.report.write_report", fail)
    _report_of(run, Ear())
    assert said == [
        f"No report was written (disk full); the run is whole. Try: earmark report '{run}'"
    ]
