"""Where a clip sounds is told to a frame, at its edges too, and never outside the clip."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from earmark.datasets.soundscape import sounding_parts
from earmark.datasets.soundscape.sounding import a_weighted
from tests.datasets.soundscape.conftest import RATE_HZ, silence, tone

FRAME_S = 0.02  # a frame of 30 ms stands for 10 ms: it sees 10 ms further, and starts on a grid


@pytest.mark.parametrize("rate_hz", [8000, 11_025, 22_050, 44_100])
@pytest.mark.parametrize("before_s", [0.0, 0.004, 0.317, 2.0])
@pytest.mark.parametrize("after_s", [0.0, 0.003, 1.1])
def test_a_tone_in_silence_is_found_to_a_frame(rate_hz, before_s, after_s):
    sound = tone(0.5, rate_hz=rate_hz)
    clip = np.concatenate([silence(before_s, rate_hz), sound, silence(after_s, rate_hz)])
    ((first, last),) = sounding_parts(clip, rate_hz)
    begin = len(silence(before_s, rate_hz))
    assert begin - FRAME_S * rate_hz <= first <= begin + 1
    assert begin + len(sound) - 1 <= last <= begin + len(sound) + FRAME_S * rate_hz
    assert last <= len(clip)


@given(at=st.integers(0, 3999), rate_hz=st.sampled_from([8000, 11_025, 22_050, 44_100]))
def test_a_click_is_inside_its_part_wherever_it_is(at, rate_hz):
    clip = np.zeros(4000, np.float32)
    clip[at] = 0.9
    ((first, last),) = sounding_parts(clip, rate_hz)
    assert 0 <= first <= at < last <= len(clip)


@given(
    lengths_s=st.lists(st.floats(0.05, 0.9), min_size=1, max_size=6),
    gain=st.floats(0.002, 1.0),
    seed=st.integers(0, 1000),
)
def test_parts_are_in_order_apart_and_within_the_clip(lengths_s, gain, seed):
    rng = np.random.default_rng(seed)
    pieces = [
        (tone(length) if number % 2 else silence(length)) for number, length in enumerate(lengths_s)
    ]
    clip = np.float32(gain) * np.concatenate([*pieces, tone(0.1)])
    clip += np.float32(1e-5) * rng.standard_normal(len(clip)).astype(np.float32)
    parts = sounding_parts(clip, RATE_HZ)
    edges = [edge for part in parts for edge in part]
    assert edges == sorted(set(edges))
    assert edges[0] >= 0
    assert edges[-1] <= len(clip)
    gaps = [after[0] - before[1] for before, after in pairwise(parts)]
    assert all(gap > 0.4 * RATE_HZ for gap in gaps)


def test_a_pause_of_half_a_second_parts_two_events_and_a_shorter_one_does_not():
    def heard(gap_s):
        return len(sounding_parts(np.concatenate([tone(0.3), silence(gap_s), tone(0.3)]), RATE_HZ))

    assert heard(0.4) == 1
    assert heard(0.6) == 2


def test_what_is_25_db_below_the_loudest_is_not_heard():
    faint, fainter = (np.float32(10 ** (-db / 20)) * tone(1.0) for db in (22, 28))
    assert len(sounding_parts(np.concatenate([tone(0.5), faint]), RATE_HZ)) == 1
    (part,) = sounding_parts(np.concatenate([tone(0.5), faint]), RATE_HZ)
    assert part[1] == round(1.5 * RATE_HZ)
    (part,) = sounding_parts(np.concatenate([tone(0.5), fainter]), RATE_HZ)
    assert part[1] <= 0.52 * RATE_HZ


@pytest.mark.parametrize(
    "clip",
    [np.zeros(0, np.float32), silence(1.0), np.float32(1e-5) * tone(1.0)],
    ids=["empty", "zeros", "below -80 dB"],
)
def test_a_silent_clip_has_no_part(clip):
    assert sounding_parts(clip, RATE_HZ) == ()


@pytest.mark.parametrize("count", [1, 2, 79, 80, 81, 240, 241])
def test_a_clip_shorter_than_a_frame_is_one_part(count):
    assert sounding_parts(np.full(count, 0.5, np.float32), RATE_HZ) == ((0, count),)


@pytest.mark.parametrize("rate_hz", [8000, 44_100])
def test_hum_beneath_ticks_is_no_sound_of_its_own(rate_hz):
    clip = np.float32(0.3) * tone(5.0, 50.0, rate_hz)
    for second in (1, 2, 3):
        tick = tone(0.05, 2000.0, rate_hz)
        clip[second * rate_hz : second * rate_hz + len(tick)] += tick
    parts = sounding_parts(clip, rate_hz)
    assert [round(first / rate_hz, 1) for first, _ in parts] == [1.0, 2.0, 3.0]
    assert max(last - first for first, last in parts) < 0.1 * rate_hz


@pytest.mark.parametrize(
    ("hz", "gain_db"),
    # IEC 61672-1, table of A-weights
    [(31.5, -39.4), (63.0, -26.2), (125.0, -16.1), (500.0, -3.2), (1000.0, 0.0), (4000.0, 1.0)],
)
def test_weights_are_those_of_the_standard(hz, gain_db):
    sound = tone(4.0, hz, 44_100)
    inner = slice(44_100, 3 * 44_100)
    change = np.std(a_weighted(sound, 44_100)[inner]) / np.std(sound[inner])
    assert 20 * np.log10(change) == pytest.approx(gain_db, abs=0.15)
