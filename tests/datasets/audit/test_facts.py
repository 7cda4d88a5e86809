"""What is said of a sound's level, clipping and content."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from earmark.datasets.audit.facts import Facts, flat_samples


def facts_of(wave, *, blocks=1, rate_hz=8000):
    facts = Facts(rate_hz)
    for block in np.array_split(np.asarray(wave, np.float32), blocks):
        facts.add(block)
    return facts


def slow_flat(wave, least):
    """Run by run, in plain Python."""
    total, run = 0, []
    for value in [*wave.tolist(), float("nan")]:
        if run and value == run[-1]:
            run.append(value)
            continue
        if len(run) >= 3 and abs(run[0]) >= least:
            total += len(run)
        run = [value]
    return total


@given(arrays(np.float32, st.integers(0, 40), elements=st.sampled_from([-1, -0.5, 0, 0.5, 1])))
def test_flat_samples_are_those_of_runs_of_three(wave):
    assert flat_samples(wave, 1.0) == slow_flat(wave, 1.0)


def test_a_clipped_sine_is_clipped_and_a_sine_is_not():
    sine = np.sin(np.arange(8000) * 0.05)
    assert facts_of(sine).clipped_share < 0.01
    clipped = np.clip(2 * sine, -1, 1)
    assert facts_of(clipped).clipped_share == pytest.approx(2 / 3, abs=0.02)


@given(st.integers(1, 9))
def test_blocks_make_no_difference_to_level_and_content(blocks):
    wave = np.random.default_rng(0).uniform(-0.5, 0.5, 300)
    whole, parts = facts_of(wave), facts_of(wave, blocks=blocks)
    assert parts.content == whole.content
    assert parts.peak == whole.peak
    assert parts.rms_db == pytest.approx(whole.rms_db)


def test_content_knows_the_rate_but_not_the_sign_of_zero():
    assert facts_of([0.0, 0.5]).content == facts_of([-0.0, 0.5]).content
    assert facts_of([0.0, 0.5]).content != facts_of([0.0, 0.5], rate_hz=16_000).content


def test_levels():
    half = facts_of(np.full(100, 0.5))
    assert (half.peak, half.rms_db) == (0.5, pytest.approx(-6.02, abs=0.01))
    assert facts_of(np.zeros(100)).rms_db == -120
