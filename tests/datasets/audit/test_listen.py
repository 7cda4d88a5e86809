"""One pass over the sounds: facts in order, bad files told, the cache used."""

import numpy as np
import pytest
import soundfile

from earmark.datasets.audit import listen
from earmark.datasets.clip import Clip


def noise(seconds=0.5, seed=0, rate_hz=8000, level=0.3):
    rng = np.random.default_rng(seed)
    return (level * rng.uniform(-1, 1, round(seconds * rate_hz))).astype(np.float32)


def clip(path, **part):
    return Clip(path, path.name, "x", **part)


@pytest.fixture
def hear(tmp_path):
    def hear(*paths, **part):
        return listen([clip(p, **part) for p in paths], workers=1, cache_dir=tmp_path / "cache")

    return hear


def test_facts_of_a_file(tmp_path, hear):
    path = tmp_path / "café noir.wav"
    wave = noise(rate_hz=16_000)
    soundfile.write(path, np.stack([wave, wave], 1), 16_000)
    (heard,) = hear(path)
    assert (heard.name, heard.error, heard.truncated) == ("café noir.wav", None, None)
    assert (heard.duration_s, heard.rate_hz, heard.channels) == (0.5, 16_000, 2)
    assert heard.peak == pytest.approx(0.3, abs=0.01)
    assert heard.rms_db == pytest.approx(-15.2, abs=0.3)
    assert not heard.silent
    assert len(heard.prints.wave) == 4000
    assert len(heard.prints.keys) > 0


def test_silence_is_silent(tmp_path, hear):
    soundfile.write(tmp_path / "a.wav", np.zeros(8000), 8000)
    (heard,) = hear(tmp_path / "a.wav")
    assert heard.silent
    assert (heard.peak, heard.rms_db, len(heard.prints.keys)) == (0.0, -120.0, 0)


def test_a_bad_file_is_an_answer(tmp_path, hear):
    (tmp_path / "empty.wav").touch()
    (tmp_path / "text.mp3").write_text("no sound " * 50)
    soundfile.write(tmp_path / "good.wav", noise(), 8000)
    empty, missing, text, good = hear(
        *(tmp_path / name for name in ("empty.wav", "missing.wav", "text.mp3", "good.wav"))
    )
    assert "the file is empty" in empty.error
    assert "no such file" in missing.error
    assert "text.mp3" in text.error
    assert good.error is None


def test_a_cut_file_says_so_and_keeps_what_was_read(tmp_path, hear):
    whole, cut = tmp_path / "whole.flac", tmp_path / "cut.flac"
    soundfile.write(whole, noise(20), 8000)
    cut.write_bytes(whole.read_bytes()[:-20_000])
    (heard,) = hear(cut)
    assert heard.truncated == heard.error
    assert "cut short or damaged: its header promises 160000 samples" in heard.truncated
    assert 10 < heard.duration_s < 20
    assert len(heard.prints.keys) > 0
    assert heard.content == ""


def test_a_wav_cut_in_its_data_is_truncated(tmp_path, hear):
    path = tmp_path / "a.wav"
    soundfile.write(path, noise(), 8000)
    path.write_bytes(path.read_bytes()[:-1000])
    (heard,) = hear(path)
    assert "promises 4000 samples, 3500 can be read" in heard.truncated


def test_a_part_of_a_file_is_heard_alone(tmp_path, hear):
    soundfile.write(tmp_path / "a.wav", np.concatenate([noise(1), np.zeros(8000)]), 8000)
    (silent,) = hear(tmp_path / "a.wav", onset_s=1.0, offset_s=1.5)
    assert silent.silent
    assert silent.duration_s == 0.5
    (beyond,) = hear(tmp_path / "a.wav", onset_s=3.0)
    assert "lies beyond the recording's end" in beyond.error


def test_the_second_time_nothing_is_decoded(tmp_path, hear, monkeypatch):
    paths = [tmp_path / f"{i}.wav" for i in range(3)]
    for seed, path in enumerate(paths):
        soundfile.write(path, noise(seed=seed), 8000)
    first = hear(*paths)
    monkeypatch.setattr("earmark.datasets.audit.content.open_recording", None)
    again = hear(*reversed(paths))
    assert [h.name for h in again] == ["2.wav", "1.wav", "0.wav"]
    assert list(reversed(again)) == first
    for one, other in zip(reversed(again), first, strict=True):
        assert np.array_equal(one.prints.keys, other.prints.keys)


def test_equal_broken_files_are_named_each(tmp_path, hear):
    soundfile.write(tmp_path / "a.flac", noise(20), 8000)
    broken = (tmp_path / "a.flac").read_bytes()[:-20_000]
    for name in ("a.flac", "b.flac"):
        (tmp_path / name).write_bytes(broken)
    one, other = hear(tmp_path / "a.flac", tmp_path / "b.flac")
    assert "a.flac" in one.error
    assert "b.flac" in other.error
    assert "a.flac" not in other.error
