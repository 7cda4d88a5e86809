"""Copies are found, whatever was done to them; what only resembles is not."""

import numpy as np
import pytest
import soundfile
import soxr

from earmark.datasets.audit import find_duplicates, listen
from earmark.datasets.audit.duplicates import Duplicate, Pair
from earmark.datasets.clip import Clip

RATE_HZ = 16_000


def clip(path):
    return Clip(path, path.name, "x")


def sound(seed, seconds=2.0):
    """Notes and strokes at random over a soft noise, (samples,)."""
    rng = np.random.default_rng(seed)
    time_s = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    wave = 0.01 * rng.standard_normal(len(time_s))
    for _ in range(round(8 * seconds)):
        start_s, pitch_hz = rng.uniform(0, seconds), rng.uniform(150, 2500)
        since = np.maximum(time_s - start_s, 0)
        wave += 0.2 * (since > 0) * np.exp(-6 * since) * np.sin(2 * np.pi * pitch_hz * since)
    return (0.8 * wave / np.abs(wave).max()).astype(np.float32)


def found(paths, cache):
    clips = [clip(path) for path in paths]
    return find_duplicates(listen(clips, cache_dir=cache, workers=1))


@pytest.fixture
def write(tmp_path):
    def write(name, wave, rate_hz=RATE_HZ, **how):
        path = tmp_path / name
        soundfile.write(path, wave, rate_hz, **how)
        return path

    return write


def test_equal_sound_in_other_formats_is_exact(write, tmp_path):
    wave = np.round(sound(0) * 32767) / 32768
    paths = [
        write("a.wav", wave, subtype="PCM_16"),
        write("b.flac", wave),
        write("c.wav", wave, subtype="PCM_24"),
        write("d.aiff", wave),
        write("e.wav", np.stack([wave, wave], 1), subtype="PCM_16"),
        write("f.wav", sound(1)),
    ]
    (only,) = found(paths, tmp_path / "cache")
    assert (only.kind, only.clips, only.similarity) == ("exact", (0, 1, 2, 3, 4), 1.0)


def test_unlike_sounds_are_not_found(write, tmp_path):
    paths = [write(f"{seed}.wav", sound(seed)) for seed in range(8)]
    assert found(paths, tmp_path / "cache") == []


