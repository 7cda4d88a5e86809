"""A scene's labels are true: the sound is there, as loud as said, and nothing of its label else."""

import dataclasses

import numpy as np
import pytest
import soundfile
from hypothesis import given, settings
from hypothesis import strategies as st

from earmark.datasets.backgrounds import Backgrounds, find_backgrounds, level
from earmark.datasets.soundscape import SceneSettings, mix_scene
from tests.datasets.soundscape.conftest import RATE_HZ, bank_of, silence, tone

PLAIN = SceneSettings(speed=0.0, room=0.0, snr_db=(40.0, 40.0), events_per_minute=(6.0, 30.0))
TONES = {"low": 300.0, "mid": 1000.0, "high": 3000.0}


def same(one, other):
    """Whether two scenes are equal to the last bit."""
    return one.events == other.events and np.array_equal(one.samples, other.samples)


def loud_range_s(samples, rate_hz=RATE_HZ, depth=0.1):
    """First and last second where samples are at least `depth` of their peak."""
    loud = np.flatnonzero(np.abs(samples) > depth * np.abs(samples).max())
    return loud[0] / rate_hz, (loud[-1] + 1) / rate_hz


@pytest.mark.parametrize("rate_hz", [8000, 44_100])
@pytest.mark.parametrize("changed", [{}, {"speed": 0.2}, {"room": 1.0}], ids=str)
@pytest.mark.parametrize("length_s", [0.05, 0.7, 4.0])
def test_a_tone_is_where_its_label_says(rate_hz, changed, length_s):
    clip = np.concatenate(
        [silence(0.5, rate_hz), tone(length_s, rate_hz=rate_hz), silence(1.3, rate_hz)]
    )
    bank = bank_of({"tone": [clip]}, rate_hz)
    wanted = dataclasses.replace(PLAIN, events_per_minute=(6.0, 6.0), **changed)
    for seed in range(6):
        scene = mix_scene(bank, wanted, np.random.default_rng(seed))
        (event,) = scene.events
        first_s, last_s = loud_range_s(scene.samples, rate_hz)
        assert event.onset_s - 0.001 <= first_s <= event.onset_s + 0.03
        # a short tone in a room rings to the label's end
        assert event.offset_s - 0.04 <= last_s <= event.offset_s + 0.001


@pytest.mark.parametrize("changed", [{"pitch": 4.0}, {"tempo": 0.3}], ids=str)
def test_a_stretched_tone_is_where_its_label_says(changed):
    pytest.importorskip("python_stretch")
    bank = bank_of({"tone": [np.concatenate([silence(0.5), tone(1.0), silence(1.0)])]})
    wanted = dataclasses.replace(PLAIN, events_per_minute=(6.0, 6.0), **changed)
    for seed in range(6):
        scene = mix_scene(bank, wanted, np.random.default_rng(seed))
        (event,) = scene.events
        first_s, last_s = loud_range_s(scene.samples)
        assert event.onset_s - 0.001 <= first_s <= event.onset_s + 0.04
        assert event.offset_s - 0.06 <= last_s <= event.offset_s + 0.001


def test_a_shortened_sound_begins_and_ends_where_it_is_heard():
    ticks = np.concatenate([np.concatenate([tone(0.05), silence(0.42)]) for _ in range(10)])
    bank = bank_of({"tick": [ticks]})
    wanted = dataclasses.replace(PLAIN, events_per_minute=(6.0, 6.0), shortest_s=0.6)
    lengths = set()
    for seed in range(40):
        scene = mix_scene(bank, wanted, np.random.default_rng(seed))
        (event,) = scene.events
        first_s, last_s = loud_range_s(scene.samples)
        assert first_s <= event.onset_s + 0.03
        assert last_s >= event.offset_s - 0.03
        lengths.add(round(event.duration_s, 1))
    assert len(lengths) > 5


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 2**32),
    duration_s=st.sampled_from([0.1, 0.35, 2.0, 10.0]),
    overlap=st.booleans(),
    most=st.sampled_from([0.0, 18.0, 120.0]),
    room=st.sampled_from([0.0, 1.0]),
)
def test_no_scene_breaks_what_labels_promise(seed, duration_s, overlap, most, room):
    bank = bank_of(
        {
            label: [np.concatenate([silence(0.2), tone(length, hz), silence(0.6)])]
            for (label, hz), length in zip(TONES.items(), (0.05, 0.9, 3.0), strict=True)
        }
    )
    wanted = SceneSettings(
        duration_s=duration_s, overlap=overlap, events_per_minute=(0.0, most), room=room
    )
    scene = mix_scene(bank, wanted, np.random.default_rng(seed))
    assert scene.samples.dtype == np.float32
    assert scene.samples.shape == (round(duration_s * RATE_HZ),)
    assert np.isfinite(scene.samples).all()
    assert np.abs(scene.samples).max() <= 1
    assert len(scene.events) <= wanted.counts()[1]
    assert len(scene.sources) == len(scene.events)
    for event, source in zip(scene.events, scene.sources, strict=True):
        assert 0 <= event.onset_s < event.offset_s <= duration_s
        assert source == f"{event.label}/0.wav"
    for at, event in enumerate(scene.events):
        for other in scene.events[at + 1 :]:
            if event.label == other.label:
                assert other.onset_s - event.offset_s >= 0.5 - 1e-5
            elif not overlap:
                assert other.onset_s >= event.offset_s - 1e-6


