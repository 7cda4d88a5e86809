"""Scenes on disk: what is written is what was mixed, stopped or not, and other things are left."""

import json

import numpy as np
import pytest
import soundfile

from earmark.datasets.soundscape import SceneSettings, mix_scene, write_scenes
from earmark.datasets.soundscape.folder import JOURNAL, SCENES
from earmark.datasets.soundscape.write import scene_generator
from earmark.datasets.strong import match_recordings, read_annotations
from earmark.datasets.strong.formats import LABEL_FORMATS
from earmark.errors import ConfigError, DatasetError
from tests.datasets.soundscape.conftest import RATE_HZ, bank_of, tone

SHORT = SceneSettings(duration_s=2.0, events_per_minute=(30.0, 90.0), shortest_s=0.2)


def content(folder):
    """Every file below a folder, by its name."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def scenes_of(out):
    """What scenes.json tells of each scene."""
    return json.loads((out / SCENES).read_text(encoding="utf-8"))["scenes"]


@pytest.mark.parametrize("sound", ["wav", "flac"])
def test_sound_and_labels_are_those_of_the_mixed_scene(bank, tmp_path, sound):
    out = tmp_path / "szenen é"
    written = write_scenes(bank, out, 3, SHORT, seed=5, format=sound)
    labels = read_annotations(out / "labels.csv")
    for at, record in enumerate(scenes_of(out), start=1):
        scene = mix_scene(bank, SHORT, scene_generator(5, "", at))
        assert record["file"] == f"scene-{at:05}.{sound}"
        samples, rate_hz = soundfile.read(out / record["file"], dtype="float32")
        assert rate_hz == RATE_HZ
        assert np.abs(samples - scene.samples).max() <= 2**-15
        assert labels[record["file"]] == scene.events
        assert [event["clip"] for event in record["events"]] == list(scene.sources)
    assert written.scenes == {"": 3}
    assert sum(written.events[""].values()) == labels.count
    assert labels.durations_s == dict.fromkeys(labels, 2.0)
    assert not (out / JOURNAL).exists()


@pytest.mark.parametrize("name", sorted(LABEL_FORMATS))
def test_labels_of_any_format_are_found_again(bank, tmp_path, name):
    written = write_scenes(bank, tmp_path / "out", 3, SHORT, labels=name)
    found, paths = match_recordings(read_annotations(written.labels[0]), tmp_path / "out")
    assert sorted(paths) == [f"scene-0000{at}.wav" for at in (1, 2, 3)]
    for record in scenes_of(tmp_path / "out"):
        assert [(e.label, e.onset_s, e.offset_s) for e in found[record["file"]]] == [
            (e["label"], e["onset_s"], e["offset_s"]) for e in record["events"]
        ]


def test_a_stopped_run_goes_on_and_ends_as_if_it_was_not(bank, tmp_path):
    def stop(done, total):
        if done == 3:
            raise KeyboardInterrupt

    whole, parted = tmp_path / "whole", tmp_path / "parted"
    write_scenes(bank, whole, 6, SHORT)
    with pytest.raises(KeyboardInterrupt):
        write_scenes(bank, parted, 6, SHORT, progress=stop)
    with (parted / JOURNAL).open("a", encoding="utf-8") as journal:
        journal.write('{"file": "scene-0')  # as a kill leaves it
    written = write_scenes(bank, parted, 6, SHORT)
    assert 0 < written.made < 6
    assert content(parted) == content(whole)
    assert write_scenes(bank, parted, 6, SHORT).made == 0
    assert content(parted) == content(whole)


def test_a_scene_that_was_deleted_is_made_again(bank, tmp_path):
    write_scenes(bank, tmp_path / "out", 3, SHORT)
    before = content(tmp_path / "out")
    (tmp_path / "out" / "scene-00002.wav").unlink()
    assert write_scenes(bank, tmp_path / "out", 3, SHORT).made == 1
    assert content(tmp_path / "out") == before


def test_a_larger_count_adds_scenes_and_a_smaller_one_is_refused(bank, tmp_path):
    out = tmp_path / "out"
    write_scenes(bank, out, 2, SHORT)
    before = (out / "scene-00001.wav").stat().st_mtime_ns
    assert write_scenes(bank, out, 4, SHORT).made == 2
    assert (out / "scene-00001.wav").stat().st_mtime_ns == before
    assert len(read_annotations(out / "labels.csv")) == len(scenes_of(out)) == 4
    with pytest.raises(ConfigError, match="holds 4 scenes already, and 2 of them are not among"):
        write_scenes(bank, out, 2, SHORT)


@pytest.mark.parametrize(
    ("changed", "text"),
    [
        ({"seed": 1}, "seed was 0, now 1"),
        ({"settings": SceneSettings(duration_s=3.0)}, r"duration_s was 2\.0, now 3\.0"),
        ({"labels": "jams"}, 'labels was "table", now "jams"'),
        ({"banks": bank_of({"a": [tone(0.5)]})}, "sounds was .*, now "),
    ],
    ids=["seed", "settings", "labels", "sounds"],
)
def test_scenes_made_otherwise_are_never_mixed_with(bank, tmp_path, changed, text):
    write_scenes(bank, tmp_path / "out", 1, SHORT)
    before = content(tmp_path / "out")
    given = {"banks": bank, "settings": SHORT, **changed}
    with pytest.raises(ConfigError, match=text):
        write_scenes(out=tmp_path / "out", count=1, **given)
    assert content(tmp_path / "out") == before


def test_a_folder_with_other_things_and_a_file_are_left_as_they_are(bank, tmp_path):
    (tmp_path / "diary.txt").write_text("dear")
    with pytest.raises(ConfigError, match="holds other things than scenes"):
        write_scenes(bank, tmp_path, 1, SHORT)
    with pytest.raises(ConfigError, match=r"diary.txt is a file: choose a folder"):
        write_scenes(bank, tmp_path / "diary.txt", 1, SHORT)
    assert list(content(tmp_path)) == ["diary.txt"]


def test_notes_that_cannot_be_read_are_refused(bank, tmp_path):
    for text in ("", "{", "[]", '{"made_with": {}}', '{"scenes": [1], "made_with": {}}'):
        (tmp_path / SCENES).write_text(text)
        with pytest.raises(ConfigError, match=r"scenes.json is not readable"):
            write_scenes(bank, tmp_path, 1, SHORT)


@pytest.mark.parametrize(
    ("wrong", "kind", "text"),
    [
        ({"count": 0}, ConfigError, "count must be 1 or more scenes, got 0"),
        ({"seed": -1}, ConfigError, "seed must be 0 or more, got -1"),
        ({"format": "wave"}, ConfigError, "unknown format of sound 'wave'; did you mean wav"),
        ({"labels": "tabel"}, ConfigError, "unknown label format 'tabel'; did you mean table"),
        ({"count": {"train": 1}}, ConfigError, "count must name the parts"),
        ({"banks": bank_of({"a\tb": [tone(0.5)]}), "labels": "raven"}, DatasetError, "a tab in it"),
    ],
    ids=["count", "seed", "format", "labels", "parts", "label"],
)
def test_what_cannot_work_is_told_before_anything_is_written(bank, tmp_path, wrong, kind, text):
    given = {"banks": bank, "count": 2, "settings": SHORT, **wrong}
    with pytest.raises(kind, match=text):
        write_scenes(out=tmp_path / "out", **given)
    assert not (tmp_path / "out").exists()


def test_parts_go_into_folders_of_their_own_and_share_no_clip(bank, tmp_path):
    banks = {
        "train": bank.only([f"{label}/0.wav" for label in bank.classes]),
        "test": bank.only([f"{label}/1.wav" for label in bank.classes]),
    }
    out = tmp_path / "out"
    written = write_scenes(banks, out, {"train": 4, "test": 2}, SHORT)
    assert written.scenes == {"train": 4, "test": 2}
    used = {"train": set(), "test": set()}
    for record in scenes_of(out):
        used[record["file"].split("/")[0]] |= {event["clip"] for event in record["events"]}
    assert used["train"]
    assert used["test"]
    assert not used["train"] & used["test"]
    assert len(read_annotations(out / "test" / "labels.csv")) == 2


def test_events_that_find_no_place_are_told(tmp_path):
    crowded = SceneSettings(duration_s=2.0, events_per_minute=(300.0, 300.0), overlap=False)
    written = write_scenes(bank_of({"a": [tone(0.8)]}), tmp_path / "out", 2, crowded)
    (problem,) = written.problems
    assert problem.detail.startswith("2 of 2 scenes have fewer events than asked for")
