"""Random twins of a split: as large, seeded, groups parted, each class everywhere."""

import dataclasses

import numpy as np
import pytest

from earmark.datasets import folds, holdout
from earmark.datasets.random_split import has_groups, random_twins, require_groups
from earmark.errors import ConfigError


def parts(split):
    return [getattr(split, part).tolist() for part in ("train", "validation", "test")]


def test_one_split_has_a_twin_of_its_sizes(tone_dataset):
    split = holdout(tone_dataset)
    (twin,) = random_twins(tone_dataset, [split])
    assert twin.name == "random split"
    assert len(twin.test) == pytest.approx(len(split.test), abs=2)
    assert len(twin.validation) == pytest.approx(len(split.validation), abs=2)
    assert sorted(np.concatenate(parts(twin)).tolist()) == list(range(len(tone_dataset)))
    groups = tone_dataset.groups
    assert set(groups[twin.test]) & set(groups[twin.train])  # which is the point
    assert not set(groups[split.test]) & set(groups[split.train])
    counts = np.bincount(tone_dataset.targets[twin.test], minlength=3)
    assert counts.max() - counts.min() <= 1


def test_folds_have_as_many_twins_and_test_each_clip_once(tone_dataset):
    twins = random_twins(tone_dataset, folds(tone_dataset, 4), seed=3)
    assert [twin.name for twin in twins] == [f"random fold {n}" for n in (1, 2, 3, 4)]
    tested = np.concatenate([twin.test for twin in twins])
    assert sorted(tested.tolist()) == list(range(len(tone_dataset)))


def test_the_seed_alone_decides(tone_dataset):
    splits = [holdout(tone_dataset)]
    first, again, other = (random_twins(tone_dataset, splits, seed=s)[0] for s in (0, 0, 1))
    assert parts(first) == parts(again) != parts(other)


def test_official_folds_are_ignored_too(tone_dataset):
    clips = tuple(dataclasses.replace(clip, fold=str(n % 3)) for n, clip in
                  enumerate(tone_dataset.clips))  # fmt: skip
    official = dataclasses.replace(tone_dataset, clips=clips, fold_source="column 'fold'")
    (twin,) = random_twins(official, [holdout(official)])
    assert len({clips[index].fold for index in twin.test}) > 1


def test_without_groups_there_is_nothing_to_leak(tone_dataset):
    assert has_groups(tone_dataset)
    require_groups(tone_dataset)
    alone = tuple(dataclasses.replace(clip, group=None) for clip in tone_dataset.clips)
    ungrouped = dataclasses.replace(tone_dataset, clips=alone, group_source=None)
    assert not has_groups(ungrouped)
    with pytest.raises(ConfigError, match="known to belong together: say how by --groups"):
        require_groups(ungrouped)
