"""Settings of scenes: what cannot be is refused by name, and they go through JSON."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from earmark.datasets.soundscape import SceneSettings
from earmark.errors import ConfigError


@pytest.mark.parametrize(
    ("wrong", "text"),
    [
        ({"duration_s": 0}, "duration_s must be from 0.1 to 3600 s, got 0"),
        ({"duration_s": math.nan}, "duration_s must be from 0.1 to 3600 s, got nan"),
        ({"duration_s": "ten"}, "duration_s must be from 0.1 to 3600 s, got 'ten'"),
        ({"duration_s": True}, "duration_s must be from 0.1 to 3600 s, got True"),
        ({"shortest_s": math.inf}, "shortest_s must be from 0.01 to 3600 s, got inf"),
        ({"events_per_minute": (0, math.inf)}, "events_per_minute must be two numbers"),
        ({"events_per_minute": (-1, 3)}, "events_per_minute must be from 0 to 600, got -1"),
        ({"events_per_minute": (0, 1e9)}, "events_per_minute must be from 0 to 600, got 1e"),
        ({"events_per_minute": 6}, "events_per_minute must be two numbers, the least and the most"),
        ({"snr_db": (20, 0)}, r"snr_db must be two numbers, .* got \(20, 0\)"),
        ({"snr_db": (0, 1e6)}, "snr_db must be from -100 to 100 dB, got 1e"),
        ({"snr_db": ("a", "b")}, "snr_db must be two numbers"),
        ({"level_db": (-30, 3)}, r"level_db must be from -100 to 0 dB \(full scale\), got 3"),
        ({"speed": -0.1}, "speed must be from 0 to 0.5, got -0.1"),
        ({"tempo": 0.6}, "tempo must be from 0 to 0.5, got 0.6"),
        ({"room": 1.5}, "room must be from 0 to 1, got 1.5"),
        ({"pitch": 13}, "pitch must be from 0 to 12 semitones, got 13"),
        ({"overlap": "no"}, "overlap must be true or false, got 'no'"),
    ],
)
def test_a_setting_that_cannot_be_is_refused_by_name(wrong, text):
    with pytest.raises(ConfigError, match=text):
        SceneSettings(**wrong)


@given(
    duration_s=st.floats(0.1, 3600),
    snr_db=st.tuples(st.floats(-100, 0), st.floats(0, 100)),
    overlap=st.booleans(),
)
def test_settings_go_through_json(duration_s, snr_db, overlap):
    settings = SceneSettings(duration_s=duration_s, snr_db=snr_db, overlap=overlap)
    assert SceneSettings.from_dict(json.loads(json.dumps(settings.to_dict()))) == settings


def test_an_unknown_setting_offers_the_near_one():
    with pytest.raises(ConfigError, match="unknown setting of scenes 'duration'; did you mean dur"):
        SceneSettings.from_dict({"duration": 3})
