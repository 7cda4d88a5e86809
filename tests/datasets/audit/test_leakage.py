"""The share that a random split leaks, exact and as drawn; joined groups."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from earmark.datasets.audit.leakage import expected_share
from earmark.datasets.audit.unite import united

KEYS = st.lists(st.sampled_from("abcdef"), min_size=2, max_size=30)


def test_nobody_alone_leaks_and_one_group_always_does():
    assert expected_share(list("abcdefghij")) == 0
    assert expected_share(["a"] * 10) == 1


def test_a_pair_leaks_unless_both_are_drawn():
    # of ten clips two are drawn: the twin is the other one with the chance 1 of 9
    keys = ["a", "a", *"bcdefghi"]
    assert expected_share(keys, 0.2) == pytest.approx(2 / 10 * 8 / 9)


@given(KEYS, st.floats(0.05, 0.9))
def test_the_exact_share_is_what_draws_give(keys, test):
    rng = np.random.default_rng(0)
    keys_of = np.array(keys)
    drawn = max(1, round(test * len(keys)))
    shares = []
    for _ in range(400):
        chosen = rng.permutation(len(keys))
        tested, learned = keys_of[chosen[:drawn]], set(keys_of[chosen[drawn:]])
        shares.append(np.mean([key in learned for key in tested]))
    assert expected_share(keys, test) == pytest.approx(
        np.mean(shares), abs=5 * np.std(shares) / 20 + 1e-9
    )


@given(KEYS, st.lists(st.lists(st.integers(0, 29), min_size=1, max_size=5), max_size=8))
def test_united_groups_hold_each_set_and_part_no_group(keys, sets):
    inside = [[index % len(keys) for index in one] for one in sets]
    after = united(keys, inside)
    for one in inside:
        assert len({after[index] for index in one}) == 1
    assert len(set(zip(keys, after, strict=True))) == len(set(keys))
    assert set(after) <= set(keys)
    assert united(after, inside) == after
