"""Cues of every clip: in order, kept by content, NaN where a clip cannot be read."""

import dataclasses

import numpy as np
import pytest
import soundfile

from earmark.datasets import Dataset
from earmark.datasets.cues import dataset_cues
from earmark.errors import DatasetError

RATE_HZ = 8000


@pytest.fixture
def sounds(tmp_path):
    rng = np.random.default_rng(0)
    for name, gain, seconds in (("a/é 1", 0.1, 0.5), ("a/2", 0.01, 0.5), ("b/1", 0.1, 2.0)):
        path = tmp_path / "sounds" / f"{name}.wav"
        path.parent.mkdir(parents=True, exist_ok=True)
        sound = gain * rng.standard_normal(round(seconds * RATE_HZ))
        soundfile.write(path, sound.clip(-1, 1), RATE_HZ)
    (tmp_path / "sounds" / "b" / "broken.wav").write_bytes(b"RIFF no")
    return Dataset.from_folder(tmp_path / "sounds")


def test_in_the_order_of_the_clips(sounds, tmp_path):
    cues = dataset_cues(sounds, cache_dir=tmp_path / "cache")
    assert list(cues.values) == ["loudness", "duration", "spectral centroid", "mfcc"]
    names = [clip.name for clip in sounds.clips]
    loud = dict(zip(names, cues.values["loudness"][:, 0], strict=True))
    long = dict(zip(names, 2.0 ** cues.values["duration"][:, 0], strict=True))
    assert loud["a/é 1.wav"] - loud["a/2.wav"] == pytest.approx(20, abs=1)
    assert long["b/1.wav"] == pytest.approx(2, rel=0.01)
    broken = names.index("b/broken.wav")
    assert all(np.isnan(rows[broken]).all() for rows in cues.values.values())
    assert cues.of(np.array([1]))["mfcc"].shape == (1, 60)


def test_they_are_found_again(sounds, tmp_path):
    first = dataset_cues(sounds, cache_dir=tmp_path / "cache")
    seen = []
    again = dataset_cues(sounds, cache_dir=tmp_path / "cache", progress=lambda *at: seen.append(at))
    assert seen == [(1, 1)]  # the broken one is tried again
    for name, rows in first.values.items():
        np.testing.assert_array_equal(rows, again.values[name])


def test_tempo_where_it_is_asked_for(sounds, tmp_path):
    cues = dataset_cues(sounds, rhythm=True, cache_dir=tmp_path / "cache")
    assert cues.values["tempo"].shape == (4, 1)
    assert cues.values["rhythm"].shape == (4, 10)


def test_features_have_no_cues(sounds):
    with pytest.raises(DatasetError, match="a baseline needs the sounds themselves"):
        dataset_cues(dataclasses.replace(sounds, features=object()))
