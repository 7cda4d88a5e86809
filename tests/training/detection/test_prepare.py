"""What cannot be learned from is left out and told, and the rest goes on; parts do not leak."""

import dataclasses
import shutil

import numpy as np
import pytest
import soundfile

from earmark.datasets import Dataset
from earmark.errors import ConfigError, DatasetError
from earmark.models.detector import find_detector
from earmark.training.detection.described import counts_of, sources_of
from earmark.training.detection.held_out import test_part as held_for_test
from earmark.training.detection.held_out import validation_part
from earmark.training.detection.options import DetectOptions
from earmark.training.detection.parts import make_parts
from earmark.training.detection.prepare import make_ready
from earmark.training.detection.sources import Sources, open_sources
from tests.conftest import TONE_RATE_HZ, write_tones

from .conftest import SCENES, small

OPTIONS = DetectOptions(scenes=SCENES, validation_scenes=3, test_scenes=4)


def ready_of(sources, teller, name="crnn", options=OPTIONS):
    kind, recipe = find_detector(name)
    return make_ready(sources, kind, small(recipe), options, teller)


def parts_of(ready, sources, **train):
    options = dataclasses.replace(OPTIONS.train, **train)
    return make_parts(ready, sources, options, ready.recipe, {})


@pytest.fixture
def tones(tmp_path):
    return write_tones(tmp_path / "tones", clips=4)


def test_all_sounds_are_ready(tone_dataset, teller):
    ready = ready_of(Sources(tone_dataset.root, tone_dataset, None), teller)
    assert len(ready.bank) == len(ready.digests) == 36
    assert ready.classes == ("clicks", "noise", "sine")
    assert counts_of(ready) == {"clicks": 12, "noise": 12, "sine": 12}
    assert teller.told == []


def test_silent_and_unreadable_clips_are_left_out_and_told(tones, teller):
    places = sorted((tones / "sine").rglob("*.wav"))
    soundfile.write(places[0], np.zeros(4000), TONE_RATE_HZ)
    places[1].write_bytes(b"no sound")
    dataset = Dataset.from_folder(tones)
    ready = ready_of(Sources(tones, dataset, None), teller)
    assert len(ready.clips) == len(ready.bank) == 10
    told = "\n".join(teller.told)
    assert "00.wav: nothing is heard in it, so no scene is made of it" in told
    kinds = {problem.kind for problem in (*ready.problems, *dataset.problems)}
    assert kinds == {"silent", "unreadable"}


def test_a_class_that_only_one_sound_is_left_of_is_refused(tones, teller):
    for place in sorted((tones / "sine").rglob("*.wav"))[1:]:
        soundfile.write(place, np.zeros(4000), TONE_RATE_HZ)
    with pytest.raises(DatasetError, match="1 class with a single clip: 'sine'"):
        ready_of(Sources(tones, Dataset.from_folder(tones), None), teller)
    assert any("3 sounds left out" in line for line in teller.told)  # so that it is known why


def several(tones):
    """A table in which half of the clips have two labels; 'zebra' is heard in those alone."""
    rows = ["path,labels"]
    for number, place in enumerate(sorted(tones.rglob("*.wav"))):
        label = place.parent.parent.name
        path = place.relative_to(tones).as_posix()
        rows.append(f"{path},{label};zebra" if number % 2 else f"{path},{label}")
    (tones / "table.csv").write_text("\n".join(rows) + "\n")
    return Dataset.from_table(tones / "table.csv")


def test_clips_of_several_labels_teach_what_learns_from_them(tones, teller):
    dataset = several(tones)
    ready = ready_of(Sources(tones, dataset, None), teller)
    assert len(ready.weak) == len(ready.bank) == 6
    for name, clip in ready.weak.items():
        label = name.partition("/")[0]
        assert {ready.classes[number] for number in clip.labels} == {label, "zebra"}


def test_they_are_left_out_of_what_does_not_and_told(tones, teller):
    ready = ready_of(Sources(tones, several(tones), None), teller, "yoho")
    assert len(ready.clips) == 6
    assert not ready.weak
    assert "zebra" not in ready.classes
    assert any("6 clips of several labels left out: this network" in line for line in teller.told)


def test_labels_keep_their_numbers_where_a_class_is_lost(tones, teller):
    """With every single 'clicks' silent, the class before the others is gone."""
    dataset = several(tones)
    for clip in dataset.clips:
        if "clicks" in clip.tags:
            soundfile.write(clip.path, np.zeros(4000), TONE_RATE_HZ)
    kept = [n for n, clip in enumerate(dataset.clips) if clip.tags != ("clicks", "zebra")]
    ready = ready_of(Sources(tones, dataset.subset(kept), None), teller)
    assert ready.classes == ("noise", "sine", "zebra")
    for name, clip in ready.weak.items():
        assert {ready.classes[number] for number in clip.labels} == {name.split("/")[0], "zebra"}


def test_nothing_to_test_on_is_said(tones, teller):
    rows = [
        f"{place.relative_to(tones).as_posix()},{place.parent.parent.name};zebra\n"
        for place in sorted(tones.rglob("*.wav"))
    ]
    (tones / "all.csv").write_text("path,labels\n" + "".join(rows))
    sources = Sources(tones, Dataset.from_table(tones / "all.csv"), None)
    ready = ready_of(sources, teller)
    (part,) = parts_of(ready, sources)
    with pytest.raises(DatasetError, match=r"nothing is left to test on: .*by --recordings"):
        held_for_test(ready, part, OPTIONS)


