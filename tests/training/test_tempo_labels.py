"""Labels that follow the tempo are known by it."""

import dataclasses

import numpy as np
import pytest
import soundfile

from earmark.datasets import Dataset
from earmark.models import Augmentation, Recipe
from earmark.training.options import TrainOptions
from earmark.training.tempo_labels import (
    changes_tempo,
    labels_follow_tempo,
    tempo_tells,
    without_tempo_changes,
)

RATE_HZ = 8000
NONE = frozenset()


def recipe(**strengths):
    return Recipe(name="test", augmentation=Augmentation(**strengths))


@pytest.mark.parametrize("name", ["stretch", "tempo", "speed"])
def test_what_changes_tempo_is_turned_off_unless_asked_for(name):
    given = recipe(mixup=0.5, **{name: 0.1})
    assert changes_tempo(given, NONE)
    assert without_tempo_changes(given, NONE) == recipe(mixup=0.5)
    assert not changes_tempo(given, frozenset({name}))
    assert without_tempo_changes(given, frozenset({name})) == given


def test_other_changes_leave_the_tempo():
    assert not changes_tempo(recipe(mixup=0.5, pitch=2.0, warp=0.1, roll=True), NONE)


def test_tempi_by_chance_tell_nothing():
    rng = np.random.default_rng(0)
    told = [
        tempo_tells(rng.uniform(6, 8, 60), rng.integers(0, 3, 60), np.arange(60)) for _ in range(40)
    ]
    assert sum(told) <= 1


def test_an_album_of_one_tempo_tells_nothing_of_its_label():
    """Each group has a tempo of its own, and groups are not parted."""
    rng = np.random.default_rng(0)
    groups = np.repeat(np.arange(12), 5)
    assert not tempo_tells(rng.uniform(6, 8, 12)[groups], groups % 3, groups)


def test_clips_without_a_beat_are_no_obstacle():
    tempi = np.repeat([6.5, 7.0, np.nan], 20)
    assert tempo_tells(tempi, np.repeat([0, 1, 2], 20), np.arange(60))
    assert not tempo_tells(np.full(60, np.nan), np.repeat([0, 1, 2], 20), np.arange(60))


def clicks(folder, label, bpm, number, seconds):
    sound = np.zeros(round(seconds * RATE_HZ))
    step = RATE_HZ * 60 / bpm
    beats = np.arange(0, len(sound) - 100, step).astype(int)
    for beat in beats:
        sound[beat : beat + 60] = 0.5
    path = folder / label / f"{number}.wav"
    path.parent.mkdir(parents=True, exist_ok=True)
    soundfile.write(path, sound, RATE_HZ)


@pytest.mark.parametrize(("seconds", "follow"), [(9.0, True), (2.0, False)])
def test_only_clips_long_enough_for_a_tempo_are_heard(tmp_path, seconds, follow):
    rng = np.random.default_rng(0)
    for label, bpm in (("slow", 80), ("fast", 150)):
        for number in range(6):
            clicks(tmp_path / "sounds", label, bpm + rng.uniform(-3, 3), number, seconds)
    dataset = Dataset.from_folder(tmp_path / "sounds")
    options = TrainOptions(cache_dir=tmp_path / "cache", workers=1)
    everything = np.arange(len(dataset))
    assert labels_follow_tempo(dataset, everything, options) is follow
    assert (tmp_path / "cache").exists() is follow  # short clips are not even read


def test_features_without_sounds_have_no_tempo(tone_dataset):
    blind = dataclasses.replace(tone_dataset, features=object())
    assert not labels_follow_tempo(blind, np.arange(36), TrainOptions())
