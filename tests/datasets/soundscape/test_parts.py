"""Train, validation and test scenes share no clip, no group, no copy and no background."""

import json
import shutil

import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

from earmark.datasets import Dataset
from earmark.datasets.backgrounds import Backgrounds, find_backgrounds
from earmark.datasets.soundscape import SceneSettings, make_soundscapes
from earmark.datasets.soundscape.parts import deal_backgrounds, deal_scenes
from earmark.errors import ConfigError, DatasetError
from tests.conftest import write_tones
from tests.datasets.soundscape.conftest import RATE_HZ, silence, tone

SHORT = SceneSettings(duration_s=2.0, events_per_minute=(60.0, 90.0))


def used(out, key=None):
    """What the scenes of each part are made of: their clips, or their backgrounds."""
    found = {}
    for record in json.loads((out / "scenes.json").read_text(encoding="utf-8"))["scenes"]:
        part = record["file"].rpartition("/")[0]
        names = [record[key]] if key else [event["clip"] for event in record["events"]]
        found.setdefault(part, set()).update(names)
    return found


def overlap(found):
    """What two parts share."""
    parts = list(found.values())
    return {name for i, one in enumerate(parts) for other in parts[i + 1 :] for name in one & other}


def test_parts_share_no_clip_and_no_group(tone_dataset, tmp_path):
    written = make_soundscapes(
        tone_dataset, tmp_path / "out", 30, SHORT, split=True, test=0.25, validation=0.3, workers=1
    )
    clips = used(tmp_path / "out")
    assert sorted(clips) == ["test", "train", "validation"]
    assert overlap(clips) == set()
    document = json.loads((tmp_path / "out" / "scenes.json").read_text(encoding="utf-8"))
    groups = {part: {document["group_of"][n] for n in names} for part, names in clips.items()}
    assert overlap(groups) == set()
    assert document["split"] == written.split
    assert sum(written.scenes.values()) == 30
    assert all(sum(events.values()) for events in written.events.values())


def test_a_copy_of_a_training_clip_is_in_no_test_scene(tmp_path):
    folder = write_tones(tmp_path / "sounds", clips=8, groups=8)
    for source in sorted(folder.rglob("00.wav")):
        shutil.copy(source, source.with_name("copy of another tape.wav").as_posix())
    # as if each file was a recording of its own: the split may part copies
    dataset = Dataset.from_folder(folder, groups="none")
    for seed in range(8):
        out = tmp_path / f"out{seed}"
        written = make_soundscapes(dataset, out, 12, SHORT, split=True, seed=seed, workers=1)
        told = [problem for problem in written.problems if problem.kind == "copy in another part"]
        if told:
            assert "the same sound as" in told[0].detail
            clips = json.loads((out / "scenes.json").read_text(encoding="utf-8"))["parts"]
            assert not any(told[0].path in part["clips"] for part in clips.values())
            return
    pytest.fail("no split parted a clip from its copy")


def test_a_class_with_two_clips_is_in_training_and_test_and_told_of_validation(tmp_path):
    folder = write_tones(tmp_path / "sounds", clips=10, groups=10)
    for number in (0, 1):
        path = folder / "rare" / f"{number}.wav"
        path.parent.mkdir(exist_ok=True)
        soundfile.write(path, tone(0.4, 700.0 + 900 * number), RATE_HZ)
    written = make_soundscapes(
        Dataset.from_folder(folder), tmp_path / "out", 30, SHORT, split=True, test=0.3, workers=1
    )
    parts = [part for part, events in written.events.items() if "rare" in events]
    assert parts == ["train", "test"]
    details = [problem.detail for problem in written.problems if problem.path == ""]
    assert "'rare': no sound in the validation part, so in no such scene" in details