def altered(wave, kind):
    """A copy of the sound at 16 kHz: (samples, rate, how it is written)."""
    rng = np.random.default_rng(7)
    level = np.sqrt(np.mean(wave**2))
    if kind == "mp3":
        return wave, RATE_HZ, {"suffix": ".mp3"}
    if kind == "ogg":
        return wave, RATE_HZ, {"suffix": ".ogg", "format": "OGG", "subtype": "VORBIS"}
    if kind == "soft":
        return wave * 0.1, RATE_HZ, {}
    if kind == "clipped":
        return np.clip(wave * 2, -1, 1), RATE_HZ, {}
    if kind == "late":
        return np.concatenate([np.zeros(round(1.23456 * RATE_HZ)), wave]), RATE_HZ, {}
    if kind == "trimmed":
        return wave[len(wave) // 4 : -len(wave) // 4], RATE_HZ, {}
    if kind == "noisy":
        return wave + 0.1 * level * rng.standard_normal(len(wave)), RATE_HZ, {}
    if kind == "resampled":
        return soxr.resample(wave, RATE_HZ, 11_025), 11_025, {}
    cut = wave[len(wave) // 4 :]
    noisy = 0.3 * (cut + 0.03 * level * rng.standard_normal(len(cut)))
    return soxr.resample(noisy, RATE_HZ, 8000), 8000, {"suffix": ".mp3"}


KINDS = ["mp3", "ogg", "soft", "clipped", "late", "trimmed", "noisy", "resampled", "everything"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_copy_is_found_and_nothing_else(write, tmp_path, kind):
    originals = [sound(seed) for seed in range(3)]
    paths = [write(f"{seed}.wav", wave) for seed, wave in enumerate(originals)]
    for seed, wave in enumerate(originals):
        samples, rate_hz, how = altered(wave, kind)
        name = f"{seed} copy{how.pop('suffix', '.wav')}"
        paths.append(write(name, samples, rate_hz, **how))
    sets = found(paths, tmp_path / "cache")
    assert [(same.kind, same.clips) for same in sets] == [("near", (i, i + 3)) for i in range(3)]
    assert all(0.7 < same.similarity <= 1 for same in sets)


def test_the_shift_is_told(write, tmp_path):
    wave = sound(0)
    late = np.concatenate([np.zeros(round(1.5 * RATE_HZ)), wave])
    (only,) = found([write("a.wav", wave), write("b.wav", late)], tmp_path / "cache")
    assert only.detail == "aligned at +1.50 s, 2.0 s in common"
    (pair,) = only.pairs
    assert (pair.first, pair.second) == (0, 1)
    assert pair.shift_s == pytest.approx(1.5, abs=1e-3)


def test_parts_of_one_recording_hang_together(write, tmp_path):
    """The first and the last third have nothing in common but the middle."""
    wave = sound(0, 6.0)
    third = 2 * RATE_HZ
    paths = [
        write("a.wav", wave[: 2 * third]),
        write("b.wav", wave[third:]),
        write("c.wav", wave[: third - third // 4]),
        write("d.wav", sound(1, 4.0)),
    ]
    (only,) = found(paths, tmp_path / "cache")
    assert (only.kind, only.clips, len(only.pairs)) == ("near", (0, 1, 2), 2)
    assert only.detail.startswith("2 pairs agree")


def test_an_exact_set_within_a_near_one_is_told_too(write, tmp_path):
    wave = np.round(sound(0) * 32767) / 32768
    paths = [write("a.wav", wave), write("b.flac", wave), write("c.wav", wave * 0.5)]
    exact, near = found(paths, tmp_path / "cache")
    assert (exact.kind, exact.clips) == ("exact", (0, 1))
    assert (near.kind, near.clips, len(near.pairs)) == ("near", (0, 1, 2), 1)


def test_short_sounds(write, tmp_path):
    """Spoken words of 0.3 s, and a hit of 0.1 s."""
    paths = [write(f"{seed}.wav", sound(seed, 0.3)) for seed in range(4)]
    paths.append(write("copy.mp3", sound(2, 0.3)))
    paths += [write("hit.wav", sound(9, 0.1)), write("hit copy.wav", 0.2 * sound(9, 0.1))]
    sets = found(paths, tmp_path / "cache")
    assert [same.clips for same in sets] == [(2, 4), (5, 6)]


def tone(pitch_hz, phase=0.0):
    return np.sin(2 * np.pi * pitch_hz * np.arange(2 * RATE_HZ) / RATE_HZ + phase)


def hits(pattern, pitches, seed):
    """One drum sample at the strokes of a pattern, with notes of its own over it."""
    drum = sound(100, 0.15)
    rng = np.random.default_rng(seed)
    wave = 0.003 * rng.standard_normal(2 * RATE_HZ)
    for stroke in pattern:
        at = round(stroke * RATE_HZ / 8)
        wave[at : at + len(drum)] += 0.5 * drum
        pitch_hz = pitches[rng.integers(len(pitches))]
        since = np.arange(RATE_HZ // 6) / RATE_HZ
        part = wave[at : at + len(since)]
        part += 0.4 * (np.exp(-8 * since) * np.sin(2 * np.pi * pitch_hz * since))[: len(part)]
    return wave / np.abs(wave).max()


def test_what_only_resembles_is_not_found(write, tmp_path):
    """Tones, hums, one drum in different beats, one beat with other notes, two takes of a note."""
    rng = np.random.default_rng(0)
    pitches = [220, 277, 330, 440, 554, 660, 880]
    paths = [
        write("tone.wav", 0.5 * tone(440)),
        write("tone later.wav", 0.5 * tone(440, 1.0) + 1e-3 * rng.standard_normal(2 * RATE_HZ)),
        write("beat.wav", hits([0, 2, 4, 6, 8, 10, 12, 14], pitches, 1)),
        write("beat, other notes.wav", hits([0, 2, 4, 6, 8, 10, 12, 14], pitches, 2)),
        write("other beat.wav", hits([0, 3, 6, 8, 9, 11, 14], pitches, 3)),
        write("take 1.wav", sound(5) + 0.02 * rng.standard_normal(2 * RATE_HZ)),
        write("silence.wav", np.zeros(RATE_HZ)),
        write("silence too.wav", np.zeros(RATE_HZ)),
    ]
    assert found(paths, tmp_path / "cache") == []


def test_the_order_of_the_files_does_not_matter(write, tmp_path):
    waves = [sound(0), sound(1), 0.5 * sound(0), sound(2), np.r_[np.zeros(4000), sound(1)]]
    paths = [write(f"{number}.wav", wave) for number, wave in enumerate(waves)]
    order = [3, 4, 0, 2, 1]
    one = found(paths, tmp_path / "cache")
    other = found([paths[i] for i in order], tmp_path / "cache")
    named = sorted(tuple(sorted(order[i] for i in same.clips)) for same in other)
    assert named == sorted(same.clips for same in one) == [(0, 2), (1, 4)]
    assert sorted(s.similarity for s in one) == pytest.approx(
        sorted(s.similarity for s in other), abs=0.01
    )


def test_what_cannot_be_read_is_no_copy_of_anything(write, tmp_path):
    (tmp_path / "empty.wav").touch()
    (tmp_path / "empty too.wav").touch()
    paths = [tmp_path / "empty.wav", tmp_path / "empty too.wav", write("a.wav", sound(0))]
    assert found(paths, tmp_path / "cache") == []


@pytest.mark.parametrize(
    ("similarity", "overlap_s", "sure"),
    [(0.93, 0.4, False), (0.95, 0.4, True), (0.71, 1.0, True)],
)
def test_much_alike_for_less_than_a_second_may_be_a_second_take(similarity, overlap_s, sure):
    pair = Pair("near", 0, 1, similarity, 0.0, overlap_s)
    assert Duplicate("near", (0, 1), similarity, "", (pair,)).sure is sure


def test_equal_samples_are_sure_however_short():
    assert Duplicate("exact", (0, 1), 1.0, "equal samples").sure
