"""What a folder is: isolated clips, recordings with labels, or both by an option."""

import pytest

from earmark.datasets import Dataset
from earmark.errors import ConfigError, DatasetError
from earmark.training.detection.options import DetectOptions
from earmark.training.detection.sources import open_sources
from earmark.training.options import TrainOptions

CLASSES = ("clicks", "noise", "sine")


def test_a_folder_a_label_is_isolated_clips(tone_folder):
    found = open_sources(tone_folder, DetectOptions(), groups="parent")
    assert found.recordings is None
    assert len(found.clips) == 36
    assert found.clips.group_source
    assert found.classes == CLASSES
    given = Dataset.from_folder(tone_folder)
    assert open_sources(given, DetectOptions()).clips.clips is given.clips


def test_a_network_is_known_before_a_file_is_read(tmp_path):
    for name, words in (("resnet", "is a network that classifies"), ("crn", "did you mean crnn")):
        with pytest.raises(ConfigError, match=words):
            open_sources(tmp_path / "no such", DetectOptions(train=TrainOptions(model=name)))


def test_sounds_with_labels_beside_them_are_recordings(recorded):
    found = open_sources(recorded, DetectOptions())
    assert found.clips is None
    assert len(found.recordings) == 8
    assert found.classes == CLASSES
    named = open_sources(recorded, DetectOptions(labels=recorded / "00.txt"))
    assert named.recordings.names == ("00.wav",)


def test_both_are_taken_by_an_option(tone_folder, recorded):
    found = open_sources(tone_folder, DetectOptions(recordings=recorded))
    assert (len(found.clips), len(found.recordings)) == (36, 8)
    assert found.root == tone_folder


def test_labels_of_clips_that_are_given_as_a_dataset_are_refused(tone_dataset, recorded):
    with pytest.raises(ConfigError, match="labels are of recordings: name their folder"):
        open_sources(tone_dataset, DetectOptions(labels=recorded / "00.txt"))


def test_corrections_join_the_recordings_or_are_the_first(tone_folder, recorded, tmp_path):
    text = "file,onset_s,offset_s,label\n{},0.2,0.4,whistle\n"
    table = tmp_path / "mended.csv"
    table.write_text(text.format("03.wav"))
    found = open_sources(recorded, DetectOptions(corrections=table))
    assert found.corrected.changed == ("03.wav",)
    assert "whistle" in found.classes
    clip = next(tone_folder.rglob("*.wav"))
    table.write_text(text.format(clip.relative_to(tone_folder).as_posix()))
    found = open_sources(tone_folder, DetectOptions(corrections=table))
    assert len(found.corrected.added) == len(found.recordings) == 1
    assert found.classes == (*CLASSES, "whistle")


def test_what_is_not_there_is_named(tmp_path):
    with pytest.raises(DatasetError, match="no dataset at"):
        open_sources(tmp_path / "nö such", DetectOptions())


@pytest.mark.parametrize(
    ("train", "own", "words"),
    [
        ({"leak": True}, {}, "leak compares splits of classifiers"),
        ({"aggregate": "sum"}, {}, "aggregate is of classifiers"),
        ({}, {"test_scenes": 0}, "test_scenes must be 1 or more, got 0"),
        ({}, {"scenes_per_epoch": -1}, "scenes_per_epoch must be 1 or more, got -1"),
    ],
)
def test_options_without_sense_are_refused(train, own, words):
    with pytest.raises(ConfigError, match=words):
        DetectOptions(train=TrainOptions(model="crnn", **train), **own)
