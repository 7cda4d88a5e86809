import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from earmark.datasets.strong import Event
from earmark.errors import ConfigError
from earmark.evaluation.events import score_events
from earmark.evaluation.events.decoding import (
    Boxes,
    Settings,
    Threshold,
    choose,
    decode,
    decoded_track,
)
from earmark.evaluation.events.decoding.boxes import boxes
from earmark.evaluation.events.decoding.frames import drop_short, merge_gaps, stretches
from earmark.evaluation.events.decoding.hysteresis import hysteresis
from earmark.evaluation.events.decoding.median import median_filter

HOP_S = 0.02
each_way = pytest.mark.parametrize(
    "way",
    [
        Threshold(),
        Threshold(0.6, 0.3, median_s=0.1, gap_s=0.1, least_s=0.1),
        Boxes(),
        Boxes(0.3, step_s=0.32, least=0.15, ratio=1.5, least_s=0.1),
    ],
)


def boxcar(first, last, frames=200, height=0.8, floor=0.0):
    scores = np.full(frames, floor)
    scores[first:last] = height
    return scores


@each_way
@settings(max_examples=40, deadline=None)
@given(first=st.integers(0, 150), length=st.integers(8, 50), height=st.integers(7, 10))
def test_a_box_of_scores_is_that_event(way, first, length, height):
    scores = boxcar(first, first + length, height=height / 10)
    found = decode(scores[:, None], Settings({"dog": way}), HOP_S)
    onset, offset = round(first * HOP_S, 6), round((first + length) * HOP_S, 6)
    assert found == (Event("dog", onset, offset, height / 10),)


@each_way
def test_silence_is_no_event(way):
    assert decode(np.zeros((50, 1)), Settings({"dog": way}), HOP_S) == ()
    assert decode(np.zeros((0, 1)), Settings({"dog": way}), HOP_S) == ()


@each_way
def test_a_recording_that_is_loud_throughout_is_one_event(way):
    (event,) = decode(np.full((50, 1), 0.9), Settings({"dog": way}), HOP_S)
    assert (event.onset_s, event.offset_s) == (0, 1)


def test_several_classes_are_in_order():
    scores = np.stack([boxcar(50, 90), boxcar(20, 60)], axis=1)
    found = decode(scores, Settings({"dog": Threshold(), "cat": Boxes()}), HOP_S, start_s=10)
    assert [(e.label, e.onset_s, e.offset_s) for e in found] == [
        ("cat", 10.4, 11.2),
        ("dog", 11.0, 11.8),
    ]


