"""A threshold keeps its word on the clips it was found on, and says what they cannot show."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from earmark.errors import ConfigError
from earmark.evaluation.thresholds import find_thresholds

CLASSES = ["cat", "dog"]


@st.composite
def answers(draw):
    clips = draw(st.integers(1, 30))
    # few different values, so that there are ties
    sure = draw(arrays(np.int64, clips, elements=st.integers(0, 10))) / 10
    targets = draw(arrays(np.int64, clips, elements=st.integers(0, 1)))
    return np.stack([sure, 1 - sure], axis=1), targets


@settings(deadline=None, max_examples=50)  # the first call imports scipy
@given(answers(), st.sampled_from(["precision", "recall"]), st.floats(0.05, 1))
def test_what_is_wanted_is_reached_or_said_to_be_out_of_reach(given_answers, wanted, value):
    scores, targets = given_answers
    for number, row in enumerate(find_thresholds(scores, targets, None, CLASSES, wanted, value)):
        own = targets == number

        def measured(threshold, number=number, own=own):
            said = scores[:, number] >= threshold
            right = (said & own).sum()
            return right / max(said.sum(), 1), right / max(own.sum(), 1), right

        possible = [t for t in np.unique(scores[:, number]) if measured(t)[2]]
        good = [t for t in possible if measured(t)[wanted == "recall"] >= value]
        if row.threshold is None:
            assert not good
            continue
        precision, recall, _ = measured(row.threshold)
        assert row.precision.value == pytest.approx(precision)
        assert row.recall.value == pytest.approx(recall)
        assert row.threshold == pytest.approx(min(good) if wanted == "precision" else max(good))
        band = row.precision if wanted == "precision" else row.recall
        assert row.shown == (band.low >= value)


def test_clips_of_one_group_prove_less():
    scores = np.stack([np.linspace(0.5, 1, 40), np.linspace(0.5, 0, 40)], axis=1)
    targets = np.zeros(40, int)
    (alone, _), (grouped, _) = (
        find_thresholds(scores, targets, groups, CLASSES, "precision", 0.9)
        for groups in (None, np.arange(40) // 10)
    )
    assert alone.precision.value == grouped.precision.value == 1
    assert grouped.precision.low < alone.precision.low


def test_a_class_without_clips_has_no_threshold():
    cat, dog = find_thresholds([[0.9, 0.1]] * 3, [0, 0, 0], None, CLASSES, "recall", 0.5)
    assert (dog.threshold, dog.precision, dog.shown, dog.clips) == (None, None, False, 0)
    assert cat.to_dict()["threshold"] == 0.9


def test_several_labels_are_marks():
    marks = np.array([[1, 1], [1, 0], [0, 1]])
    rows = find_thresholds(
        [[0.9, 0.8], [0.7, 0.3], [0.2, 0.6]], marks, None, CLASSES, "precision", 1.0
    )
    assert [row.threshold for row in rows] == [0.7, 0.6]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"wanted": "f1"}, "wanted must be precision or recall, got 'f1'"),
        ({"value": 0}, "precision must be above 0 and at most 1, got 0"),
        ({"value": 95}, "got 95"),
        ({"probabilities": [[0.5, np.nan]]}, "probabilities must be finite"),
        ({"targets": [0, 1]}, r"targets must have shape \(1,\) or \(1, 2\), got \(2,\)"),
    ],
)
def test_what_does_not_fit_is_refused(changes, words):
    usual = {"probabilities": [[0.5, 0.5]], "targets": [0], "wanted": "precision", "value": 0.9}
    with pytest.raises(ConfigError, match=words):
        find_thresholds(**usual | changes, groups=None, classes=CLASSES)
