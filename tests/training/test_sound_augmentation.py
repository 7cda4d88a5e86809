"""Changes of the sound itself, before the front-end: each does what it says, to a copy."""

import sys

import numpy as np
import pytest
import soundfile

from earmark.audio import stretching
from earmark.datasets.backgrounds import Backgrounds, find_backgrounds
from earmark.errors import ConfigError, MissingExtraError
from earmark.training.augmentation.background import SPAN_DB, add_background
from earmark.training.augmentation.pitch_tempo import change_pitch_and_tempo
from earmark.training.augmentation.room import add_room
from earmark.training.augmentation.speed import change_speed

RATE_HZ = 8000


def tone(samples=8000, pitch_hz=440.0):
    return (0.5 * np.sin(2 * np.pi * pitch_hz * np.arange(samples) / RATE_HZ)).astype(np.float32)


def pitch_of(sound):
    spectrum = np.abs(np.fft.rfft(sound * np.hanning(len(sound))))
    return spectrum.argmax() * RATE_HZ / len(sound)


def level(sound):
    return float(np.sqrt(np.square(sound, dtype=np.float64).mean()))


@pytest.fixture
def recordings(tmp_path):
    """A folder with a long and a short recording, in a folder of its own with an accent."""
    folder = tmp_path / "bruits d'été"
    (folder / "deep").mkdir(parents=True)
    rng = np.random.default_rng(0)
    soundfile.write(folder / "long one.wav", 0.1 * rng.standard_normal(24_000), RATE_HZ)
    soundfile.write(folder / "deep" / "short.flac", 0.1 * rng.standard_normal(900), RATE_HZ)
    return folder


def test_there_is_python_stretch_or_it_is_asked_for(monkeypatch):
    monkeypatch.delitem(sys.modules, "python_stretch.Signalsmith", raising=False)
    monkeypatch.setitem(sys.modules, "python_stretch", None)
    with pytest.raises(MissingExtraError, match=r"python_stretch.*earmark\[augment\]"):
        stretching.stretcher()


CHANGES = {
    "speed": lambda x, rng, _: change_speed(x, RATE_HZ, 0.2, rng),
    "pitch": lambda x, rng, _: change_pitch_and_tempo(x, RATE_HZ, 3.0, 0.0, rng),
    "tempo": lambda x, rng, _: change_pitch_and_tempo(x, RATE_HZ, 0.0, 0.2, rng),
    "room": lambda x, rng, _: add_room(x, RATE_HZ, rng),
    "background": lambda x, rng, folder: add_background(
        x, RATE_HZ, find_backgrounds(folder), 5.0, rng
    ),
}


@pytest.fixture(params=CHANGES)
def change(request, recordings):
    if request.param in ("pitch", "tempo"):
        pytest.importorskip("python_stretch")
    return lambda sound, seed: CHANGES[request.param](
        sound, np.random.default_rng(seed), recordings
    )


def test_the_generator_decides_alone_and_the_input_is_left_as_it_is(change):
    sound, before = tone(), tone()
    sound.flags.writeable = False
    first, again, other = change(sound, 1), change(sound, 1), change(sound, 2)
    assert first.dtype == np.float32
    assert np.isfinite(first).all()
    np.testing.assert_array_equal(first, again)
    assert len(first) != len(other) or not np.array_equal(first, other)
    assert not np.shares_memory(first, sound)
    np.testing.assert_array_equal(sound, before)


@pytest.mark.parametrize("samples", [1, 2, 100])
def test_the_shortest_sounds_are_taken(change, samples):
    for seed in range(5):
        changed = change(tone(samples), seed)
        assert len(changed) >= 1
        assert np.isfinite(changed).all()


def test_silence_stays_silence(change):
    changed = change(np.zeros(4000, np.float32), 0)
    assert np.abs(changed).max() < 1e-6


def test_a_speed_changes_length_and_pitch_together():
    for seed in range(10):
        changed = change_speed(tone(), RATE_HZ, 0.2, np.random.default_rng(seed))
        speed = 8000 / len(changed)
        assert 0.8 <= speed <= 1.2001
        assert pitch_of(changed) == pytest.approx(440 * speed, rel=0.01)


def test_no_strength_is_no_change():
    rng = np.random.default_rng(0)
    np.testing.assert_array_equal(change_speed(tone(), RATE_HZ, 0.0, rng), tone())
    np.testing.assert_array_equal(change_pitch_and_tempo(tone(), RATE_HZ, 0, 0, rng), tone())