def test_median_evens_away_single_frames_and_is_silent_beyond_the_ends():
    assert median_filter(np.array([1.0, 0, 0, 1, 1, 0, 1, 1.0]), 3).tolist() == [
        0, 0, 0, 1, 1, 1, 1, 1
    ]  # fmt: skip
    two = np.stack([boxcar(3, 9), boxcar(5, 6)], axis=1)
    assert (median_filter(two, 5)[:, 0] == two[:, 0]).all()
    assert not median_filter(two, 4)[:, 1].any()
    assert median_filter(two, 1) is two


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(0, 1), max_size=40), st.sampled_from([3, 5, 7]))
def test_the_median_of_marks_is_their_majority(marks, width):
    column = np.array(marks, dtype=float)
    padded = np.pad(column, width // 2)
    counts = [padded[at : at + width].sum() for at in range(len(column))]
    assert median_filter(column, width).tolist() == [float(c > width / 2) for c in counts]


def test_hysteresis_by_hand():
    scores = np.array([0.4, 0.4, 0.9, 0.4, 0.1, 0.4, 0.4, 0.1, 0.9])
    assert hysteresis(scores, 0.8, 0.3).tolist() == [[0, 4], [8, 9]]
    assert hysteresis(scores, 0.3, 0.3).tolist() == [[0, 4], [5, 7], [8, 9]]
    assert hysteresis(np.zeros(3), 0.8, 0.3).tolist() == []


def test_gaps_and_short_stretches_by_hand():
    found = np.array([[0, 2], [4, 5], [9, 20]])
    assert merge_gaps(found, 2).tolist() == [[0, 5], [9, 20]]
    assert merge_gaps(found, 4).tolist() == [[0, 20]]
    assert drop_short(found, 2).tolist() == [[0, 2], [9, 20]]


@settings(max_examples=50, deadline=None)
@given(st.lists(st.booleans(), max_size=30))
def test_stretches_and_marks_are_the_same(marks):
    again = np.zeros(len(marks), dtype=bool)
    for first, last in stretches(np.array(marks, dtype=bool)):
        again[first:last] = True
    assert again.tolist() == marks


def test_boxes_begin_and_end_where_scores_change_whatever_their_height():
    """A threshold of .5 would see the loud one only, one of .2 would join the two."""
    scores = boxcar(20, 60, height=0.9) + boxcar(100, 140, height=0.3) + 0.05
    found, sure = boxes(scores, 12, 0.2, 2.0)
    kept = sure > 0.2
    assert found[kept].tolist() == [[20, 60], [100, 140]]
    assert sure[kept] == pytest.approx([0.95, 0.35])


def test_boxes_are_joined_over_shallow_gaps_only():
    shallow, deep = boxcar(20, 100), boxcar(20, 100)
    shallow[55:65] = 0.7
    deep[55:65] = 0.1
    assert boxes(shallow, 8, 0.2, 2.0)[0].tolist() == [[20, 100]]
    assert boxes(deep, 8, 0.2, 2.0)[0].tolist() == [[20, 55], [65, 100]]


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from([1, 4, 8, 16]))
def test_boxes_are_in_order_inside_and_apart(seed, half):
    rng = np.random.default_rng(seed)
    scores = np.round(rng.random(rng.integers(0, 80)), 1)
    found, sure = boxes(scores, half, 0.2, 2.0)
    assert (found[:, 0] < found[:, 1]).all()
    assert (found[1:, 0] >= found[:-1, 1]).all()
    assert found.size == 0 or (found.min() >= 0 and found.max() <= len(scores))
    assert ((sure > 0) & (sure <= 1)).all()


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from([0.1, 0.35, 0.6]))
def test_one_track_stands_for_decoding_at_any_threshold(seed, threshold):
    scores = np.round(np.random.default_rng(seed).random((60, 1)), 2)
    way = Threshold(threshold, threshold, median_s=0.1)
    track = decoded_track(scores, Settings({"dog": way}), HOP_S)
    events = decode(scores, Settings({"dog": way}), HOP_S)
    found = np.round(HOP_S * stretches(track.scores[:, 0] >= threshold), 6)
    assert found.tolist() == [[event.onset_s, event.offset_s] for event in events]


def test_the_track_of_boxes_is_their_confidence():
    scores = boxcar(20, 60, height=0.9)[:, None] + boxcar(100, 140, height=0.3)[:, None]
    track = decoded_track(scores, Settings({"dog": Boxes(0.5)}), HOP_S)
    assert stretches(track.scores[:, 0] >= 0.9).tolist() == [[20, 60]]
    assert stretches(track.scores[:, 0] >= 0.3).tolist() == [[20, 60], [100, 140]]
    assert (track.scores[60:100] == -np.inf).all()


def test_settings_survive_json():
    some = Settings({"dog": Threshold(0.6, 0.3, 0.1), "cat": Boxes(0.4)})
    assert Settings.from_dict(json.loads(json.dumps(some.to_dict()))) == some


@pytest.mark.parametrize(
    ("act", "message"),
    [
        (lambda: Threshold(0.3, 0.5), r"low must be at most high \(0.3\), got 0.5"),
        (lambda: Threshold(1.5), r"high must be in \[0, 1\], got 1.5"),
        (lambda: Boxes(step_s=-1), "step_s must be 0 or more, got -1"),
        (lambda: Settings.from_dict({"a": {"kind": "x"}}), "a kind, threshold or boxes; got 'x'"),
        (lambda: Settings.from_dict({"a": {"kind": "boxes", "b": 1}}), "settings of 'a': .*'b'"),
        (lambda: decode([[0.1]], Settings({}), 0.1), "a column for each of 0 classes, got 1"),
        (lambda: decode([[3.0]], Settings({"a": Boxes()}), 0.1), "give probabilities, not logits"),
        (lambda: decode([0.1], Settings({"a": Boxes()}), 0.1), r"shape \(frames, classes\), got"),
        (lambda: decode([[0.1]], Settings({"a": Boxes()}), 0), "hop_s must be above 0 seconds"),
        (lambda: choose({}, {}, 0.1, ["a"]), "of the same recordings, at least 1; got 0 and 0"),
        (lambda: choose({}, {}, 0.1, ["a"], metric="f"), "metric must be one of event, segment"),
        (lambda: choose({}, {}, 0.1, ["a"], ways=("x",)), "ways must be of threshold and boxes"),
    ],
)
def test_bad_input_is_refused(act, message):
    with pytest.raises(ConfigError, match=message):
        act()


