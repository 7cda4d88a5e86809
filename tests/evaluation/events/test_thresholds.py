"""Scores over all thresholds: runs, PSDS and curves, against a plain count at each threshold."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from earmark.datasets.strong import Event
from earmark.errors import ConfigError
from earmark.evaluation.events import PSDS1, PSDS2, collar_curves, psds, segment_curves
from earmark.evaluation.events.changes import intersection_changes
from earmark.evaluation.events.collar import collar_counts
from earmark.evaluation.events.counts import micro_f1
from earmark.evaluation.events.decoding.frames import stretches
from earmark.evaluation.events.intersection import Tolerance, intersection_counts
from earmark.evaluation.events.packed import pack
from earmark.evaluation.events.psds import PsdsSetting
from earmark.evaluation.events.tracks import Track, event_track, frame_track, join_tracks, runs_of

levels = st.sampled_from([-np.inf, 0.0, 0.25, 0.5, 0.75, 1.0])
columns = arrays(np.float64, st.integers(1, 40), elements=levels)


@settings(max_examples=150, deadline=None)
@given(column=columns)
def test_runs_are_those_of_every_threshold(column):
    scores = np.concatenate([[-np.inf], column, [-np.inf]])
    runs = runs_of(scores, len(column))
    for threshold in (0.0, 0.25, 0.5, 0.75, 1.0):
        there = (runs.appears >= threshold) & (runs.vanishes < threshold)
        found = np.stack([runs.first[there], runs.last[there] + 1], axis=1)
        assert sorted(found.tolist()) == stretches(scores >= threshold).tolist()


def counts_at(changes, label):
    """Thresholds of one class, and the counts at each: found and false."""
    each = changes.by_class[label]
    closing = np.ones(len(each.score), dtype=bool)  # only the last of equal scores is one
    closing[:-1] = each.score[1:] != each.score[:-1]
    return each.score[closing], np.cumsum(each.found)[closing], np.cumsum(each.false)[closing]


@settings(max_examples=80, deadline=None)
@given(column=columns, dtc=st.sampled_from([0.1, 0.5, 0.7]), gtc=st.sampled_from([0.1, 0.7]))
def test_changes_sum_up_to_the_counts_of_each_threshold(column, dtc, gtc):
    truth = {"a": [Event("x", 0.5, 2.0), Event("x", 3.0, 3.4), Event("y", 2.0, 5.0)]}
    tracks = {"a": frame_track(np.stack([column, column[::-1]], axis=1), 0.2)}
    changes = intersection_changes(truth, tracks, ["x", "y"], Tolerance(dtc, gtc))
    for label, name in enumerate(["x", "y"]):
        score, found, false = counts_at(changes, label)
        for at in (0.0, 0.25, 0.5, 0.75, 1.0):
            on = stretches(tracks["a"].scores[:, label] >= at)
            answers = {"a": [Event(name, 0.2 * first, 0.2 * last) for first, last in on]}
            mine = {"a": [event for event in truth["a"] if event.label == name]}
            plain = intersection_counts(pack(mine, answers, [name]), Tolerance(dtc, gtc)).total
            seen = np.flatnonzero(score >= at)
            ours = (found[seen[-1]], false[seen[-1]]) if len(seen) else (0, 0)
            assert ours == (plain[0, 0], plain[2, 0] - plain[0, 0])


def steady(*scores):
    """A recording of seconds with these scores of one class."""
    return {"a": frame_track(np.array(scores)[:, None], 1.0)}


def test_psds_by_hand():
    truth = {"a": [Event("x", 0, 1), Event("x", 2, 3)]}
    # at .9 the first; at .8 a false answer: one in 360 s is 10 an hour; at .7 the second
    tracks = steady(0.9, 0, 0.7, 0, 0.8)
    found = psds(truth, tracks, {"a": 360.0}, ["x"])
    assert found.value == pytest.approx((0.5 * 10 + 1.0 * 90) / 100)
    assert found.rate.tolist() == [0, 10]
    assert found.found.tolist() == [0.5, 1]
    assert found.by_class == {"x": pytest.approx(0.95)}


def test_psds_is_lowered_by_unequal_classes():
    truth = {"a": [Event("x", 0, 1), Event("y", 0, 1)]}
    tracks = {"a": frame_track([[0.9, 0.0], [0.0, 0.0]], 1.0)}
    even = PsdsSetting(PSDS1.tolerance, None, 0.0, 0.0)
    # y reaches 0 only with both seconds, which does not count: half the classes are found
    assert psds(truth, tracks, {"a": 2.0}, ["x", "y"], even).value == pytest.approx(0.5)
    assert psds(truth, tracks, {"a": 2.0}, ["x", "y"]).value == pytest.approx(0)


def test_cross_triggers_are_held_against_a_detector():
    truth = {"a": [Event("x", 0, 1), Event("y", 2, 3)]}
    right = np.array([[0.5, 0], [0, 0], [0.9, 0.9], [0, 0]])
    without = PsdsSetting(PSDS2.tolerance, None, 0.0, 1.0)
    tracks = {"a": frame_track(np.where(right > 0, right, -np.inf), 1.0)}
    loose = psds(truth, tracks, {"a": 3600.0}, ["x", "y"], without)
    strict = psds(truth, tracks, {"a": 3600.0}, ["x", "y"], PSDS2)
    # x at .9 lies on y: 1 false an hour, and as a cross trigger .5 x 1 in 1 s of y
    assert loose.rate.tolist() == [0, 1]
    assert strict.by_class["x"] == 0
    assert strict.by_class["y"] == 1


def test_perfect_scores_are_perfect():
    truth = {"a": [Event("x", 1, 2), Event("y", 2, 4)], "b": []}
    events = {"a": [Event("x", 1, 2, 0.9), Event("y", 2, 4, 0.2)]}
    tracks = {file: event_track(found, ["x", "y"]) for file, found in events.items()}
    lengths = {"a": 10.0, "b": 10.0}
    for setting in (PSDS1, PSDS2):
        assert psds(truth, tracks, lengths, ["x", "y"], setting).value == 1
    for curves in (
        collar_curves(truth, tracks, ["x", "y"]),
        segment_curves(truth, tracks, lengths, ["x", "y"]),
    ):
        assert {name: curve.best().f1 for name, curve in curves.items()} == {"x": 1.0, "y": 1.0}


def test_scored_events_that_overlap_are_as_sure_as_the_surest():
    track = event_track([Event("x", 0, 2, 0.4), Event("x", 1, 3, 0.6)], ["x"])
    assert track.edges_s.tolist() == [0, 1, 3]
    assert track.scores.tolist() == [[0.4], [0.6]]
    assert event_track([Event("x", 1, 1, 0.4)], ["x"]).scores.shape == (0, 1)


def test_a_curve_by_hand():
    truth = {"a": [Event("x", 0, 1), Event("x", 2, 3)]}
    curve = collar_curves(truth, steady(0.9, 0, 0.7, 0, 0.8), ["x"])["x"]
    assert curve.threshold.tolist() == [0.9, 0.8, 0.7, 0.0]
    assert curve.tp.tolist() == [1, 1, 2, 0]
    assert curve.answered.tolist() == [1, 2, 3, 1]
    best = curve.best()
    assert (best.f1, best.precision, best.recall) == pytest.approx((0.8, 2 / 3, 1.0))
    assert best.threshold == pytest.approx(0.35)


def test_a_class_without_events_has_no_best():
    curves = collar_curves({"a": []}, steady(0.9, 0.1), ["x"])
    assert curves["x"].best() is None
    with pytest.raises(ConfigError, match="PSDS needs at least 1 event in the truth"):
        psds({"a": []}, steady(0.9), {"a": 1.0}, ["x"])


def test_a_class_that_the_truth_lacks_is_left_out_of_the_mean():
    truth = {"a": [Event("x", 0, 1)]}
    tracks = {"a": frame_track([[0.9, 0.1], [0.1, 0.1]], 1.0)}
    found = psds(truth, tracks, {"a": 2.0}, ["x", "y"])
    assert (found.value, found.by_class) == (1.0, {"x": 1.0, "y": None})


def test_many_answers_that_fit_several_events_are_matched():
    """Short events a collar apart: what one answer takes another cannot have."""
    truth = {"a": [Event("x", 1.0, 1.1), Event("x", 1.1, 1.2)]}
    tracks = {"a": Track(np.array([0, 1.0, 1.2, 2.0]), np.array([[0], [0.9], [0.0]]))}
    curve = collar_curves(truth, tracks, ["x"])["x"]
    assert curve.tp.tolist() == [1, 0]
    packed = pack(truth, {"a": [Event("x", 1.0, 1.2)]})
    assert micro_f1(collar_counts(packed).total) == pytest.approx(2 / 3)


@pytest.mark.parametrize(
    ("act", "message"),
    [
        (lambda: frame_track([0.1, 0.2], 1.0), r"scores must have shape \(frames, classes\)"),
        (lambda: frame_track([[np.nan]], 1.0), "scores must be numbers, got NaN or infinity"),
        (lambda: frame_track([[0.1]], 0.0), "hop_s must be above 0 seconds, got 0.0"),
        (lambda: Track(np.array([0.0, 0.0]), np.zeros((1, 1))), "edges_s must rise"),
        (lambda: event_track([Event("x", 0, 1)], ["x"]), "events must have scores, 'x' at 0 s"),
        (lambda: event_track([Event("x", 0, 1, 1)], ["y"]), "unknown label 'x'"),
        (lambda: join_tracks(steady(1), ["b"], 1), "of recordings with truth; 'a' has none"),
        (lambda: join_tracks(steady(1), ["a"], 2), "'a' has scores of 1 classes; wanted 2"),
        (lambda: psds({"a": [Event("x", 0, 1)]}, {}, {}, ["x"]), "length of each recording; that"),
        (lambda: PsdsSetting(PSDS1.tolerance, 0.3, 0.0, 1.0), "cttc and an alpha_ct above 0 go"),
    ],
)
def test_bad_input_is_refused(act, message):
    with pytest.raises(ConfigError, match=message):
        act()
