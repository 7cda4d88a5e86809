"""Every way to disturb a sound: pure, repeatable, harmless where it says so, and what it claims."""

import sys

import numpy as np
import pytest

from earmark.errors import ConfigError
from earmark.inference.stress.way import WAYS, chosen_ways
from earmark.inference.stress.ways import _codec, _stretch
from earmark.inference.stress.ways.mp3 import compression

RATE_HZ = 16_000


def tone(pitch_hz=440.0, seconds=0.5, rate_hz=RATE_HZ):
    time_s = np.arange(round(seconds * rate_hz)) / rate_hz
    return (0.5 * np.sin(2 * np.pi * pitch_hz * time_s)).astype(np.float32)


def level(sound):
    return float(np.sqrt(np.square(sound, dtype=np.float64).mean()))


def decibels(first, second):
    return 20 * np.log10(level(first) / level(second))


def pitch_of(sound, rate_hz=RATE_HZ):
    spectrum = np.abs(np.fft.rfft(sound * np.hanning(len(sound))))
    return spectrum.argmax() * rate_hz / len(sound)


def disturb(name, samples, strength, rate_hz=RATE_HZ, seed=0):
    way = WAYS[name]
    if why := way.lacking():
        pytest.skip(why)
    return way.disturb(samples, rate_hz, strength, np.random.default_rng(seed))


@pytest.mark.parametrize("name", list(WAYS))
def test_a_way_is_pure_repeatable_and_gives_sound_at_every_level(name):
    way = WAYS[name]
    given = tone() + 0.01 * np.random.default_rng(1).standard_normal(8000).astype(np.float32)
    for strength in way.levels:
        before = given.copy()
        found = disturb(name, given, strength)
        assert np.array_equal(given, before)
        assert found.dtype == np.float32
        assert found.ndim == 1
        assert len(found)
        assert np.isfinite(found).all()
        assert np.array_equal(found, disturb(name, given, strength))
        if strength == way.undisturbed:
            assert np.array_equal(found, given)


@pytest.mark.parametrize("name", list(WAYS))
@pytest.mark.parametrize("count", [1, 7, 700])
def test_silence_and_very_short_sounds_are_no_error(name, count):
    for strength in (WAYS[name].levels[0], WAYS[name].levels[-1]):
        found = disturb(name, np.zeros(count, np.float32), strength, rate_hz=8000)
        assert len(found)
        assert np.isfinite(found).all()


@pytest.mark.parametrize("name", list(WAYS))
def test_levels_rise_or_fall_and_are_told(name):
    way = WAYS[name]
    steps = np.diff(way.levels)
    assert (steps > 0).all() or (steps < 0).all()
    assert way.points[way.at] == way.undisturbed
    assert len({way.told(point) for point in way.points}) == len(way.points)


def test_gain_changes_the_level_and_clips_at_full_scale():
    assert decibels(disturb("gain", tone(), -20), tone()) == pytest.approx(-20, abs=0.01)
    loud = disturb("gain", tone(), 20)
    assert np.abs(loud).max() == 1
    assert (np.abs(loud) == 1).mean() > 0.8


@pytest.mark.parametrize("name", ["white-noise", "pink-noise"])
@pytest.mark.parametrize("snr_db", [20, -5])
def test_noise_has_the_ratio_it_claims_and_is_the_same_at_every_level(name, snr_db):
    added = disturb(name, tone(), snr_db) - tone()
    assert decibels(tone(), added) == pytest.approx(snr_db, abs=0.05)
    other = disturb(name, tone(), 0) - tone()
    assert np.corrcoef(added, other)[0, 1] > 0.999


def test_pink_noise_has_as_much_in_every_octave():
    noise = disturb("pink-noise", tone(seconds=8), -5) - tone(seconds=8)
    power = np.abs(np.fft.rfft(noise)) ** 2
    frequency_hz = np.fft.rfftfreq(len(noise), 1 / RATE_HZ)
    octaves = [
        power[(frequency_hz >= low) & (frequency_hz < 2 * low)].sum() for low in (125, 500, 2000)
    ]
    assert max(octaves) / min(octaves) < 1.2