def scene(seed, frames=500):
    """Truth, and scores of .75 and of .35 where the events are, with noise."""
    rng = np.random.default_rng(seed)
    truth, scores = [], rng.uniform(0, 0.15, (frames, 3))
    for label, height in (("loud", 0.75), ("soft", 0.35)):
        first = int(rng.integers(20, 300))
        last = first + int(rng.integers(30, 150))
        truth.append(Event(label, first * HOP_S, last * HOP_S))
        scores[first:last, ("loud", "soft").index(label)] += height - 0.1
    return truth, scores


@pytest.mark.parametrize("metric", ["event", "segment", "intersection"])
def test_each_class_gets_the_settings_that_suit_it(metric):
    scenes = {f"{seed}.wav": scene(seed) for seed in range(12)}
    truth = {name: events for name, (events, _) in scenes.items()}
    scores = {name: values for name, (_, values) in scenes.items()}
    found = choose(
        scores, truth, HOP_S, ["loud", "soft", "never"], metric=metric, ways=("threshold",)
    )
    assert found.by_class["never"] == Threshold()
    assert 0.2 <= found.by_class["soft"].low <= found.by_class["soft"].high <= 0.3
    unseen = {name: events for name, (events, _) in {"x": scene(99)}.items()}
    events = decode(scene(99)[1], found, HOP_S)
    assert [(e.label, e.onset_s, e.offset_s) for e in events] == [
        (e.label, pytest.approx(e.onset_s), pytest.approx(e.offset_s))
        for e in sorted(unseen["x"], key=lambda event: event.onset_s)
    ]


def test_boxes_are_chosen_where_no_threshold_suits():
    """Loud events that swell, and soft ones: what is low enough for these is too low for those."""
    truth, scores = {}, {}
    for number in range(6):
        column = np.full(600, 0.02)
        column[100:250] = 0.95
        column[80:120] = np.linspace(0.02, 0.95, 40)
        column[230:270] = np.linspace(0.95, 0.02, 40)
        column[400:450] = 0.22
        truth[f"{number}"] = [Event("dog", 2.0, 5.0), Event("dog", 8.0, 9.0)]
        scores[f"{number}"] = column[:, None]
    found = choose(scores, truth, HOP_S, ["dog"])
    answers = {name: decode(each, found, HOP_S) for name, each in scores.items()}
    plain = choose(scores, truth, HOP_S, ["dog"], ways=("threshold",))
    others = {name: decode(each, plain, HOP_S) for name, each in scores.items()}
    both = [score_events(truth, each, ["dog"]).figures["event_f1"] for each in (answers, others)]
    assert isinstance(found.by_class["dog"], Boxes)
    assert both[0].value == 1 > both[1].value


@each_way
def test_each_of_ten_classes_is_decoded_as_if_it_were_alone(way):
    rng = np.random.default_rng(0)
    noise = rng.random((9000, 10))
    kernel = np.ones(25) / 25
    smooth = np.stack([np.convolve(c, kernel, "same") for c in noise.T], axis=1)
    scores = np.clip((smooth - 0.5) * 4 + 0.4, 0, 1)
    found = decode(scores, Settings({f"{label}": way for label in range(10)}), HOP_S)
    alone = [decode(scores[:, [at]], Settings({f"{at}": way}), HOP_S) for at in range(10)]
    assert all(alone)
    assert set(found) == {event for events in alone for event in events}
    assert len(found) == sum(map(len, alone))
