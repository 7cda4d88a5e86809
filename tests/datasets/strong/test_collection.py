import json

import numpy as np
import pytest

from earmark.datasets.strong import Event, has_recordings, open_recordings
from earmark.errors import ConfigError, DatasetError

HEAD = "file,onset_s,offset_s,label\n"


def kinds(recordings):
    return [problem.kind for problem in recordings.problems]


def test_a_table_beside_the_sounds(tmp_path, sound, text):
    for name in ("a.wav", "sub/Élan 1.wav", "empty.wav", "nobody.wav"):
        sound(name)
    text("labels.csv", HEAD + "a.wav,0.1,0.5,dog\nsub/Élan 1.wav,0,1,cat\nempty.wav,,,\n")
    found = open_recordings(tmp_path)
    assert found.names == ("a.wav", "empty.wav", "sub/Élan 1.wav")
    assert found.events == ((Event("dog", 0.1, 0.5),), (), (Event("cat", 0, 1),))
    assert found.durations_s == (1.0, 1.0, 1.0)
    assert found.classes == ("cat", "dog")
    assert found.groups == found.names
    assert found.group_source is None
    assert found.fold == (None, None, None)
    assert found.fold_source is None
    assert found.annotations["a.wav"] == (Event("dog", 0.1, 0.5),)
    assert [(p.kind, "'nobody.wav'" in p.detail) for p in found.problems] == [
        ("not labelled", True)
    ]
    assert has_recordings(tmp_path)


def test_label_tracks_beside_the_sounds_or_in_a_folder_of_their_own(tmp_path, sound, text):
    for name in ("s1/audio/1.wav", "s2/audio/1.wav", "s2/audio/2.wav"):
        sound(name)
    text("s1/labels/1.txt", "0\t0.5\tdog\n")
    text("s2/labels/1.txt", "0\t0.4\tcat\n")
    text("s2/audio/2.wav.txt", "")
    found = open_recordings(tmp_path)
    assert found.annotations == {
        "s1/audio/1.wav": (Event("dog", 0, 0.5),),
        "s2/audio/1.wav": (Event("cat", 0, 0.4),),
        "s2/audio/2.wav": (),
    }
    assert kinds(found) == []


def test_a_table_in_a_subfolder_means_the_sounds_beside_it(tmp_path, sound, text):
    for name in ("a.wav", "train/a.wav", "test/a.wav"):
        sound(name)
    text("train/labels.csv", HEAD + "a.wav,0,0.5,dog\n")
    text("test/labels.tsv", "filename\tonset\toffset\tevent_label\na.wav\t0\t0.25\tdog\n")
    found = open_recordings(tmp_path)
    assert found.annotations == {
        "test/a.wav": (Event("dog", 0, 0.25),),
        "train/a.wav": (Event("dog", 0, 0.5),),
    }


@pytest.mark.parametrize("given", ["labels", "labels/all.csv"])
def test_labels_may_lie_elsewhere(tmp_path, sound, text, given):
    sound("sounds/x/a.wav")
    text("labels/all.csv", HEAD + "x/a.wav,0,0.5,dog\n")
    found = open_recordings(tmp_path / "sounds", tmp_path / given)
    assert found.annotations == {"x/a.wav": (Event("dog", 0, 0.5),)}


def test_a_label_file_stands_for_its_folder(tmp_path, sound, text):
    sound("a.wav")
    labels = text("labels.csv", HEAD + "a.wav,0,0.5,dog\n")
    assert open_recordings(labels).names == ("a.wav",)
    assert has_recordings(labels)


def test_other_files_are_no_labels(tmp_path, sound, text):
    sound("a.wav")
    text("a.txt", "0\t0.5\tdog\n")
    text("recipe.json", json.dumps({"epochs": 3}))
    text("notes.txt", "the dog barks\n")
    text("blank.txt", "")
    text("features.csv", "category,mfcc\ndog,1 2 3\n")
    text("clips.csv", "path,label,fold\na.wav,dog,1\n")
    (tmp_path / "bytes.csv").write_bytes(b"\xff\xfe\x00file")
    found = open_recordings(tmp_path)
    assert found.annotations == {"a.wav": (Event("dog", 0, 0.5),)}
    assert found.problems == ()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("clips.csv", "path,label,fold\ndog/a.wav,dog,1\nrain/b.wav,rain,2\n"),
        ("clips.csv", "path,label,onset,offset\ndog/a.wav,dog,0,1\nrain/b.wav,rain,,\n"),
        ("other.csv", HEAD + "elsewhere.wav,0,1,dog\n"),
        ("dog/a.txt", "the dog barks\n"),
        ("dog/a.txt", ""),
        ("readme.txt", "0\t1\tdog\n"),
        ("coco.json", '{"annotations": [{"id": 1}]}'),
        ("x.json", "{"),
    ],
)
def test_clips_in_folders_are_no_recordings(tmp_path, sound, text, name, content):
    sound("dog/a.wav")
    sound("rain/b.wav")
    written = text(name, content)
    assert not has_recordings(tmp_path)
    assert not has_recordings(written)


