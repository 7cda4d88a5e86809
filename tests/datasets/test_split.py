import random
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from earmark.datasets import Clip, Dataset, Split, folds, holdout
from earmark.errors import ConfigError, DatasetError


def made(labels: str, groups: str | None = None, clip_folds: list[str] | None = None) -> Dataset:
    """One clip a letter: its label, its group and its fold."""
    clips = tuple(
        Clip(
            Path(f"{i:03}.wav"), f"{i:03}.wav", label,
            groups[i] if groups else None, clip_folds[i] if clip_folds else None,
        )
        for i, label in enumerate(labels)
    )  # fmt: skip
    return Dataset(
        Path("sounds"), clips, (), "pattern 'x'" if groups else None,
        "column 'fold'" if clip_folds else None,
    )  # fmt: skip


def assert_fair(dataset: Dataset, split: Split) -> None:
    parts = [split.train, split.validation, split.test]
    assert sorted(np.concatenate(parts).tolist()) == list(range(len(dataset)))
    assert all(p.dtype == np.int64 and p.tolist() == sorted(p.tolist()) for p in parts)
    groups = [set(dataset.groups[p].tolist()) for p in parts]
    assert len(set.union(*groups)) == sum(map(len, groups))
    assert set(dataset.targets[split.train].tolist()) == set(dataset.targets.tolist())


def same(one: Split, other: Split) -> bool:
    return (one.name, one.description) == (other.name, other.description) and all(
        np.array_equal(getattr(one, p), getattr(other, p)) for p in ("train", "validation", "test")
    )


@st.composite
def datasets(draw):
    size = draw(st.integers(6, 60))
    labels = "ab" + "".join(draw(st.lists(st.sampled_from("abc"), min_size=size, max_size=size)))
    if draw(st.booleans()):
        return made(labels)
    letters = st.sampled_from("pqrstuvwxyz")
    return made(labels, "".join(draw(st.lists(letters, min_size=size + 2, max_size=size + 2))))


@given(
    datasets(), st.integers(0, 3), st.sampled_from([0.1, 0.2, 0.4]), st.sampled_from([0, 0.1, 0.3])
)
@settings(max_examples=60, deadline=None)
def test_holdout_is_fair_and_repeatable(dataset, seed, test, validation):
    try:
        split = holdout(dataset, seed=seed, test=test, validation=validation)
    except DatasetError as error:
        assert "held out" in str(error)  # noqa: PT017 (which datasets can be split is not known here)
        return
    assert_fair(dataset, split)
    assert len(split.test)
    assert validation or not len(split.validation)
    assert same(split, holdout(dataset, seed=seed, test=test, validation=validation))


@given(datasets(), st.integers(0, 3), st.sampled_from([None, 2, 3, 7]))
@settings(max_examples=40, deadline=None)
def test_folds_are_fair_and_test_each_clip_once(dataset, seed, count):
    try:
        splits = folds(dataset, count, seed=seed)
    except (DatasetError, ConfigError) as error:
        assert "missing from training" in str(error) or "groups" in str(error)  # noqa: PT017
        return
    for split in splits:
        assert_fair(dataset, split)
    tested = np.concatenate([split.test for split in splits])
    assert sorted(tested.tolist()) == list(range(len(dataset)))


def test_the_order_in_which_files_were_made_changes_nothing(tmp_path):
    names = [f"{label}/{i}.wav" for label in "abc" for i in range(12)]
    splits = []
    for turn in range(3):
        random.Random(turn).shuffle(names)
        root = tmp_path / str(turn)
        for name in names:
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).touch()
        splits.append(holdout(Dataset.from_folder(root), seed=5))
    assert same(splits[0], splits[1])
    assert same(splits[0], splits[2])


def test_golden_split():
    """These figures must be the same on every machine and version: a change breaks old scores."""
    split = holdout(made("ab" * 10 + "c" * 5, "ppqqrrssttuuvvwwxxyyz0123"), seed=7)
    assert split.test.tolist() == [2, 3, 16, 17, 23]
    assert split.validation.tolist() == [0, 1, 20]


def test_another_seed_gives_another_split():
    dataset = made("ab" * 20)
    assert len({tuple(holdout(dataset, seed=s).test.tolist()) for s in range(5)}) == 5


def test_sizes_and_classes_without_groups():
    split = holdout(made("aaab" * 50), seed=1)
    assert (len(split.train), len(split.validation), len(split.test)) == (144, 16, 40)
    assert split.name == "holdout"
    assert split.description == (
        "no groups known, every file is its own; stratified by label; seed 1; "
        "train/validation/test 144/16/40 clips (72/8/20 %)"
    )


def test_a_rare_class_is_in_every_part():
    dataset = made("a" * 100 + "bbb")
    split = holdout(dataset)
    for part in (split.train, split.validation, split.test):
        assert set(dataset.targets[part].tolist()) == {0, 1}
    assert len(split.test) == pytest.approx(21, abs=2)


def test_few_groups_give_one_of_them_for_validation():
    dataset = made("ab" * 30, "".join(g * 10 for g in "pqrstu"))
    split = holdout(dataset)
    assert len(set(dataset.groups[split.test])) == 1
    assert len(set(dataset.groups[split.validation])) == 1


