"""The trivial baseline of detection hears loudness and nothing else."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from earmark.datasets.strong import Event
from earmark.errors import ConfigError
from earmark.evaluation.events.baselines import loudness_events, most_frequent

HOP_S = 0.05


def levels(*parts):
    """Levels from (dB, frames)."""
    return np.concatenate([np.full(frames, float(db)) for db, frames in parts])


def test_it_answers_where_it_is_louder_than_the_background():
    found = loudness_events(levels((-50, 40), (-30, 20), (-50, 40)), HOP_S, "dog")
    assert found == (Event("dog", 2.0, 3.0),)


def test_short_pauses_are_closed_and_blips_dropped():
    heard = levels((-50, 60), (-30, 10), (-50, 4), (-30, 10), (-50, 20), (-30, 1), (-50, 20))
    assert loudness_events(heard, HOP_S, "dog") == (Event("dog", 3.0, 4.2),)
    heard = levels((-50, 60), (-30, 10), (-50, 5), (-30, 10), (-50, 20))
    assert len(loudness_events(heard, HOP_S, "dog")) == 2


@pytest.mark.parametrize("heard", [[], [-30.0], np.full(100, -120.0), levels((-50, 40), (-45, 9))])
def test_a_steady_recording_has_no_event(heard):
    assert loudness_events(heard, HOP_S, "dog") == ()


@given(
    arrays.arrays(np.float64, st.integers(0, 200), elements=st.floats(-120, 0, width=32)),
    st.floats(0.01, 0.5),
    st.floats(-40, 40),
)
def test_events_lie_in_the_recording_whatever_its_gain(heard, hop_s, gain_db):
    found = loudness_events(np.round(heard), hop_s, "dog")
    ends = [t for event in found for t in (event.onset_s, event.offset_s)]
    assert ends == sorted(ends)
    assert all(0 <= t <= len(heard) * hop_s + 1e-6 for t in ends)
    assert loudness_events(np.round(heard) + round(gain_db), hop_s, "dog") == found


def test_what_is_no_level_is_refused():
    with pytest.raises(ConfigError, match=r"shape \(frames,\), got \(2, 2\)"):
        loudness_events(np.zeros((2, 2)), HOP_S, "dog")
    with pytest.raises(ConfigError, match="finite"):
        loudness_events([0.0, -np.inf], HOP_S, "dog")


def test_the_most_frequent_label_of_no_training_is_none():
    assert most_frequent({}) is None
    assert most_frequent({"dog": 0}) is None
    assert most_frequent({"bell": 3, "dog": 3}) == "bell"
