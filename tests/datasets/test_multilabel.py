"""Tables whose clips may have several labels, and splits of them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from earmark.datasets import Clip, Dataset, folds, holdout
from earmark.datasets.allot import Pool, allot
from earmark.datasets.rows import labels_of
from earmark.datasets.take import take
from earmark.errors import DatasetError


@pytest.fixture
def write(tree):
    """Write a table beside four sounds, and return its path."""
    root = tree(*(f"{name}.wav" for name in "abcd"))

    def make(text: str, name: str = "clips.csv"):
        (root / name).write_text(text, encoding="utf-8")
        return root / name

    return make


def test_several_labels_are_read_cleaned_and_sorted(write):
    dataset = Dataset.open(
        write("path,labels,group\na.wav, violin; cello ,x\nb.wav,cello,x\nc.wav,flute;;cello;,y\n")
    )
    assert dataset.multilabel
    assert [clip.labels for clip in dataset.clips] == [
        ("cello", "violin"),
        ("cello",),
        ("cello", "flute"),
    ]
    assert [clip.label for clip in dataset.clips] == ["cello;violin", "cello", "cello;flute"]
    assert dataset.classes == ("cello", "flute", "violin")
    assert dataset.class_counts == {"cello": 3, "flute": 1, "violin": 1}
    assert dataset.targets.tolist() == [[1, 0, 1], [1, 0, 0], [1, 1, 0]]
    assert dataset.targets.dtype == np.int64
    assert dataset.problems == ()


@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_labels_are_parted_by_semicolons_whatever_parts_the_columns(write, delimiter):
    text = f'path{delimiter}labels\na.wav{delimiter}"dog;cat"\n'
    assert Dataset.open(write(text)).classes == ("cat", "dog")


def test_labels_that_are_not_quoted_where_they_must_be_are_told(write):
    dataset = Dataset.open(write('path;labels\na.wav;dog;cat\nb.wav;"dog;cat"\n'))
    assert [clip.name for clip in dataset.clips] == ["b.wav"]
    assert dataset.problems[0].detail == "line 2: 3 fields in 2 columns; quote the text"


def test_a_column_of_single_labels_comes_first(write):
    dataset = Dataset.open(write("path,labels,label\na.wav,x;y,dog\nb.wav,y,cat\n"))
    assert not dataset.multilabel
    assert dataset.classes == ("cat", "dog")
    assert dataset.targets.tolist() == [1, 0]


def test_a_clip_without_a_label_is_left_out_and_told(write):
    dataset = Dataset.open(write("path,labels\na.wav,dog\nb.wav, ; \nc.wav,\n"))
    assert [clip.name for clip in dataset.clips] == ["a.wav"]
    assert [problem.kind for problem in dataset.problems] == ["empty label"] * 2


def test_the_same_labels_in_another_order_are_no_conflict(write):
    dataset = Dataset.open(write("path,labels\na.wav,x;y\na.wav,y;x\nb.wav,x\nb.wav,y\n"))
    assert [clip.name for clip in dataset.clips] == ["a.wav"]
    assert [problem.kind for problem in dataset.problems] == ["duplicate row", "conflicting labels"]


def test_labels_that_differ_in_case_alone_are_told(write):
    dataset = Dataset.open(write("path,labels\na.wav,Dog;cat\nb.wav,dog\n"))
    assert [problem.kind for problem in dataset.problems] == ["similar labels"]


def test_a_list_in_parquet_is_several_labels(write):
    pa = pytest.importorskip("pyarrow")
    import pyarrow.parquet as pq

    place = write("", "clips.parquet")
    table = pa.table({"path": ["a.wav", "b.wav"], "labels": [["dog", "cat"], ["cat"]]})
    pq.write_table(table, place)
    assert [clip.labels for clip in Dataset.open(place).clips] == [("cat", "dog"), ("cat",)]


def test_a_missing_column_is_told_with_what_is_wanted(write):
    with pytest.raises(DatasetError, match=r"no column 'label'.*Wanted: path, label \(or labels"):
        Dataset.open(write("path,tags\na.wav,x\n"))


@given(st.text(alphabet="ab; é\u0301\t", max_size=12))
def test_labels_are_never_blank_nor_twice(text):
    labels = labels_of(text)
    assert list(labels) == sorted(set(labels))
    assert all(label and label == label.strip() and ";" not in label for label in labels)
    assert labels_of(";".join(labels)) == labels


def made_up(tmp_path, clips=120, groups=24, seed=0, rare=0.1):
    """A dataset of three frequent labels and a rare one, in groups."""
    rng = np.random.default_rng(seed)
    chance = np.array([0.5, 0.5, 0.5, rare])
    rows = []
    for number in range(clips):
        marks = rng.random(4) < chance
        marks[rng.integers(3)] = True
        labels = tuple(np.array(["a", "b", "c", "rare"])[marks])
        name = f"{number:03}.wav"
        group = f"g{number % groups}"
        rows.append(Clip(tmp_path / name, name, ";".join(labels), group, labels=labels))
    return Dataset(tmp_path, tuple(rows), group_source="column 'group'")


def test_a_split_keeps_groups_and_spreads_each_label(tmp_path):
    dataset = made_up(tmp_path)
    split = holdout(dataset, seed=1)
    for part in (split.train, split.test):
        assert dataset.targets[part].any(axis=0).all()
    groups = [set(dataset.groups[part]) for part in (split.train, split.validation, split.test)]
    assert sum(map(len, groups)) == len(set().union(*groups)) == 24
    share = dataset.targets[split.test].sum(axis=0) / dataset.targets.sum(axis=0)
    assert share == pytest.approx(np.full(4, 0.2), abs=0.1)
    assert sorted(i for fold in folds(dataset, 4) for i in fold.test) == list(range(120))


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6))
def test_each_label_is_dealt_more_evenly_than_by_chance(seed):
    rng = np.random.default_rng(seed)
    targets = (rng.random((200, 5)) < [0.5, 0.4, 0.3, 0.2, 0.1]).astype(np.int64)
    pool = Pool(targets, np.array([f"{i:03}" for i in range(200)]))
    dealt = allot(pool, [0.25] * 4, "key")[pool.group_of]
    drawn = rng.permutation(np.arange(200) % 4)

    def unevenness(parts):
        held = np.stack([targets[parts == part].sum(axis=0) for part in range(4)])
        return (held / np.maximum(held.sum(axis=0), 1)).std(axis=0).mean()

    assert unevenness(dealt) <= unevenness(drawn)


def test_one_column_a_class_deals_as_class_numbers_do():
    rng = np.random.default_rng(0)
    numbers = rng.integers(4, size=150)
    groups = np.array([f"g{g}" for g in rng.integers(40, size=150)])
    single, several = Pool(numbers, groups), Pool(np.eye(4, dtype=np.int64)[numbers], groups)
    assert (allot(single, [0.2] * 5, "k") == allot(several, [0.2] * 5, "k")).all()
    assert (take(single, 0.2, "k") == take(several, 0.2, "k")).all()


def test_what_cannot_be_trained_and_tested_is_refused(tmp_path):
    def dataset(*labels):
        return Dataset(
            tmp_path,
            tuple(
                Clip(tmp_path / f"{n}.wav", f"{n}.wav", ";".join(each), labels=each)
                for n, each in enumerate(labels)
            ),
        )

    with pytest.raises(DatasetError, match="only the class 'a'; a classifier needs at least 2"):
        dataset(("a",), ("a",)).check_trainable()
    with pytest.raises(DatasetError, match="1 class with a single clip: 'b'"):
        dataset(("a", "b"), ("a",), ("a",)).check_trainable()
    dataset(("a", "b"), ("a",), ("b",)).check_trainable()