def test_two_groups_leave_no_validation_and_say_so():
    split = holdout(made("ab" * 4, "ppppqqqq"))
    assert len(split.validation) == 0
    assert "no validation part: it would take a class out of training" in split.description


def test_each_group_left_out_by_name():
    dataset = made("ab" * 6, "rrrrqqqqpppp")
    splits = folds(dataset, 3)
    assert [s.name for s in splits] == ["fold 1 (p)", "fold 2 (q)", "fold 3 (r)"]
    assert [s.test.tolist() for s in splits] == [[8, 9, 10, 11], [4, 5, 6, 7], [0, 1, 2, 3]]
    assert splits[0].description.startswith("each group left out once (3 groups, pattern 'x')")
    assert len(folds(dataset)) == 3


OFFICIAL = made("ab" * 11, None, [str(10 - i // 2 % 11) for i in range(22)])


def test_official_folds_in_natural_order():
    splits = folds(OFFICIAL)
    assert len(splits) == len(folds(OFFICIAL, 11)) == 11
    assert splits[0].name == "fold 1 (0)"
    assert splits[-1].test.tolist() == [0, 1]  # fold 10 comes after fold 9
    assert splits[-1].name == "fold 11 (10)"
    last = holdout(OFFICIAL, test=0.9)
    assert last.test.tolist() == [0, 1]
    assert (
        "official fold '10', the last of 11, is the test part (column 'fold')" in last.description
    )


def test_another_number_than_the_official_folds_says_so():
    splits = folds(OFFICIAL, 2)
    assert len(splits) == 2
    assert "not the official folds (column 'fold'), as 2 were asked for" in splits[0].description


def test_official_parts_by_name():
    parts = ["Train"] * 8 + ["valid"] * 2 + ["test"] * 2
    dataset = made("ab" * 6, None, parts)
    (split,) = folds(dataset)
    assert same(split, holdout(dataset))
    assert (split.validation.tolist(), split.test.tolist()) == ([8, 9], [10, 11])
    two = holdout(made("ab" * 6, None, ["dev"] * 4 + ["train"] * 8))
    assert two.test.tolist() == [0, 1, 2, 3]
    assert len(two.validation) == 2
    assert len(folds(dataset, 3)) == 3


def test_official_folds_that_part_a_group_are_not_used():
    dataset = made("ab" * 6, "pppqqqrrrsss", ["1", "2"] * 6)
    for split in [holdout(dataset), *folds(dataset, 2)]:
        assert_fair(dataset, split)
        assert "part 4 groups ('p', 'q', 'r', ...) and are not used" in split.description


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda d: folds(d, 1), "2 or more, and at most the number of groups; got 1 with 3 groups"),
        (lambda d: folds(d, 4), r"4 folds .* only 3 groups \(pattern 'x'\).*ask for 2 to 3"),
        (lambda d: holdout(d, test=0), "test must be a share between 0 and 1, .*; got 0"),
        (lambda d: holdout(d, test=1.5), "got 1.5"),
        (lambda d: holdout(d, validation=1), "validation must be a share from 0 .*; got 1"),
        (lambda d: folds(d, validation=-0.1), "validation .* got -0.1"),
    ],
)
def test_bad_options(call, words):
    with pytest.raises(ConfigError, match=words):
        call(made("ab" * 6, "rrrrqqqqpppp"))


def test_a_class_that_cannot_be_trained_is_named():
    with pytest.raises(DatasetError, match=r"out of training: 'a', 'b' in one group only"):
        holdout(made("aabb", "ppqq"))
    with pytest.raises(DatasetError, match=r"fold 1 \(p\): 1 class would be missing .*: 'a'"):
        folds(made("aabb", "ppqq"), 2)
    with pytest.raises(DatasetError, match="at least 2 clips; 'sounds' has 1"):
        holdout(made("a"))


def test_a_class_of_one_group_stays_in_training_and_the_description_says_so():
    dataset = made("ababab" + "cc", "pqrstuvv")
    split = holdout(dataset, test=0.3)
    assert_fair(dataset, split)
    assert "not in test: 'c'" in split.description


@pytest.mark.data
def test_esc10_official_folds(real_data):
    dataset = Dataset.open(real_data("esc10"))
    splits = folds(dataset)
    assert [s.name for s in splits] == [f"fold {i}" for i in range(1, 6)]
    for number, split in enumerate(splits, start=1):
        assert_fair(dataset, split)
        assert len(split.test) == 80
        assert {dataset.clips[i].path.name[0] for i in split.test} == {str(number)}
        assert np.bincount(dataset.targets[split.validation]).min() >= 2
        assert 24 <= len(split.validation) <= 40
    assert same(splits[2], folds(dataset, 5)[2])
    assert np.array_equal(holdout(dataset).test, splits[4].test)
    for split in folds(dataset, 4):
        assert_fair(dataset, split)


@pytest.mark.data
def test_digits_by_speaker(real_data):
    dataset = Dataset.open(real_data("fsdd"))
    splits = folds(dataset, 6)
    assert splits[1].name == "fold 2 (jackson)"
    for split in [*splits, *folds(dataset), holdout(dataset)]:
        assert_fair(dataset, split)
        assert len(split.validation) == 500
        assert set(np.bincount(dataset.targets[split.validation])) == {50}
