"""Scenes that judge are the same for a seed; blocks of sounds share as little as can be."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from earmark.datasets.soundscape import Sound, SoundBank
from earmark.training.detection.scenes import MOST_BLOCKS, blocks, draw, made_scenes

from .conftest import SCENES


def of_groups(by_label):
    """A bank and the group of each of its sounds, from {label: groups of its sounds}."""
    group_of, bank = {}, {}
    for label, groups in by_label.items():
        names = [f"{label}/{number}.wav" for number in range(len(groups))]
        group_of |= dict(zip(names, groups, strict=True))
        bank[label] = tuple(Sound(name, label, np.ones(4, "f4"), ((0, 4),)) for name in names)
    return SoundBank(8000, bank), group_of


def names_of(bank):
    return sorted(sound.name for sounds in bank.by_label.values() for sound in sounds)


@settings(max_examples=100, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(["cat", "cow", "dog"]),
        st.lists(st.sampled_from("ABCDEFGHIJKLMNOP"), min_size=1, max_size=20),
        min_size=1,
    )
)
def test_blocks_have_every_class_lose_nothing_and_tell_what_they_share(by_label):
    bank, group_of = of_groups(by_label)
    found, shared = blocks(bank, group_of)
    assert 1 <= len(found) <= MOST_BLOCKS
    assert all(part.classes == bank.classes for part in found)
    assert sorted({name for part in found for name in names_of(part)}) == names_of(bank)
    groups = [{group_of[name] for name in names_of(part)} for part in found]
    assert (shared == 0) == (sum(map(len, groups)) == len(set().union(*groups)))


def test_as_many_blocks_as_the_middle_class_has_groups_and_rarer_ones_are_in_several():
    by_label = {"cat": ["a", "b", "c"], "dog": ["d", "e", "f"], "cow": ["h", "h"]}
    found, shared = blocks(*of_groups(by_label))
    assert (len(found), shared) == (3, 1)
    assert [names_of(part) for part in found] == [
        [f"cat/{at}.wav", "cow/0.wav", "cow/1.wav", f"dog/{at}.wav"] for at in range(3)
    ]


def test_scenes_follow_from_seed_part_and_number(bank, frontend):
    first, again = (made_scenes([bank], 3, SCENES, frontend, "test", 0) for _ in range(2))
    for scene, other in zip(first, again, strict=True):
        np.testing.assert_array_equal(scene.features, other.features)
        assert scene.events == other.events
        assert scene.duration_s == pytest.approx(SCENES.duration_s)
    assert len({scene.name for scene in first}) == 3
    assert {scene.group for scene in first} == {"block 1"}  # they share sounds
    for part, seed in (("validation", 0), ("test", 1)):
        assert not np.array_equal(
            first[0].features, made_scenes([bank], 1, SCENES, frontend, part, seed)[0].features
        )


def test_scenes_of_a_block_are_one_group_and_have_its_sounds_alone(bank, frontend):
    halves = [bank.only(f"{label}/{n}.wav" for label in bank.classes) for n in (0, 1)]
    found = made_scenes(halves, 4, SCENES, frontend, "test", 0)
    assert [scene.group for scene in found] == ["block 1", "block 2", "block 1", "block 2"]
    for number in range(4):
        scene = draw(halves[number % 2], SCENES, "test", 0, number)
        assert {name.rpartition("/")[2] for name in scene.sources} <= {f"{number % 2}.wav"}
        assert scene.events == found[number].events
