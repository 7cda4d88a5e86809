"""Counts and figures by hand, and what must hold for any events."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from earmark.datasets.strong import Event
from earmark.errors import ConfigError
from earmark.evaluation.events import counts as figures
from earmark.evaluation.events.collar import collar_counts
from earmark.evaluation.events.intersection import Tolerance, intersection_counts
from earmark.evaluation.events.matching import match
from earmark.evaluation.events.packed import pack
from earmark.evaluation.events.segments import segment_counts

times = st.integers(0, 200).map(lambda value: value / 10)
events = st.builds(
    lambda label, a, b: Event(label, min(a, b), max(a, b)), st.sampled_from("xyz"), times, times
)
recordings = st.dictionaries(st.sampled_from("abcd"), st.lists(events, max_size=5), min_size=1)
each_way = pytest.mark.parametrize("count", [collar_counts, segment_counts, intersection_counts])


def dog(*pairs):
    return [Event("dog", onset, offset) for onset, offset in pairs]


def test_collars_by_hand():
    truth = {"a": [*dog((0, 1), (5, 10)), Event("cat", 3, 4)]}
    answers = {"a": [*dog((0.2, 1.2), (5.1, 11), (3, 4)), Event("dog", 20, 21)]}
    counts = collar_counts(pack(truth, answers))
    # classes cat, dog: the cat was taken for a dog; the dog at 20 s was none
    assert counts.total.tolist() == [[0, 2], [1, 2], [0, 4]]
    assert counts.errors.tolist() == [[3, 1, 0, 1]]
    assert figures.micro_f1(counts.total) == pytest.approx(2 * 2 / 7)
    assert figures.macro_f1(counts.total) == pytest.approx((0 + 4 / 6) / 2)
    rates = figures.rates(counts.errors.sum(axis=0))
    assert (rates.error_rate, rates.substitutions, rates.insertions) == pytest.approx(
        (2 / 3, 1 / 3, 1 / 3)
    )


def test_a_fifth_of_the_length_is_the_collar_of_long_events():
    truth = {"a": dog((0, 10))}
    for offset, right in ((12, 1), (8, 1), (12.1, 0), (7.9, 0)):
        counts = collar_counts(pack(truth, {"a": dog((0.2, offset))}))
        assert counts.total[0, 0] == right
    assert collar_counts(pack(truth, {"a": dog((0, 99))}), offsets=False).total[0, 0] == 1


def test_segments_by_hand():
    truth = {"a": [*dog((0.5, 2.5)), Event("cat", 3, 4)], "b": []}
    answers = {"a": [*dog((1, 2)), Event("cow", 3.2, 3.4)], "b": dog((0, 0.1))}
    counts = segment_counts(pack(truth, answers))
    # seconds of a: dog missed, right, missed, cat for cow; of b: one dog too many
    assert counts.errors.tolist() == [[4, 1, 2, 0], [0, 0, 0, 1]]
    assert figures.micro_f1(counts.total) == pytest.approx(2 * 1 / (4 + 3))


def test_segments_past_the_end_do_not_count():
    packed = pack({"a": dog((0, 1))}, {"a": dog((0, 5))})
    assert segment_counts(packed, {"a": 2.0}).total[2, 0] == 2
    assert segment_counts(packed).total[2, 0] == 5


def test_intersections_by_hand():
    truth = {"a": dog((0, 10))}
    half = {"a": dog((0, 4), (6, 7))}  # 5 of 10 s, in two answers
    assert intersection_counts(pack(truth, half)).total.tolist() == [[1], [1], [1]]
    most = Tolerance(0.7, 0.7)
    assert intersection_counts(pack(truth, half), most).total.tolist() == [[0], [1], [0]]
    outside = {"a": dog((6, 14), (20, 21))}  # the first is inside by half
    counts = intersection_counts(pack(truth, outside))
    assert counts.total.tolist() == [[0], [1], [1]]


def test_overlapping_answers_are_one_for_intersections():
    packed = pack({"a": dog((0, 4), (2, 6))}, {"a": dog((0, 4), (2, 6))})
    assert intersection_counts(packed).total.tolist() == [[1], [1], [1]]


def test_what_has_no_length_is_missed_by_intersection():
    packed = pack({"a": dog((1, 1))}, {"a": dog((1, 1))})
    assert intersection_counts(packed).total.tolist() == [[0], [1], [0]]


@each_way
def test_the_truth_as_answers_is_perfect(count):
    truth = {"a": [*dog((0, 1), (2, 3.3)), Event("cat", 0.5, 1)], "b": []}
    counts = count(pack(truth, truth))
    assert figures.micro_f1(counts.total) == 1
    assert figures.error_rate(counts.errors.sum(axis=0)) == 0


@each_way
def test_no_answers_find_nothing_and_no_truth_has_no_figure(count):
    counts = count(pack({"a": dog((0, 1))}, {}))
    assert figures.micro_f1(counts.total) == 0
    assert figures.error_rate(counts.errors.sum(axis=0)) == 1
    assert np.isnan(figures.micro_f1(count(pack({"a": []}, {"a": dog((0, 1))})).total))
    assert np.isnan(figures.macro_f1(count(pack({"a": []}, {}, ["dog"])).total))


@each_way
@settings(max_examples=60, deadline=None)
@given(truth=recordings, answers=recordings)
def test_figures_are_shares_and_add_up(count, truth, answers):
    answers = {file: found for file, found in answers.items() if file in truth}
    counts = count(pack(truth, answers, "xyz"))
    tp, true, answered = counts.total
    assert (counts.found >= 0).all()
    assert (tp <= np.minimum(true, answered)).all()
    f1 = figures.micro_f1(counts.total)
    assert np.isnan(f1) == (true.sum() == 0)
    assert np.isnan(f1) or 0 <= f1 <= 1
    n_true, swapped, missed, false = counts.errors.sum(axis=0)
    assert (counts.errors >= 0).all()
    assert n_true == true.sum() == tp.sum() + swapped + missed
    assert answered.sum() == tp.sum() + swapped + false


@each_way
@settings(max_examples=30, deadline=None)
@given(truth=recordings, answers=recordings)
def test_the_order_of_files_does_not_matter(count, truth, answers):
    answers = {file: found for file, found in answers.items() if file in truth}
    turned = dict(reversed(truth.items()))
    one, other = (count(pack(each, answers, "xyz")) for each in (truth, turned))
    assert (one.found == other.found[::-1]).all()
    assert (one.errors == other.errors[::-1]).all()


@settings(max_examples=100, deadline=None)
@given(
    edges=st.sets(st.tuples(st.integers(0, 6), st.integers(0, 6)), max_size=20),
)
def test_matching_is_as_large_as_any(edges):
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import maximum_bipartite_matching

    pairs = np.array(sorted(edges), dtype=np.int64).reshape(-1, 2)
    answers, truths = match(pairs[:, 0], pairs[:, 1])
    assert len(set(answers.tolist())) == len(set(truths.tolist())) == len(answers)
    assert set(zip(answers.tolist(), truths.tolist(), strict=True)) <= edges
    if edges:
        graph = coo_array((np.ones(len(pairs)), pairs.T), shape=(7, 7)).tocsr()
        assert len(answers) == (maximum_bipartite_matching(graph) >= 0).sum()


def test_a_long_chain_is_matched_without_recursion():
    """Each answer fits its event and the next; the last event can have none but by moving all."""
    size = 3000
    answers = np.repeat(np.arange(size), 2)[:-1]
    truths = np.stack([np.arange(size) + 1, np.arange(size)], axis=1).ravel()[:-1]
    truths[truths == size] = 0
    assert len(match(answers, truths)[0]) >= size - 1


@pytest.mark.parametrize(
    ("act", "message"),
    [
        (lambda: pack({}, {"a": []}), "answers must be of recordings whose truth is known; 'a'"),
        (lambda: pack({"a": dog((0, 1))}, {}, ["dug"]), "unknown label 'dog'; did you mean dug"),
        (lambda: collar_counts(pack({}, {}), collar_s=-1), "must be 0 or more, got -1 and 0.2"),
        (lambda: segment_counts(pack({}, {}), segment_s=0), "segment_s must be above 0"),
        (lambda: Tolerance(0, 1), r"dtc must lie in \(0, 1\], got 0"),
    ],
)
def test_bad_input_is_refused(act, message):
    with pytest.raises(ConfigError, match=message):
        act()
