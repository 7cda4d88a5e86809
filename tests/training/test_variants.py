"""Altered copies of training clips: made once, kept by everything they depend on, training only."""

import dataclasses
import json

import numpy as np
import pytest

import earmark
from earmark.datasets.backgrounds import Backgrounds
from earmark.errors import ConfigError
from earmark.features import create_frontend
from earmark.models import Augmentation, Recipe
from earmark.training import beginning
from earmark.training.options import TrainOptions
from earmark.training.variants import Altered, variants_of, with_variants
from earmark.training.watcher import Watcher

FRONTEND = create_frontend("log_mel", 8000)
NONE = {"pitch": 0.0, "tempo": 0.0, "speed": 0.0, "room": 0.0, "background": 0.0, "snr_db": 5.0}


def altered(seed=0, number=0, backgrounds=None, **strengths):
    return Altered(FRONTEND, tuple((NONE | strengths).items()), seed, number, backgrounds)


def sound(samples=4000, seed=0):
    return (0.1 * np.random.default_rng(seed).standard_normal(samples)).astype(np.float32)


def recipe(**strengths):
    return Recipe(name="test", augmentation=Augmentation(**strengths))


def test_a_copy_follows_from_seed_number_and_sound():
    speed = altered(speed=0.2)
    first = speed(sound())
    np.testing.assert_array_equal(first, altered(speed=0.2)(sound()))
    others = [
        altered(speed=0.2, seed=1)(sound()),
        altered(speed=0.2, number=1)(sound()),
        speed(sound(seed=1)),
    ]
    assert not any(np.array_equal(first, other) for other in others)


def test_without_a_change_a_copy_is_the_sound():
    np.testing.assert_array_equal(altered()(sound()), FRONTEND(sound()))


def test_the_key_tells_everything_that_the_values_depend_on():
    there = [
        altered(speed=0.2),
        altered(speed=0.1),
        altered(room=0.2),
        altered(speed=0.2, seed=1),
        altered(speed=0.2, number=1),
        altered(speed=0.2, backgrounds=Backgrounds((), "a")),
        altered(speed=0.2, backgrounds=Backgrounds((), "b")),
        dataclasses.replace(altered(speed=0.2), frontend=create_frontend("mfcc", 8000)),
    ]
    assert len({one.key for one in there} | {FRONTEND.key}) == 9
    assert altered(speed=0.2).key == there[0].key


def test_a_long_recording_is_changed_in_one_way_minute_by_minute():
    minute = sound(8000 * 60)
    blocks = np.split(np.concatenate([minute, sound(8000, seed=2)]), 61)
    rows = np.concatenate(list(altered(speed=0.2).stream(blocks)))
    speed = 61 * 62.5 / len(rows)
    assert len(altered(speed=0.2)(minute)) == pytest.approx(60 * 62.5 / speed, abs=2)


def test_three_copies_are_made_where_one_is_needed(tone_dataset, tmp_path):
    assert with_variants(recipe(mixup=0.5), tone_dataset, None) == recipe(mixup=0.5)
    assert with_variants(recipe(room=0.5), tone_dataset, None) == recipe(room=0.5, variants=3)
    two = recipe(room=0.5, variants=2)
    assert with_variants(two, tone_dataset, None) == two


def test_a_folder_of_backgrounds_is_for_every_copy(tone_dataset, tone_folder):
    found = with_variants(recipe(), tone_dataset, tone_folder)
    assert found == recipe(variants=3, background=1.0)
    some = with_variants(recipe(background=0.2), tone_dataset, tone_folder)
    assert some == recipe(variants=3, background=0.2)


@pytest.mark.parametrize(
    ("strengths", "words"),
    [
        ({"variants": 2}, "nothing says how: add one of pitch, tempo, speed, room, background"),
        ({"background": 0.5}, "needs recordings: name their folder by --background"),
    ],
)
def test_what_makes_no_sense_is_refused(tone_dataset, strengths, words):
    with pytest.raises(ConfigError, match=words):
        with_variants(recipe(**strengths), tone_dataset, None)


def test_features_have_no_sound_to_change(tone_dataset):
    blind = dataclasses.replace(tone_dataset, features=object())
    with pytest.raises(ConfigError, match="augment speed changes the sound itself"):
        with_variants(recipe(speed=0.1), blind, None)


def test_copies_are_kept(tone_dataset, tmp_path):
    options = TrainOptions(cache_dir=tmp_path, workers=1)
    settings = Augmentation(variants=2, speed=0.1)
    clips = np.array([3, 30, 7])
    given = (tone_dataset, clips, FRONTEND, settings, options, Watcher())
    first, again = variants_of(*given), variants_of(*given)
    assert [store.computed for store in first] == [3, 3]
    assert [store.computed for store in again] == [0, 0]
    assert not np.array_equal(first[0][1], first[1][1])
    np.testing.assert_array_equal(first[1][2], again[1][2])
    assert variants_of(*given[:3], Augmentation(), *given[4:]) == []


def test_only_training_clips_are_altered(tone_dataset, tmp_path, monkeypatch):
    seen = []
    make = beginning.variants_of

    def keep(dataset, clips, *others):
        seen.append(sorted(clips.tolist()))
        return make(dataset, clips, *others)

    monkeypatch.setattr(beginning, "variants_of", keep)
    out = tmp_path / "run"
    earmark.train(
        tone_dataset,
        "simple",
        out,
        frontend="log_mel",
        epochs=1,
        precision="float32",
        workers=1,
        augment={"speed": 0.1, "variants": 1},
        cache_dir=tmp_path / "cache",
    )
    names = [clip.name for clip in tone_dataset.clips]
    rows = [line.split(",") for line in (out / "split.csv").read_text().splitlines()[1:]]
    train = sorted(names.index(row[0]) for row in rows if "train" in row)
    assert seen[0] == train
    told = json.loads((out / "run.json").read_text())
    assert told["settings"]["recipe"]["augmentation"]["variants"] == 1
