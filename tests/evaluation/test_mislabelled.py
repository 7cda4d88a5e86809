"""Planted wrong labels are found, and nothing is said against labels that are answered."""

import numpy as np
import pytest

from earmark.errors import ConfigError
from earmark.evaluation.mislabelled import doubted_clips, doubted_sets, doubtful

CLASSES = ("cat", "cow", "dog")


def answers(targets):
    """Probabilities of a good network: 90 % for the true class."""
    rows = np.full((len(targets), len(CLASSES)), 0.05)
    rows[np.arange(len(targets)), targets] = 0.9
    return rows


@pytest.fixture
def planted():
    """True classes, labels of which ten are wrong, and which."""
    rng = np.random.default_rng(0)
    true = np.repeat([0, 1, 2], 50)
    wrong = rng.choice(150, 10, replace=False)
    given = true.copy()
    given[wrong] = (true[wrong] + 1) % 3
    return true, given, set(wrong.tolist()), answers(true)


def test_planted_labels_are_flagged_and_no_others(planted):
    _, given, wrong, rows = planted
    assert set(np.flatnonzero(doubtful(given, rows)).tolist()) == wrong


def test_each_says_what_it_seems_to_be_worst_first(planted):
    true, given, wrong, rows = planted
    names = [f"clip é {n}" for n in range(150)]
    found = doubted_clips(names, given, rows, ["g"] * 150, CLASSES)
    assert {clip.name for clip in found} == {names[at] for at in wrong}
    for clip in found:
        assert clip.suggested == CLASSES[true[names.index(clip.name)]]
        assert clip.quality == clip.to_dict(CLASSES)["probabilities"][clip.label]
    assert [clip.quality for clip in found] == sorted(clip.quality for clip in found)


def test_right_labels_are_left_alone():
    true = np.repeat([0, 1, 2], 20)
    assert not doubtful(true, answers(true)).any()


def test_a_class_without_clips_is_passed_over():
    true = np.repeat([0, 2], 20)
    given = true.copy()
    given[3] = 2
    flags = doubtful(given, answers(true))
    assert np.flatnonzero(flags).tolist() == [3]


def test_one_class_alone_has_nothing_to_say():
    assert not doubtful([1, 1], [[0.9, 0.05, 0.05], [0.1, 0.8, 0.1]]).any()


def test_of_several_labels_the_wrong_one_is_turned_round():
    rng = np.random.default_rng(0)
    marks = rng.random((90, 3)) < 0.5
    scores = np.where(marks, 0.95, 0.05) + rng.uniform(-0.04, 0.04, marks.shape)
    marks[7, 1] = ~marks[7, 1]
    (found,) = doubted_sets([str(n) for n in range(90)], marks, scores, ["g"] * 90, CLASSES)
    right = marks[7] ^ np.array([False, True, False])
    assert found.name == "7"
    assert found.suggested == ";".join(np.array(CLASSES)[right])


def test_shapes_that_do_not_fit_are_refused():
    with pytest.raises(ConfigError, match=r"must have shape \(clips, classes\)"):
        doubtful([0, 1], [0.5, 0.5])
    with pytest.raises(ConfigError):
        doubtful([0, 3], [[0.5, 0.5], [0.5, 0.5]])
