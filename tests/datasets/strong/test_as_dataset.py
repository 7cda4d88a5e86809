import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

from earmark.datasets import folds, holdout
from earmark.datasets.audit.audit import audit_dataset
from earmark.datasets.strong import Event, StrongDataset, as_dataset, open_recordings
from earmark.errors import DatasetError
from earmark.models import Recipe
from earmark.training.copies import guard
from earmark.training.options import TrainOptions
from earmark.training.watcher import Watcher
from tests.conftest import TONE_RATE_HZ
from tests.datasets.audit.conftest import sound as unlike


def dataset_of(tmp_path, labels, groups=None, fold=None):
    """Recordings that nobody needs to read: `labels` has a string of labels for each."""
    names = tuple(f"{number:02}.wav" for number in range(len(labels)))
    return StrongDataset(
        root=tmp_path,
        names=names,
        paths=tuple(tmp_path / name for name in names),
        events=tuple(tuple(Event(label, 0, 1) for label in each) for each in labels),
        durations_s=(1.0,) * len(names),
        groups=names if groups is None else tuple(groups),
        group_source=None if groups is None else "column 'group'",
        fold=(None,) * len(names) if fold is None else tuple(fold),
        fold_source=None if fold is None else "column 'fold'",
    )


@given(st.data())
def test_holdout_parts_recordings_by_group_with_each_class_in_training(tmp_path_factory, data):
    labels = data.draw(
        st.lists(st.sampled_from(["", "a", "b", "ab", "abc"]), min_size=4, max_size=24).filter(any)
    )
    groups = [f"g{data.draw(st.integers(0, 5))}" for _ in labels]
    recordings = dataset_of(tmp_path_factory.getbasetemp(), labels, groups)
    clips = as_dataset(recordings)
    assert (clips.classes, clips.targets.shape) == (
        recordings.classes,
        (len(labels), len(recordings.classes)),
    )
    try:
        split = holdout(clips, test=0.3)
    except DatasetError as error:
        assert "no test part can be held out" in str(error)  # noqa: PT017
        return
    parts = [split.train, split.validation, split.test]
    assert sorted(np.concatenate(parts)) == list(range(len(labels)))
    held = [{groups[index] for index in part} for part in parts]
    assert not (held[0] & held[1] | held[0] & held[2] | held[1] & held[2])
    assert set(recordings.subset(split.train).classes) == set(recordings.classes)


def test_official_folds_of_recordings_are_used(tmp_path):
    recordings = dataset_of(tmp_path, ["a", "b", "", "ab", "ab", ""], fold="112233")
    found = folds(as_dataset(recordings), validation=0)
    assert [split.test.tolist() for split in found] == [[0, 1], [2, 3], [4, 5]]


def test_one_class_is_enough_for_a_detector(tmp_path):
    clips = as_dataset(dataset_of(tmp_path, ["a", "a", "", "a"]))
    clips.check_trainable()
    assert len(holdout(clips, test=0.5).test) == 2
    with pytest.raises(DatasetError, match="have no event; a detector needs some"):
        as_dataset(dataset_of(tmp_path, ["", ""])).check_trainable()


@pytest.fixture
def scenes(tmp_path):
    """Eight recordings, the first two without events; the last is the first at half the level."""
    rows = []
    for number in range(8):
        samples = 0.5 * unlike(0) if number == 7 else unlike(number)
        soundfile.write(tmp_path / f"{number}.wav", samples, TONE_RATE_HZ)
        label = "dog" if number % 2 else "cat"
        rows.append(f"{number}.wav,,," if number < 2 else f"{number}.wav,0,0.5,{label}")
    (tmp_path / "labels.csv").write_text("file,onset_s,offset_s,label\n" + "\n".join(rows) + "\n")
    return open_recordings(tmp_path)


def test_recordings_are_listened_to_as_clips_are(scenes):
    audit = audit_dataset(as_dataset(scenes), workers=1)
    assert [same.clips for same in audit.duplicates] == [(0, 7)]
    assert [p.detail for p in audit.problems if p.kind == "two labels"]
    assert "not trainable" not in {p.kind for p in audit.problems}


def test_copies_of_recordings_are_kept_together(scenes):
    found = guard(as_dataset(scenes), TrainOptions(workers=1), Recipe("modern"), Watcher())
    groups = found.dataset.groups.tolist()
    assert groups[0] == groups[7]
    assert len(set(groups)) == 7