@pytest.mark.parametrize("snr_db", [0.0, 10.0, 20.0])
def test_an_event_is_as_far_above_the_background_as_said(snr_db):
    bank = bank_of({"tone": [tone(2.0, 700.0)]})
    wanted = dataclasses.replace(
        PLAIN, snr_db=(snr_db, snr_db), level_db=(-40.0, -40.0), events_per_minute=(6.0, 6.0)
    )
    for seed in range(4):
        scene = mix_scene(bank, wanted, np.random.default_rng(seed))
        (event,) = scene.events
        first, last = (round(time_s * RATE_HZ) for time_s in (event.onset_s, event.offset_s))
        time_s = np.arange(last - first) / RATE_HZ
        # the tone alone, whatever noise is beneath it: its share of two quadratures
        wave = np.exp(-2j * np.pi * 700.0 * time_s)
        amplitude = 2 * abs((scene.samples[first:last] * wave).mean())
        tone_db = 20 * np.log10(amplitude / np.sqrt(2))
        assert tone_db == pytest.approx(-40.0 + snr_db, abs=0.7)


def test_an_empty_scene_is_background_at_the_level_that_was_asked_for(bank):
    wanted = SceneSettings(events_per_minute=(0.0, 0.0), level_db=(-30.0, -30.0))
    scene = mix_scene(bank, wanted, np.random.default_rng(0))
    assert scene.events == scene.sources == ()
    assert 20 * np.log10(level(scene.samples)) == pytest.approx(-30, abs=0.01)


def test_a_scene_depends_on_its_seed_alone(bank):
    first = mix_scene(bank, SceneSettings(), np.random.default_rng(7))
    for seed in range(5):
        mix_scene(bank, SceneSettings(duration_s=3.0), np.random.default_rng(seed))
    assert same(first, mix_scene(bank, SceneSettings(), np.random.default_rng(7)))
    assert not same(first, mix_scene(bank, SceneSettings(), np.random.default_rng(8)))


def test_sounds_are_as_they_were_after_mixing(bank):
    before = {s.name: s.samples.copy() for sounds in bank.by_label.values() for s in sounds}
    wanted = SceneSettings(room=1.0, events_per_minute=(60.0, 60.0))
    for seed in range(10):
        mix_scene(bank, wanted, np.random.default_rng(seed))  # they are read-only besides
    for sounds in bank.by_label.values():
        for sound in sounds:
            assert np.array_equal(sound.samples, before[sound.name])


def test_a_sound_longer_than_the_scene_is_heard_from_end_to_end():
    bank = bank_of({"tone": [tone(5.0)]})
    wanted = dataclasses.replace(
        PLAIN, duration_s=0.4, shortest_s=4.9, events_per_minute=(150.0, 150.0)
    )
    scene = mix_scene(bank, wanted, np.random.default_rng(0))
    (event,) = scene.events
    assert (event.onset_s, event.offset_s) == (0.0, 0.4)


def test_a_click_that_fading_takes_away_is_no_event():
    click = np.zeros(4000, np.float32)
    click[0] = 1.0
    scene = mix_scene(bank_of({"click": [click]}), PLAIN, np.random.default_rng(0))
    assert scene.events == ()


def test_every_class_is_as_likely_however_many_clips_it_has():
    many, few = [tone(0.2) for _ in range(30)], [tone(0.2, 3000.0)]
    bank = bank_of({"few": few, "many": many})
    wanted = dataclasses.replace(PLAIN, events_per_minute=(6.0, 6.0), duration_s=10.0)
    heard = [mix_scene(bank, wanted, np.random.default_rng(s)).events[0].label for s in range(200)]
    assert 70 <= heard.count("few") <= 130


@pytest.mark.parametrize("background_s", [0.7, 3.0, 25.0])
def test_a_background_is_cut_or_repeated_to_the_scenes_length(bank, tmp_path, background_s):
    soundfile.write(tmp_path / "hum é.wav", tone(background_s, 50.0), RATE_HZ)
    found = find_backgrounds(tmp_path)
    wanted = SceneSettings(duration_s=4.0, events_per_minute=(0.0, 0.0))
    scene = mix_scene(bank, wanted, np.random.default_rng(1), found)
    assert scene.background == tmp_path / "hum é.wav"
    spectrum = np.abs(np.fft.rfft(scene.samples))
    assert np.argmax(spectrum) == pytest.approx(50 * 4.0, abs=2)
    assert len(scene.samples) == 4 * RATE_HZ


def test_a_stereo_background_at_another_rate_is_one_channel_at_the_banks(bank, tmp_path):
    stereo = np.stack([tone(2.0, 440.0, 44_100)] * 2, axis=1)
    soundfile.write(tmp_path / "two.wav", stereo, 44_100)
    wanted = SceneSettings(duration_s=1.0, events_per_minute=(0.0, 0.0))
    scene = mix_scene(bank, wanted, np.random.default_rng(1), find_backgrounds(tmp_path))
    assert np.argmax(np.abs(np.fft.rfft(scene.samples))) == pytest.approx(440, abs=2)


def test_backgrounds_gone_since_they_were_found_give_way_to_a_made_noise(bank, tmp_path):
    scene = mix_scene(
        bank, PLAIN, np.random.default_rng(0), Backgrounds((tmp_path / "gone.wav",), "x")
    )
    assert scene.background is None
    assert level(scene.samples) > 0
