import os
import shutil

import numpy as np
import pytest

from earmark.datasets import holdout
from earmark.datasets.strong import (
    Annotations,
    Event,
    as_dataset,
    joined_split,
    open_recordings,
    with_corrections,
    write_annotations,
)
from earmark.errors import DatasetError

HEAD = "file,onset_s,offset_s,label\n"
DOG = Event("dog", 0, 0.5)


def kinds(corrected):
    return [problem.kind for problem in corrected.problems]


@pytest.fixture
def recordings(tmp_path, sound, text):
    """Three recordings of a dog in the folder `data`."""
    for name in ("a", "b", "c"):
        sound(f"data/{name}.wav")
        text(f"data/{name}.txt", "0\t0.5\tdog\n")
    return open_recordings(tmp_path / "data")


def test_a_known_sound_has_the_corrected_events_in_its_place(tmp_path, recordings, text):
    text("fixed/b.txt", "0.25\t0.75\tdog\n")
    found = with_corrections(recordings, tmp_path / "fixed")
    assert (found.changed, found.added, found.problems) == (("b.wav",), (), ())
    assert found.recordings.names == recordings.names
    assert found.recordings.events == ((DOG,), (Event("dog", 0.25, 0.75),), (DOG,))
    assert found.recordings.groups == recordings.groups
    assert found.summary == "corrections: 1 recording changed, 0 recordings new"


def test_a_sound_is_known_by_its_content_under_any_name(tmp_path, recordings, text):
    (tmp_path / "fixed").mkdir()
    shutil.copy(tmp_path / "data/b.wav", tmp_path / "fixed/déjà vu.wav")
    shutil.copy(tmp_path / "data/b.wav", tmp_path / "data/b again.wav")
    text("data/b again.txt", "0\t0.5\tdog\n")
    recordings = open_recordings(tmp_path / "data")
    text("fixed/déjà vu.wav.txt", "")
    found = with_corrections(recordings, tmp_path / "fixed")
    assert (found.changed, found.added) == (("b again.wav", "b.wav"), ())
    assert found.recordings.annotations == {
        "a.wav": (DOG,),
        "b again.wav": (),
        "b.wav": (),
        "c.wav": (DOG,),
    }


def test_other_content_under_a_known_name_is_new(tmp_path, recordings, sound, text):
    sound("fixed/b.wav")
    fixed = text("fixed/labels.csv", HEAD + "b.wav,0,1,dog\n")
    found = with_corrections(recordings, fixed)
    assert (found.changed, found.added) == ((), ("../fixed/b.wav",))
    assert found.recordings.annotations["b.wav"] == (DOG,)
    assert found.recordings.groups[found.recordings.names.index("../fixed/b.wav")] == (
        "../fixed/b.wav"
    )
    assert found.before is not None
    assert found.before.names == recordings.names