@pytest.mark.parametrize(("name", "strength"), [("mp3", 64), ("mp3", 16), ("ogg", 5), ("opus", 24)])
@pytest.mark.parametrize("rate_hz", [8000, 44100])
def test_a_codec_gives_the_sound_back_in_its_place(name, strength, rate_hz):
    given = tone(seconds=1, rate_hz=rate_hz) * np.hanning(rate_hz).astype(np.float32)
    found = disturb(name, given, strength, rate_hz=rate_hz)
    assert len(found) == len(given)
    assert not np.array_equal(found, given)
    assert np.corrcoef(found, given)[0, 1] > 0.98


def test_fewer_bits_a_second_are_more_compression_within_what_libsndfile_takes():
    for rate_hz in (8000, 16000, 44100):
        shares = [compression(rate_hz, kbit_s) for kbit_s in (128, 64, 32, 16, 8)]
        assert shares == sorted(shares)
        assert 0 <= shares[0] <= shares[-1] < 1


def test_a_codec_that_libsndfile_lacks_is_said_to():
    assert _codec.lacking("OGG", "VORBIS") is None
    assert "writes no SPEEX" in _codec.lacking("OGG", "SPEEX")


def test_mu_law_at_eight_bits_is_near_and_at_three_has_seven_values():
    assert np.abs(disturb("mu-law", tone(), 8) - tone()).max() < 0.03
    assert len(np.unique(disturb("mu-law", tone(), 3))) <= 7


@pytest.mark.parametrize(
    ("name", "strength", "kept_hz", "lost_hz"),
    [
        ("low-pass", 2000, 500, 6000),
        ("telephone", 3400, 1000, 100),
        ("telephone", 3400, 1000, 5000),
        ("microphone", 100, 1200, 100),
        ("microphone", 100, 1200, 7500),
    ],
)
def test_a_band_is_kept_and_the_rest_lost(name, strength, kept_hz, lost_hz):
    for pitch_hz, wanted in ((kept_hz, -3), (lost_hz, -20)):
        given = tone(pitch_hz, seconds=1)
        change = decibels(disturb(name, given, strength), given)
        assert change > wanted if wanted == -3 else change < wanted


def test_a_low_pass_above_what_the_rate_holds_changes_nothing():
    given = tone(rate_hz=8000)
    assert np.array_equal(disturb("low-pass", given, 12000, rate_hz=8000), given)


def test_tempo_changes_the_length_and_not_the_pitch():
    found = disturb("tempo", tone(seconds=1), 0.8)
    assert len(found) == pytest.approx(RATE_HZ / 0.8, abs=2)
    assert pitch_of(found) == pytest.approx(440, rel=0.02)


def test_pitch_changes_the_pitch_and_not_the_length():
    found = disturb("pitch", tone(seconds=1), 4)
    assert len(found) == RATE_HZ
    assert pitch_of(found) == pytest.approx(440 * 2 ** (4 / 12), rel=0.02)


def test_only_the_start_or_the_middle_is_kept():
    given = np.arange(100, dtype=np.float32)
    assert disturb("start", given, 10).tolist() == list(range(10))
    assert disturb("middle", given, 10).tolist() == list(range(45, 55))


def test_a_room_rings_and_keeps_the_level():
    click = np.zeros(RATE_HZ, np.float32)
    click[100] = 0.5
    heard = disturb("room", click, 1)
    assert level(heard) == pytest.approx(level(click), rel=1e-4)
    assert np.abs(heard[:100]).max() < 1e-6
    early, late = level(heard[200:3000]), level(heard[12_000:])
    assert 0 < late < early / 10


def test_without_python_stretch_pitch_and_tempo_say_what_brings_it(monkeypatch):
    monkeypatch.delitem(sys.modules, "python_stretch.Signalsmith", raising=False)
    monkeypatch.setitem(sys.modules, "python_stretch", None)
    assert "earmark[augment]" in _stretch.lacking()
    assert WAYS["tempo"].lacking() == WAYS["pitch"].lacking() == _stretch.lacking()


def test_ways_are_chosen_by_name_and_by_family():
    assert {way.name for way in chosen_ways(["noise"])} == {"white-noise", "pink-noise"}
    assert [way.name for way in chosen_ways(["mp3"])] == ["mp3"]
    assert len(chosen_ways()) == len(list(WAYS))


def test_a_wrong_name_lists_the_near_ones():
    with pytest.raises(ConfigError, match=r"unknown degradation 'nois'; did you mean noise"):
        chosen_ways(["gain", "nois"])