def test_a_test_part_that_is_silent_throughout_is_refused(tmp_path):
    for label in ("a", "b"):
        for number, sound in enumerate([tone(0.4), silence(0.4)]):
            path = tmp_path / "sounds" / label / f"{number}.wav"
            path.parent.mkdir(parents=True, exist_ok=True)
            soundfile.write(path, sound, RATE_HZ)
    (tmp_path / "sounds" / "clips.csv").write_text(
        "path,label,fold\na/0.wav,a,train\na/1.wav,a,test\nb/0.wav,b,train\nb/1.wav,b,test\n"
    )
    dataset = Dataset.open(tmp_path / "sounds" / "clips.csv")
    with pytest.raises(DatasetError, match="no sound is left for test scenes"):
        make_soundscapes(dataset, tmp_path / "out", 10, SHORT, split=True, workers=1)


def test_backgrounds_are_dealt_to_the_parts_or_told_to_be_shared(tone_dataset, tmp_path):
    beneath = tmp_path / "Straße"
    beneath.mkdir()
    for number in range(6):
        soundfile.write(beneath / f"{number}.wav", tone(1.0, 50.0 + 10 * number), RATE_HZ)
    (beneath / "broken.wav").write_bytes(b"RIFF, but not really")
    given = {"background": beneath, "split": True, "validation": 0.3, "workers": 1}
    written = make_soundscapes(tone_dataset, tmp_path / "out", 40, SHORT, **given)
    found = used(tmp_path / "out", "background")
    assert overlap(found) == set()
    assert set.union(*found.values()) <= {f"{number}.wav" for number in range(6)}
    assert "shared backgrounds" not in {problem.kind for problem in written.problems}
    assert written.problems[0].kind == "background"
    assert "broken.wav" in written.problems[0].detail
    for number in range(2, 6):
        (beneath / f"{number}.wav").unlink()
    written = make_soundscapes(tone_dataset, tmp_path / "few", 12, SHORT, **given)
    (shared,) = (each for each in written.problems if each.kind == "shared backgrounds")
    assert shared.detail.startswith("2 recordings of background for 3 parts")


def test_an_empty_folder_of_backgrounds_is_refused_before_the_work(tone_dataset, tmp_path):
    (tmp_path / "none").mkdir()
    with pytest.raises(ConfigError, match="must hold recordings, got none"):
        make_soundscapes(tone_dataset, tmp_path / "out", 2, background=tmp_path / "none")
    assert not (tmp_path / "out").exists()


def test_a_share_without_a_split_is_refused(tone_dataset, tmp_path):
    with pytest.raises(ConfigError, match="test is a share of a split, and none was asked for"):
        make_soundscapes(tone_dataset, tmp_path / "out", 2, test=0.3)


@given(
    total=st.integers(3, 500),
    sizes=st.lists(st.integers(1, 1000), min_size=1, max_size=3),
)
def test_scenes_are_dealt_to_the_last_and_one_at_least_to_each(total, sizes):
    dealt = deal_scenes(total, {str(at): size for at, size in enumerate(sizes)})
    assert sum(dealt.values()) == total
    assert min(dealt.values()) >= 1


@given(number=st.integers(3, 40), seed=st.integers(0, 9))
def test_each_background_is_dealt_once(number, seed, tmp_path_factory):
    folder = tmp_path_factory.getbasetemp()
    paths = tuple(folder / f"{at}.wav" for at in range(number))
    sizes = {"train": 70, "validation": 10, "test": 20}
    dealt, problems = deal_backgrounds(Backgrounds(paths, "x", folder), sizes, seed)
    assert not problems
    assert sorted(path for part in dealt.values() for path in part.paths) == sorted(paths)
    assert len({part.digest for part in dealt.values()}) == 3


def test_a_background_is_named_by_its_place_in_the_folder(tmp_path):
    (tmp_path / "a").mkdir()
    soundfile.write(tmp_path / "a" / "1.wav", tone(0.2), RATE_HZ)
    found = find_backgrounds(tmp_path)
    assert found.name_of(found.paths[0]) == "a/1.wav"
