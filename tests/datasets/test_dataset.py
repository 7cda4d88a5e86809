import dataclasses
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from earmark.datasets import Clip, Dataset
from earmark.errors import DatasetError


def made(*clips: tuple[str, str] | tuple[str, str, str]) -> Dataset:
    """A dataset of (name, label[, group]) without files."""
    made = [Clip(Path(name), name, label, *group) for name, label, *group in clips]
    return Dataset(Path("sounds"), tuple(sorted(made, key=lambda c: c.name)))


FOUR = made(("a1", "a"), ("a2", "a"), ("b1", "b"), ("b2", "b"))


def test_arrays():
    dataset = made(("z", "b", "g"), ("y", "a"), ("x", "b", "g"))
    assert dataset.targets.dtype == np.int64
    assert dataset.targets.tolist() == [1, 0, 1]
    assert dataset.groups.tolist() == ["g", "y", "g"]
    assert len(dataset) == 3


def test_subset_by_indices_and_by_mask():
    assert [c.name for c in FOUR.subset([3, 0]).clips] == ["a1", "b2"]
    assert [c.name for c in FOUR.subset(np.array([False, True, True, False])).clips] == ["a2", "b1"]
    assert FOUR.subset(np.array([2, 3])).classes == ("b",)
    assert len(FOUR.subset([])) == 0


@pytest.mark.parametrize(
    ("indices", "words"),
    [
        ([0, 4], "from 0 to 3; got 0 to 4"),
        ([-1], "from 0 to 3; got -1"),
        ([1, 1], "got an index twice"),
        (np.array([True]), r"a mask of shape \(1,\) does not fit 4 clips"),
    ],
)
def test_bad_subsets(indices, words):
    with pytest.raises(DatasetError, match=words):
        FOUR.subset(indices)


def test_trainable():
    FOUR.check_trainable()


@pytest.mark.parametrize(
    ("dataset", "words"),
    [
        (made(), "(?s)has no class; .* at least 2.*One folder a label:"),
        (made(("a/1", "a"), ("a/2", "a")), "(?s)only the class 'a'; .*One folder a label:"),
        (
            made(("all/a/1", "all"), ("all/b/2", "all")),
            "Are 'a', 'b' the labels. Then open 'sounds.all'",
        ),
        (
            made(*((f"{p}/{w}/1", p) for p in ("train", "test") for w in "ab")),
            r"parts of a split \('test', 'train'\), not labels",
        ),
        (made(("1", "a"), ("2", "a"), ("3", "b")), "1 class with a single clip: 'b'. It cannot be"),
        (
            made(("1", "a"), ("2", "a"), ("3", "b", "g"), ("4", "b", "g")),
            r"1 class with all clips in one group: 'b' \(group 'g'\)",
        ),
    ],
)  # fmt: skip
def test_not_trainable(dataset, words):
    with pytest.raises(DatasetError, match=words):
        dataset.check_trainable()


def test_one_class_is_enough_for_a_detector():
    alone = dataclasses.replace(made(("1", "a"), ("2", "a")), fewest_classes=1)
    alone.check_trainable()
    alone.subset([0, 1]).check_trainable()
    with pytest.raises(DatasetError, match="has no class; a detector needs at least 1"):
        dataclasses.replace(alone, clips=()).check_trainable()
    with pytest.raises(DatasetError, match="with a single clip"):
        alone.subset([0]).check_trainable()


def test_importing_and_reading_a_folder_needs_no_training_library(tree):
    root = tree("a/1.wav", "a/2.wav", "b/3.wav", "b/4.wav")
    code = (
        "import sys; from earmark.datasets import Dataset, folds; "
        f"folds(Dataset.open({str(root)!r}), 2, validation=0); "
        "print(sorted({'sklearn', 'pyarrow', 'torch', 'matplotlib'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.data
def test_real_sets(real_data):
    esc = Dataset.open(real_data("esc10"))
    esc.check_trainable()
    assert (len(esc), len(esc.classes), esc.problems) == (400, 10, ())
    assert esc.fold_source == esc.group_source == "file names: fold-source-take (ESC-10 / ESC-50)"
    digits = Dataset.open(real_data("fsdd"))
    digits.check_trainable()
    assert len(digits) == 3000
    assert sorted(set(digits.groups)) == [
        "george", "jackson", "lucas", "nicolas", "theo", "yweweler"
    ]  # fmt: skip