def test_nothing_is_no_recordings(tmp_path, sound):
    assert not has_recordings(tmp_path / "none")
    assert not has_recordings(tmp_path)
    assert not has_recordings(sound("a.wav"))


def test_a_detectors_answers_are_labels_only_when_named(tmp_path, sound, text):
    sound("a.wav")
    sound("b.wav")
    scored = HEAD.strip() + ",score\n"
    answers = text("answers.csv", scored + "a.wav,0,0.5,dog,0.9\nb.wav,0,0.5,dog,0.8\n")
    with pytest.raises(DatasetError, match=r"no labels beside the sounds in .*nobody has looked"):
        open_recordings(tmp_path)
    assert not has_recordings(tmp_path)
    assert len(open_recordings(tmp_path, answers)) == 2
    text("b.txt", "0\t0.25\tcat\n")
    found = open_recordings(tmp_path)
    assert found.annotations == {"b.wav": (Event("cat", 0, 0.25),)}
    assert kinds(found) == ["answers", "not labelled"]


def test_one_bad_recording_does_not_lose_the_rest(tmp_path, sound, text):
    sound("good.wav")
    text("bad.wav", "no sound")
    rows = "good.wav,0,0.5,dog\nbad.wav,0,0.5,dog\ngone.wav,0,0.5,dog\n"
    text("labels.csv", HEAD + rows)
    text("broken.jams", '{"annotations": [')
    found = open_recordings(tmp_path)
    assert found.names == ("good.wav",)
    assert kinds(found) == ["unreadable labels", "unknown path", "unreadable"]


def test_events_are_tidied_by_the_length_of_the_sound(tmp_path, sound, text):
    sound("a.wav", length_s=1.0)
    rows = "a.wav,0.5,2,dog\na.wav,0.2,0.6,dog\na.wav,1.5,1.75,cat\na.wav,0,1.0000005,rain\n"
    text("labels.csv", HEAD + rows)
    found = open_recordings(tmp_path)
    assert found.events == ((Event("rain", 0, 1.0), Event("dog", 0.2, 1.0)),)
    assert kinds(found) == ["past the end", "past the end", "overlapping events"]


def test_an_offset_before_its_onset_leaves_out_that_event_alone(tmp_path, sound, text):
    sound("a.wav")
    text("a.txt", "0\t0.5\tdog\n0.75\t0.5\tdog\n")
    found = open_recordings(tmp_path)
    assert found.events == ((Event("dog", 0, 0.5),),)
    assert [p.detail for p in found.problems] == [
        "a.txt, line 2: the offset (0.5 s) must not be before the onset (0.75 s)"
    ]


def test_a_sound_labelled_twice_has_the_events_of_both(tmp_path, sound, text):
    sound("a.wav")
    text("a.txt", "0\t0.5\tdog\n")
    text("labels.csv", HEAD + "a.wav,0.25,0.75,cat\n")
    found = open_recordings(tmp_path)
    assert found.events == ((Event("dog", 0, 0.5), Event("cat", 0.25, 0.75)),)
    assert [p.detail for p in found.problems] == [
        "labelled in 'a.txt', 'labels.csv'; the events are joined"
    ]


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (None, "no labels beside the sounds in .* file, onset_s, offset_s and label, or a label"),
        (HEAD + "b.wav,0,1,dog\n", "not one of the 1 labelled recordings is a sound below"),
        (HEAD + "a.wav,,,\n", "not one event in 1 labelled recording below"),
        (HEAD + "a.wav,1,0.5,dog\n", "no labels beside the sounds in .*offset .* before the onset"),
        (HEAD + "c.wav,0,1,dog\n", "none of the labelled recordings below .* can be read"),
    ],
)
def test_what_cannot_be_opened_says_what_to_do(tmp_path, sound, text, labels, message):
    sound("a.wav")
    text("c.wav", "no sound")
    if labels is not None:
        text("labels.csv", labels)
    with pytest.raises(DatasetError, match=message):
        open_recordings(tmp_path)


