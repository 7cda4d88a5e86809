"""Candidates: those whose landmarks agree on a shift, found without looking at every pair."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from earmark.datasets.audit.candidates import _meetings, find_candidates
from earmark.datasets.audit.heard import Prints

LONG = np.zeros(16_000, np.int8)  # 2 s: not short


def prints(keys, times, wave=LONG):
    return Prints(np.array(keys, np.uint32), np.array(times, np.float32), wave)


@given(
    st.lists(st.tuples(st.integers(0, 5), st.integers(0, 3)), max_size=14).map(
        lambda rows: sorted(rows, key=lambda row: row[1])
    )
)
def test_every_two_landmarks_of_a_rare_key_meet_once(rows):
    keys = np.array([key for key, _ in rows], np.uint32)
    owners = np.array([owner for _, owner in rows], np.int32)
    first, second = _meetings(keys, owners)
    met = sorted(zip(first.tolist(), second.tolist(), strict=True))
    assert met == [
        (i, j)
        for i in range(len(rows))
        for j in range(i + 1, len(rows))
        if keys[i] == keys[j] and owners[i] != owners[j]
    ]


@settings(max_examples=30)
@given(st.integers(0, 10_000), st.floats(-50, 50))
def test_a_shift_is_found_with_its_sign(seed, shift_s):
    rng = np.random.default_rng(seed)
    keys, times = rng.integers(2**32, size=40), rng.uniform(0, 60, 40)
    pairs, shifts = find_candidates([prints(keys, times), prints(keys, times + shift_s)])
    assert {tuple(pair) for pair in pairs.tolist()} == {(0, 1)}  # twice, at a border of two cells
    assert np.abs(shifts - shift_s).max() < 1e-3


def test_shifts_that_do_not_agree_are_no_candidates():
    keys = np.arange(30)
    rng = np.random.default_rng(0)
    one, other = prints(keys, rng.uniform(0, 60, 30)), prints(keys, rng.uniform(0, 60, 30))
    assert len(find_candidates([one, other])[0]) == 0


def test_a_hundred_copies_hang_together_without_meeting_all_pairs():
    rng = np.random.default_rng(0)
    keys, times = rng.integers(2**32, size=40), rng.uniform(0, 5, 40)
    pairs, _ = find_candidates([prints(keys, times) for _ in range(100)])
    assert {(i, i + 1) for i in range(99)} <= {tuple(pair) for pair in pairs.tolist()}
    assert len(pairs) <= 400


def test_a_key_that_comes_again_and_again_in_one_clip_costs_nothing():
    loop = prints(np.zeros(2000, np.uint32), np.arange(2000) * 0.01)
    first, _ = _meetings(np.concatenate([loop.keys] * 2), np.repeat([0, 1], 2000).astype(np.int32))
    assert len(first) == 1


def test_no_landmarks_no_candidates():
    assert len(find_candidates([])[0]) == 0
    assert len(find_candidates([Prints(), Prints()])[0]) == 0