def test_sounds_are_looked_for_as_named_then_by_the_labels_then_elsewhere(
    tmp_path, sound, text, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    paths = {
        "absolute": sound("else/absolute.wav"),
        "working": sound("working.wav"),
        "beside": sound("fixed/in/beside.wav"),
        "below": sound("fixed/out/below.wav"),
        "searched": sound("new/deep/searched.wav"),
    }
    for wrong in ("fixed/in/working.wav", "new/beside.wav", "new/below.wav"):
        sound(wrong)
    rows = f"{paths['absolute']},0,0.5,dog\nworking.wav,0,0.5,dog\nbeside.wav,0,0.5,dog\n"
    text("fixed/in/labels.csv", HEAD + rows)
    text("fixed/below.txt", "0\t0.5\tdog\n")
    text("fixed/searched.wav.txt", "0\t0.5\tdog\n")
    text("fixed/lost.txt", "0\t0.5\tdog\n")
    found = with_corrections(None, "fixed", [tmp_path / "new"])
    assert sorted(path.resolve() for path in found.recordings.paths) == sorted(paths.values())
    assert found.before is None
    (problem,) = found.problems
    assert (problem.kind, problem.path) == ("unknown path", "lost")
    assert problem.detail.startswith("no such sound, neither as named nor below 'fixed', '")


def test_a_table_that_is_searched_means_its_folder(tmp_path, sound, text):
    sound("sounds/a.wav")
    table = text("sounds/clips.csv", "path,label\na.wav,dog\n")
    fixed = text("fixed/a.txt", "0\t0.5\tdog\n")
    found = with_corrections(None, fixed, [table, tmp_path / "nowhere"])
    assert found.recordings.names == ("../sounds/a.wav",)


def test_what_detect_writes_is_read_back_after_its_correction(tmp_path, recordings, sound):
    sound("new/Straße 1.wav")
    answers = {"Straße 1.wav": (Event("dog", 0.1, 0.2), Event("dog", 0.6, 0.7))}
    write_annotations(Annotations(answers), tmp_path / "tracks", "audacity")
    track = tmp_path / "tracks" / "Straße 1.wav.txt"
    track.write_text(track.read_text(encoding="utf-8").split("\n")[0] + "\n0.5\t0.9\tcat\n")
    found = with_corrections(recordings, tmp_path / "tracks", [tmp_path / "new"])
    assert found.added == ("../new/Straße 1.wav",)
    assert found.recordings.annotations["../new/Straße 1.wav"] == (
        Event("dog", 0.1, 0.2),
        Event("cat", 0.5, 0.9),
    )
    assert [p.detail for p in found.problems] == [
        "'cat' (in 1 recording) is new, a class of its own"
    ]


def test_the_file_saved_last_stands(tmp_path, recordings, text):
    first = text("fixed/b.txt", "0\t0.25\tdog\n")
    second = text("fixed/again/b.csv", HEAD + "b.wav,0.5,0.75,dog\n")
    for path, time_s in ((first, 2000), (second, 1000)):
        os.utime(path, (time_s, time_s))
    found = with_corrections(recordings, tmp_path / "fixed")
    assert found.recordings.annotations["b.wav"] == (Event("dog", 0, 0.25),)
    assert [(p.kind, p.detail) for p in found.problems] == [
        ("corrected twice", "in 'again/b.csv', 'b.txt'; 'b.txt', saved last, stands")
    ]
    os.utime(second, (3000, 3000))
    found = with_corrections(recordings, tmp_path / "fixed")
    assert found.recordings.annotations["b.wav"] == (Event("dog", 0.5, 0.75),)


def test_one_sound_under_two_names_is_added_once(tmp_path, recordings, sound, text):
    sound("fixed/x.wav", seed="same")
    sound("fixed/y.wav", seed="same")
    fixed = text("fixed/labels.csv", HEAD + "x.wav,0,0.5,dog\ny.wav,0.25,1,dog\n")
    found = with_corrections(recordings, fixed)
    assert found.added == ("../fixed/x.wav",)
    assert found.recordings.annotations["../fixed/x.wav"] == (Event("dog", 0, 1),)


def test_all_events_deleted_is_an_empty_scene(tmp_path, recordings, text):
    text("fixed/a.txt", "")
    text("fixed/more.csv", HEAD + "b.wav,,,\n")
    found = with_corrections(recordings, tmp_path / "fixed")
    assert found.recordings.events == ((), (), (DOG,))
    assert found.problems == ()


def test_a_label_nobody_knew_is_a_class_of_its_own_and_told(tmp_path, recordings, text):
    text("fixed/a.txt", "0\t0.5\tdgo\n")
    text("fixed/b.txt", "0\t0.5\tdgo\n")
    found = with_corrections(recordings, tmp_path / "fixed")
    assert found.recordings.classes == ("dgo", "dog")
    assert [p.detail for p in found.problems] == [
        "'dgo' (in 2 recordings) is new, a class of its own; or did you mean 'dog'?"
    ]
    found = with_corrections(recordings, tmp_path / "fixed", classes=["dgo"])
    assert found.problems == ()


def test_corrections_are_tidied_and_one_bad_file_does_not_lose_the_rest(
    tmp_path, recordings, sound, text
):
    text("fixed/a.txt", "0\t0.5\tdog\n0.25\t0.75\tdog\n0.75\t9\tdog\n0.5\t0.25\tdog\n")
    text("fixed/broken.json", "{")
    text("fixed/notes.txt", "b barks longer\n")
    text("fixed/nothing.wav", "no sound")
    text("fixed/nothing.txt", "0\t1\tdog\n")
    text("fixed/c.txt", "0\t0\t\n")
    found = with_corrections(recordings, tmp_path / "fixed")
    assert found.changed == ("a.wav",)
    assert found.recordings.events[0] == (Event("dog", 0, 0.75), Event("dog", 0.75, 1.0))
    assert kinds(found) == [
        "bad event",
        "unreadable labels",
        "bad event",
        "unreadable labels",
        "unreadable",
        "past the end",
        "overlapping events",
    ]
    assert found.recordings.problems[-7:] == found.problems


def test_answers_that_nobody_touched_are_told(tmp_path, recordings, text):
    fixed = text("fixed.csv", HEAD.strip() + ",score\na.wav,0,0.5,dog,0.9\n")
    found = with_corrections(recordings, fixed)
    assert kinds(found) == ["answers"]
    assert found.changed == ("a.wav",)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, r"no dataset at '.*fixed\.csv'"),
        (
            HEAD + "elsewhere.wav,0,1,dog\n",
            "no correction in .*no such sound.*Put the sounds beside",
        ),
        (HEAD + "a.wav,1,0.5,dog\n", "no correction in .*the offset .* must not be before"),
        (HEAD + "bad.wav,0,1,dog\n", r"no correction in '.*fixed\.csv' can be used: "),
        ("", "no correction in"),
    ],
)
def test_corrections_of_no_use_are_refused(tmp_path, recordings, text, content, message):
    text("bad.wav", "no sound")
    if content is not None:
        text("fixed.csv", content)
    with pytest.raises(DatasetError, match=message):
        with_corrections(recordings, tmp_path / "fixed.csv")