def test_scenes_of_a_part_never_have_a_sound_of_another(tone_dataset, teller, monkeypatch):
    from earmark.training.detection import scenes

    used, mix = [], scenes.mix_scene

    def watch(*args):
        scene = mix(*args)
        used.append(set(scene.sources))
        return scene

    monkeypatch.setattr(scenes, "mix_scene", watch)
    sources = Sources(tone_dataset.root, tone_dataset, None)
    ready = ready_of(sources, teller)
    (part,) = parts_of(ready, sources)
    held = validation_part(ready, part, OPTIONS)
    assert len(held) == 3
    assert set().union(*used) <= set(part.clips_of("validation", ready.clips))
    used.clear()
    tested, told = held_for_test(ready, part, OPTIONS)
    assert len(tested) == 4
    assert set().union(*used) <= set(part.clips_of("test", ready.clips))
    assert "made scenes of 1.5 s with the sounds of" in told


def both(tone_folder, recorded, **options):
    chosen = dataclasses.replace(OPTIONS, recordings=recorded, **options)
    return open_sources(tone_folder, chosen, "parent")


def test_folds_of_both_sources_at_once_are_refused(tone_folder, recorded, teller):
    sources = both(tone_folder, recorded)
    ready = ready_of(sources, teller)
    with pytest.raises(ConfigError, match="folds of isolated clips and of recordings at once"):
        parts_of(ready, sources, folds=2)
    (part,) = parts_of(ready, sources)
    assert part.description.startswith("clips: ")
    assert ". Recordings: " in part.description


def test_a_clip_and_a_recording_of_one_name_are_two(tone_folder, recorded, tmp_path, teller):
    clip = next(tone_folder.rglob("*.wav"))
    name = clip.relative_to(tone_folder)
    shutil.copytree(recorded, tmp_path / "own")
    (tmp_path / "own" / name).parent.mkdir(parents=True)
    (tmp_path / "own" / "00.wav").rename(tmp_path / "own" / name)
    (tmp_path / "own" / "00.txt").rename((tmp_path / "own" / name).with_suffix(".txt"))
    sources = both(tone_folder, tmp_path / "own")
    ready = ready_of(sources, teller)
    assert ready.digests[name.as_posix()] != ready.recorded_digests[name.as_posix()]
    (part,) = parts_of(ready, sources)
    found = sources_of(ready, part)
    assert sum(map(len, found.values())) == 36 + 8
    assert len({digest for digests in found.values() for digest in digests}) == 36 + 8


def test_a_recording_that_is_a_clip_goes_where_the_clip_is(tone_folder, tmp_path, teller):
    every = sorted(tone_folder.rglob("*.wav"))
    lines = []
    for place in every:
        copied = tmp_path / "same" / "-".join(place.relative_to(tone_folder).parts)
        copied.parent.mkdir(exist_ok=True)
        shutil.copy(place, copied)
        lines.append(f"{copied.name},0.0,0.3,{place.parent.parent.name}\n")
    (tmp_path / "same" / "t.csv").write_text("file,onset_s,offset_s,label\n" + "".join(lines))
    sources = both(tone_folder, tmp_path / "same")
    ready = ready_of(sources, teller)
    (part,) = parts_of(ready, sources)
    for name in ("train", "validation", "test"):
        clips = {ready.digests[clip] for clip in part.clips_of(name, ready.clips)}
        names = [ready.recordings.names[index] for index in part.recordings_of(name)]
        assert {ready.recorded_digests[each] for each in names} == clips


def test_new_corrections_are_learned_from_and_the_test_stays(recorded, tmp_path, teller):
    new = tmp_path / "new" / "é 1.wav"
    new.parent.mkdir()
    rng = np.random.default_rng(9)
    soundfile.write(new, 0.1 * rng.standard_normal(12_000), TONE_RATE_HZ)
    (new.parent / "é 1.txt").write_text("0.1\t0.5\tnoise\n")
    before = open_sources(recorded, OPTIONS)
    (old,) = parts_of(ready_of(before, teller), before)
    sources = open_sources(recorded, dataclasses.replace(OPTIONS, corrections=new.parent))
    ready = ready_of(sources, teller)
    (part,) = parts_of(ready, sources)
    assert sources.corrected.added
    for name in ("test", "validation", "train"):
        was = {before.recordings.names[index] for index in old.recordings_of(name)}
        now = {ready.recordings.names[index] for index in part.recordings_of(name)}
        assert now - was == (set(sources.corrected.added) if name == "train" else set())
        assert was <= now


def test_a_corrected_clip_that_is_held_out_is_not_learned_from(tone_folder, tmp_path, teller):
    every = sorted(tone_folder.rglob("*.wav"))
    (tmp_path / "mended.csv").write_text(
        "file,onset_s,offset_s,label\n"
        + "".join(f"{place},0.0,0.2,{place.parent.parent.name}\n" for place in every)
    )
    options = dataclasses.replace(OPTIONS, corrections=tmp_path / "mended.csv")
    sources = open_sources(tone_folder, options, "parent")
    assert len(sources.corrected.added) == 36
    ready = ready_of(sources, teller)
    (part,) = parts_of(ready, sources)
    counted = {name: len(part.clips_of(name, ready.clips)) for name in ("train", "test")}
    assert {name: len(part.recordings_of(name)) for name in counted} == counted
