"""Features of files, one or many through the cache."""

import numpy as np
import pytest
import soundfile

from earmark import extract
from earmark.errors import AudioError, ConfigError, DatasetError
from earmark.features import create_frontend
from earmark.features import extract as extraction
from earmark.features.extract import Part, extract_many, extract_part

FRONTEND = create_frontend("log_mel", 8000)


@pytest.fixture
def sounds(tmp_path):
    """Four files of noise: a, b, c and d, a copy of a."""
    rng = np.random.default_rng(0)
    for name in "abc":
        soundfile.write(tmp_path / f"{name}.wav", rng.uniform(-0.5, 0.5, 4000), 8000)
    (tmp_path / "d.wav").write_bytes((tmp_path / "a.wav").read_bytes())
    return tmp_path


def parts(folder, names="abcd"):
    return [Part(folder / f"{name}.wav") for name in names]


def test_what_is_there_is_not_computed_again(sounds, tmp_path):
    first = extract_many(parts(sounds), FRONTEND, cache_dir=tmp_path / "cache")
    again = extract_many(parts(sounds), FRONTEND, cache_dir=tmp_path / "cache")
    assert first.computed == 3  # d is a's copy
    assert again.computed == 0
    for index, part in enumerate(parts(sounds)):
        np.testing.assert_array_equal(again[index], extract_part(part, FRONTEND))
        np.testing.assert_array_equal(again[index], first[index])


def test_other_settings_are_computed_anew(sounds, tmp_path):
    extract_many(parts(sounds), FRONTEND, cache_dir=tmp_path / "cache")
    other = create_frontend("log_mel", 8000, bins=20)
    assert extract_many(parts(sounds), other, cache_dir=tmp_path / "cache").computed == 3


def test_changed_content_under_the_same_name_is_computed_anew(sounds, tmp_path):
    extract_many(parts(sounds), FRONTEND, cache_dir=tmp_path / "cache")
    soundfile.write(sounds / "b.wav", np.zeros(4000), 8000)
    store = extract_many(parts(sounds), FRONTEND, cache_dir=tmp_path / "cache")
    assert store.computed == 1
    np.testing.assert_allclose(store[1], -100)


def test_a_bad_file_is_reported_and_the_rest_kept(sounds, tmp_path):
    (sounds / "b.wav").write_bytes(b"no sound at all")
    (sounds / "c.wav").unlink()
    store = extract_many(parts(sounds), FRONTEND, cache_dir=tmp_path / "cache")
    assert set(store.errors) == {1, 2}
    assert "b.wav" in str(store.errors[1])
    assert "No such file" in str(store.errors[2])
    assert store.computed == 1
    assert store[0].shape == store[3].shape == (FRONTEND.frames(4000), FRONTEND.bins)
    with pytest.raises(AudioError, match=r"b\.wav"):
        store[1]
    kept = store.subset([3, 1])
    assert len(kept) == 2
    assert set(kept.errors) == {1}
    np.testing.assert_array_equal(kept[0], store[3])


def test_an_interruption_keeps_what_is_done(sounds, tmp_path, monkeypatch):
    def stop(done, total):
        if done == 3:
            raise KeyboardInterrupt

    cache = tmp_path / "cache"
    with pytest.raises(KeyboardInterrupt):
        extract_many(parts(sounds), FRONTEND, cache_dir=cache, progress=stop)
    assert extract_many(parts(sounds), FRONTEND, cache_dir=cache).computed == 1


def test_a_full_disk_in_the_middle_keeps_what_was_written(sounds, tmp_path, monkeypatch):
    import errno
    import os

    monkeypatch.setattr(extraction, "APPEND_CLIPS", 1)
    synced = []

    def full(handle):
        synced.append(handle)
        if len(synced) > 2:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("earmark.features.cache.os.fsync", full)
    with pytest.raises(DatasetError, match="the disk is full"):
        extract_many(parts(sounds), FRONTEND, cache_dir=tmp_path / "cache")
    monkeypatch.undo()
    assert extract_many(parts(sounds), FRONTEND, cache_dir=tmp_path / "cache").computed == 1


def test_parts_of_a_file_are_kept_apart(sounds, tmp_path):
    path = sounds / "a.wav"
    wanted = [Part(path), Part(path, 0.0, 0.25), Part(path, 0.25, None)]
    store = extract_many(wanted, FRONTEND, cache_dir=tmp_path / "cache")
    assert store.computed == 3
    half = FRONTEND.frames(2000)
    assert [len(store[index]) for index in range(3)] == [FRONTEND.frames(4000), half, half]


def test_workers_give_the_same_in_the_same_order(tmp_path):
    rng = np.random.default_rng(0)
    for number in range(18):
        soundfile.write(tmp_path / f"{number}.wav", rng.uniform(-0.5, 0.5, 300 + number), 8000)
    (tmp_path / "7.wav").write_bytes(b"no sound")
    wanted = [Part(tmp_path / f"{number}.wav") for number in range(18)]
    told = []
    one = extract_many(wanted, FRONTEND, cache_dir=tmp_path / "one", workers=1)
    two = extract_many(
        wanted,
        FRONTEND,
        cache_dir=tmp_path / "two",
        workers=2,
        progress=lambda done, total: told.append((done, total)),
    )
    assert told == [(done, 18) for done in range(1, 19)]
    assert set(one.errors) == set(two.errors) == {7}
    for index in set(range(18)) - {7}:
        np.testing.assert_array_equal(one[index], two[index])


def test_a_long_file_in_blocks_has_the_features_of_the_whole(tmp_path, monkeypatch):
    sound = np.random.default_rng(0).uniform(-0.5, 0.5, 25 * 8000)
    soundfile.write(tmp_path / "long.wav", sound, 8000)
    part = Part(tmp_path / "long.wav")
    whole = extract_part(part, FRONTEND)
    monkeypatch.setattr(extraction, "LONG_S", 20.0)
    np.testing.assert_allclose(extract_part(part, FRONTEND), whole, rtol=1e-6, atol=1e-3)


def test_a_file_and_its_samples_have_the_same_features(sounds):
    samples, rate_hz = soundfile.read(sounds / "a.wav", dtype="float32")
    by_path = extract(sounds / "a.wav", "log_mel", rate_hz)
    np.testing.assert_array_equal(extract(samples, "log_mel", rate_hz), by_path)
    np.testing.assert_array_equal(extract(str(sounds / "a.wav"), "log_mel", rate_hz), by_path)


def test_samples_at_another_rate_are_resampled(sounds):
    samples, rate_hz = soundfile.read(sounds / "a.wav", dtype="float32")
    got = extract(samples, "mfcc", rate_hz)
    np.testing.assert_allclose(got, extract(sounds / "a.wav", "mfcc"), rtol=1e-4, atol=1e-2)


@pytest.mark.parametrize(
    ("samples", "words"),
    [
        (np.zeros((2, 100), np.float32), r"mono, shape \(samples,\); got shape \(2, 100\)"),
        (np.zeros(0, np.float32), r"mono, shape \(samples,\); got shape \(0,\)"),
        (np.float32([0, np.nan]), "NaN or infinite"),
        (np.float32([0, np.inf]), "NaN or infinite"),
        (np.zeros(100, np.int16), "floats from -1 to 1, got int16"),
    ],
)
def test_samples_that_are_no_mono_sound_are_refused(samples, words):
    with pytest.raises(AudioError, match=words):
        extract(samples, "log_mel", 8000)


def test_a_rate_that_is_none_is_refused():
    with pytest.raises(ConfigError, match=r"rate_hz must be .* got 0"):
        extract(np.zeros(100, np.float32), "mfcc", 0)