@pytest.mark.parametrize(
    ("option", "head", "rest", "group"),
    [
        ("parent", HEAD, "", "s1"),
        (r"/(\w)_", HEAD, "", "x"),
        (None, HEAD.strip() + ",group\n", ",s1", "s1"),
        ("column:place", HEAD.strip() + ",place\n", ",s1", "s1"),
        (None, HEAD, "", "s1/x_9.wav"),
        ("none", HEAD, "", "s1/x_9.wav"),
    ],
)
def test_a_new_recording_has_the_group_that_the_others_rule_gives_it(
    tmp_path, sound, text, option, head, rest, group
):
    names = ("s1/x_1.wav", "s1/y_2.wav", "s2/x_3.wav")
    for name in (*names, "s1/x_9.wav"):
        sound(f"data/{name}")
    rows = "".join(f"{name},0,0.5,dog{rest and ',' + name[:2]}\n" for name in names)
    text("data/labels.csv", head + rows)
    recordings = open_recordings(tmp_path / "data", groups=option)
    fixed = text("fixed.csv", head + f"s1/x_9.wav,0,0.5,dog{rest}\n")
    found = with_corrections(recordings, fixed)
    assert found.added == ("s1/x_9.wav",)
    groups = dict(zip(found.recordings.names, found.recordings.groups, strict=True))
    assert groups["s1/x_9.wav"] == group
    assert {name: groups[name] for name in names} == dict(
        zip(recordings.names, recordings.groups, strict=True)
    )


def test_a_convention_and_a_guess_give_new_recordings_their_group(tmp_path, sound, text):
    for root, names, new, group in (
        ("digits", [f"{d}_{who}_0.wav" for d in range(3) for who in ("jo", "al")], "7_jo_3", "jo"),
        (
            "takes",
            [f"rec{r}_take{t}.wav" for r in range(8) for t in range(3)],
            "rec3_take9",
            "rec3",
        ),
    ):
        for name in (*names, f"{new}.wav"):
            sound(f"{root}/{name}", length_s=0.1)
        rows = "".join(f"{name},0,0.05,dog\n" for name in names)
        text(f"{root}/labels.csv", HEAD + rows)
        recordings = open_recordings(tmp_path / root)
        assert recordings.group_source is not None
        fixed = text(f"{root}.csv", HEAD + f"{new}.wav,0,0.05,dog\n")
        found = with_corrections(recordings, fixed)
        added = found.recordings.names.index(f"{new}.wav")
        assert found.recordings.groups[added] == group


def test_new_recordings_are_learned_from_unless_their_group_or_a_copy_is_held_out(
    tmp_path, sound, text
):
    names = [f"s{site}/{take}.wav" for site in range(10) for take in range(2)]
    new = [f"s{site}/new.wav" for site in (*range(10), "new")]
    for name in (*names, *new):
        sound(f"data/{name}", length_s=0.1)
    text("data/labels.csv", HEAD + "".join(f"{name},0,0.05,dog\n" for name in names))
    recordings = open_recordings(tmp_path / "data", groups="parent")
    fixed = text("fixed.csv", HEAD + "".join(f"{name},0,0.05,dog\n" for name in new))
    found = with_corrections(recordings, fixed)
    assert found.added == tuple(sorted(new))
    before = as_dataset(found.before)
    split = holdout(before, validation=0.2)
    whole = as_dataset(found.recordings)
    joined = joined_split(whole, split, found.added)
    assert sorted(np.concatenate([joined.train, joined.validation, joined.test])) == list(
        range(len(whole))
    )
    for part in ("train", "validation", "test"):
        old = {before.clips[i].name for i in getattr(split, part)}
        now = {whole.clips[i].name for i in getattr(joined, part)}
        assert old <= now
        groups = {before.clips[i].group for i in getattr(split, part)}
        extra = {name for name in new if name.split("/")[0] in groups}
        assert now - old == extra | ({"snew/new.wav"} if part == "train" else set())
    assert "11 new corrected recordings: 7 in train, 2 in validation, 2 in test" in (
        joined.description
    )
    tested = before.clips[int(split.test[0])].name
    copies = {"snew/new.wav": "copy", tested: "copy"}
    joined = joined_split(whole, split, found.added, copies)
    assert "snew/new.wav" in {whole.clips[i].name for i in joined.test}


def test_a_split_of_something_else_is_refused(tmp_path, recordings):
    whole = as_dataset(recordings)
    with pytest.raises(DatasetError, match="the split is of 3 clips; without those added"):
        joined_split(whole, holdout(whole), ["a.wav"])


def test_what_is_tested_does_not_hang_on_corrected_labels(tmp_path, recordings, text):
    text("fixed/b.txt", "0.25\t0.75\tcat\n")
    found = with_corrections(recordings, tmp_path / "fixed")
    assert found.recordings.events[1] == (Event("cat", 0.25, 0.75),)
    assert found.before is not None
    assert found.before.events == recordings.events
    assert found.replaced == {"b.wav": recordings.events[1]}