def test_a_pitch_changes_and_the_length_does_not():
    pytest.importorskip("python_stretch")
    pitches = []
    for seed in range(10):
        changed = change_pitch_and_tempo(tone(), RATE_HZ, 4.0, 0.0, np.random.default_rng(seed))
        assert len(changed) == 8000
        pitches.append(12 * np.log2(pitch_of(changed) / 440))
    assert max(np.abs(pitches)) <= 4.1
    assert np.ptp(pitches) > 2


def test_a_tempo_changes_and_the_pitch_does_not():
    pytest.importorskip("python_stretch")
    lengths = []
    for seed in range(10):
        changed = change_pitch_and_tempo(tone(), RATE_HZ, 0.0, 0.2, np.random.default_rng(seed))
        assert pitch_of(changed) == pytest.approx(440, abs=3)
        lengths.append(len(changed))
    assert 8000 / 1.21 <= min(lengths) < max(lengths) <= 8000 / 0.79


def test_a_room_rings_on_after_a_click_and_is_as_loud():
    click = np.zeros(8000, np.float32)
    click[1000] = 0.9
    heard = add_room(click, RATE_HZ, np.random.default_rng(0))
    assert len(heard) == 8000
    assert level(heard) == pytest.approx(level(click), rel=1e-4)
    assert np.abs(heard[:1000]).max() < 1e-6  # nothing before it
    assert int(np.abs(heard).argmax()) == 1000
    early, late = level(heard[1010:1400]), level(heard[1800:2200])
    assert early > 3 * late > 0


@pytest.mark.parametrize("least_db", [0.0, 10.0])
def test_a_background_is_as_much_softer_as_was_asked_for(recordings, least_db):
    found = find_backgrounds(recordings)
    for seed in range(20):
        changed = add_background(tone(), RATE_HZ, found, least_db, np.random.default_rng(seed))
        ratio_db = 20 * np.log10(level(tone()) / level(changed - tone()))
        assert least_db - 0.01 <= ratio_db <= least_db + SPAN_DB + 0.01


def test_a_short_background_is_repeated_and_a_long_one_begins_anywhere(recordings):
    long, short = (
        Backgrounds((recordings / name,), "") for name in ("long one.wav", "deep/short.flac")
    )
    added = [
        add_background(tone(), RATE_HZ, short, 5.0, np.random.default_rng(seed)) - tone()
        for seed in range(2)
    ]
    np.testing.assert_allclose(added[0][:900], added[0][900:1800], atol=1e-4)
    pieces = {
        add_background(tone(), RATE_HZ, long, 5.0, np.random.default_rng(seed))[0]
        for seed in range(5)
    }
    assert len(pieces) == 5


def test_silent_and_damaged_backgrounds_are_passed_over(recordings):
    soundfile.write(recordings / "silent.wav", np.zeros(4000), RATE_HZ)
    (recordings / "lost.wav").write_bytes(b"nothing")
    paths = tuple(recordings / name for name in ("silent.wav", "lost.wav", "long one.wav"))
    for seed in range(6):
        changed = add_background(
            tone(), RATE_HZ, Backgrounds(paths, ""), 5.0, np.random.default_rng(seed)
        )
        assert level(changed - tone()) > 0
    alone = Backgrounds(paths[:2], "")
    unchanged = add_background(tone(), RATE_HZ, alone, 5.0, np.random.default_rng(0))
    np.testing.assert_array_equal(unchanged, tone())


def test_what_cannot_be_read_is_told_and_left_out(recordings):
    (recordings / "broken.wav").write_bytes(b"nothing")
    (recordings / "notes.txt").write_text("no sound")
    told = []
    found = find_backgrounds(recordings, told.append)
    assert {path.name for path in found.paths} == {"long one.wav", "short.flac"}
    assert len(told) == 1
    assert "broken.wav" in told[0]


def test_backgrounds_are_known_by_their_content(recordings):
    first = find_backgrounds(recordings).digest
    (recordings / "long one.wav").rename(recordings / "a longer name.wav")
    soundfile.write(recordings / "new.wav", np.ones(10) * 0.1, RATE_HZ)
    assert find_backgrounds(recordings).digest != first


def test_a_folder_without_a_recording_is_refused(tmp_path):
    with pytest.raises(ConfigError, match="background must be a folder of recordings, got"):
        find_backgrounds(tmp_path / "nowhere")
    with pytest.raises(ConfigError, match="must hold recordings, got none"):
        find_backgrounds(tmp_path)
    (tmp_path / "broken.wav").write_bytes(b"nothing")
    with pytest.raises(ConfigError, match=r"none of its 1 can be read; the first: .*broken"):
        find_backgrounds(tmp_path)