def test_places_that_are_not_there(tmp_path, sound):
    sound("sounds/a.wav")
    with pytest.raises(DatasetError, match=r"no dataset at '.*sound'.*did you mean 'sounds'"):
        open_recordings(tmp_path / "sound")
    with pytest.raises(DatasetError, match=r"no dataset at '.*labels\.csv'"):
        open_recordings(tmp_path / "sounds", tmp_path / "labels.csv")
    (tmp_path / "none").mkdir()
    with pytest.raises(DatasetError, match="no sound below"):
        open_recordings(tmp_path / "none")
    with pytest.raises(ConfigError, match="unknown label format 'cvs'"):
        open_recordings(tmp_path / "sounds", format="cvs")


def test_a_format_may_be_asked_for(tmp_path, sound, text):
    sound("a.wav")
    text("a.txt", "0\t0.5\tdog\n")
    text("labels.csv", HEAD + "a.wav,0.25,0.75,cat\n")
    assert open_recordings(tmp_path, format="table").classes == ("cat",)
    assert open_recordings(tmp_path, format="audacity").classes == ("dog",)


def test_columns_of_a_table_are_groups_and_folds(tmp_path, sound, text):
    for name in ("a.wav", "b.wav", "c.wav"):
        sound(name)
    rows = (
        "a.wav,0,0.5,dog,1,x,park\na.wav,0.5,1,cat,1,,park\n"
        "b.wav,,,,2,x,street\nc.wav,0,1,dog,2,y,park\n"
    )
    text("labels.csv", HEAD.strip() + ",fold,group,place\n" + rows)
    found = open_recordings(tmp_path)
    assert (found.fold, found.fold_source) == (("1", "2", "2"), "column 'fold'")
    assert (found.groups, found.group_source) == (("x", "x", "y"), "column 'group'")
    found = open_recordings(tmp_path, groups="column:place")
    assert (found.groups, found.group_source) == (("park", "street", "park"), "column 'place'")
    with pytest.raises(ConfigError, match="the table has no column 'plaec'; did you mean 'place'"):
        open_recordings(tmp_path, groups="column:plaec")


def test_two_folds_of_one_recording_are_told_and_the_first_stands(tmp_path, sound, text):
    sound("a.wav")
    text("labels.csv", HEAD.strip() + ",fold\na.wav,0,0.5,dog,1\na.wav,0.5,1,dog,2\n")
    found = open_recordings(tmp_path)
    assert found.fold == ("1",)
    assert [p.detail for p in found.problems] == [
        "labels.csv, line 3: fold '2', but '1' before, which stands"
    ]


@pytest.mark.parametrize(
    ("option", "groups"),
    [
        ("parent", ("s1", "s1", "s2")),
        (r"/(\w)_", ("x", "y", "x")),
        ("none", ("s1/x_1.wav", "s1/y_2.wav", "s2/x_3.wav")),
    ],
)
def test_groups_are_asked_for_in_the_same_words_as_elsewhere(tmp_path, sound, text, option, groups):
    for name in ("s1/x_1.wav", "s1/y_2.wav", "s2/x_3.wav"):
        sound(name)
        text(name.replace(".wav", ".txt"), "0\t0.5\tdog\n")
    assert open_recordings(tmp_path, groups=option).groups == groups


def test_a_subset_keeps_what_belongs_to_each(tmp_path, sound, text):
    for name, label in (("a.wav", "dog"), ("b.wav", "cat"), ("c.wav", "dog")):
        sound(name)
        text(name.replace(".wav", ".txt"), f"0\t0.5\t{label}\n")
    part = open_recordings(tmp_path).subset([2, 0])
    assert (part.names, part.classes, part.groups) == (
        ("a.wav", "c.wav"),
        ("dog",),
        ("a.wav", "c.wav"),
    )
    assert len(part) == 2
    for bad, message in (
        ([0, 0], "index twice"),
        ([2], "from 0 to 1"),
        ([True], "a mask of shape"),
    ):
        with pytest.raises(DatasetError, match=message):
            part.subset(np.array(bad))
