"""Windows of clips: cut as prediction cuts them, or changed at random for training."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from earmark.errors import AudioError
from earmark.features import create_frontend
from earmark.features.extract import FeatureStore
from earmark.inference.windows import cut_windows
from earmark.models.recipe import Augmentation
from earmark.training.export import window_of
from earmark.training.windows import MOST_WINDOWS, AugmentedWindows, Cut, Windows

FRONTEND = create_frontend("log_mel", 8000, bins=6)
ALL = Augmentation(
    mixup=0.5,
    between_class=0.3,
    gain_db=6.0,
    noise=0.5,
    time_mask=0.2,
    bin_mask=0.3,
    bin_shift=1,
    colour=1.0,
    stretch=0.2,
    warp=0.2,
    shift=0.1,
    crop=0.2,
    roll=True,
)


def cut_of(frames, fill="silence", truncate=False, frontend=FRONTEND):
    centres_hz = frontend.centres_hz()
    return Cut(frames, fill, truncate, frontend.silence(), frontend.decibels, centres_hz)


def store_of(*lengths, seed=0, bins=6):
    """A read-only store of random decibels, as the cache gives it."""
    array = np.random.default_rng(seed).uniform(-80, 0, (sum(lengths), bins)).astype(np.float32)
    array.flags.writeable = False
    ends = np.cumsum(lengths)
    rows = [(int(end - length), length) for end, length in zip(ends, lengths, strict=True)]
    return FeatureStore(array, rows, [str(row) for row in rows])


def windows_of(*lengths, frames=10, fill="silence", truncate=False):
    targets = np.arange(len(lengths)) % 3
    return Windows(store_of(*lengths), range(len(lengths)), targets, cut_of(frames, fill, truncate))


def test_several_labels_are_mixed_as_their_sounds_are():
    marks = np.array([[1, 1, 0], [0, 1, 1]])
    windows = Windows(store_of(10, 10), range(2), marks, cut_of(10))
    plain = AugmentedWindows(windows, 3, Augmentation(), 0)
    assert [plain.item(0, index)[1].tolist() for index in (0, 1)] == [[1, 1, 0], [0, 1, 1]]
    mixing = AugmentedWindows(windows, 3, Augmentation(mixup=1.0), 0)
    targets = np.stack([mixing.item(epoch, 0)[1] for epoch in range(20)])
    assert targets.dtype == np.float32
    np.testing.assert_allclose(targets[:, 1], 1, rtol=1e-6)  # both have it
    np.testing.assert_allclose(targets[:, 0] + targets[:, 2], 1, rtol=1e-6)
    assert np.ptp(targets[:, 0]) > 0.3


FRONTENDS = [
    FRONTEND,
    create_frontend("log_mel", 8000, bins=6, hop=256),  # no overlap
    create_frontend("log_mel", 8000, bins=6, hop=64, pad_left=100),  # four times, an odd padding
    create_frontend("log_mel", 8000, bins=6, hop=96, pad_left=128),  # frame not whole hops
]


@settings(max_examples=150, deadline=None)
@given(
    samples=st.integers(1, 6000),
    frames=st.integers(1, 30),
    fill=st.sampled_from(["silence", "wrap"]),
    truncate=st.booleans(),
    step=st.integers(1, 30),
    frontend=st.sampled_from(FRONTENDS),
    data=st.data(),
)
def test_prediction_cuts_samples_as_training_cuts_features(
    samples, frames, fill, truncate, step, frontend, data
):
    sound = np.random.default_rng(samples).uniform(-0.5, 0.5, samples).astype(np.float32)
    ends = data.draw(st.lists(st.integers(0, samples), max_size=6))
    cut = cut_of(frames, fill, truncate, frontend)
    cut = dataclasses.replace(cut, step=step if step < frames else None)

    store = FeatureStore(features := frontend(sound), [(0, len(features))], ["a"])
    trained = Windows(store, [0], np.array([0]), cut)
    wanted = trained.batch(range(len(trained)))

    plain = dataclasses.replace(frontend, pad_left=0)  # the graph: frames inside the samples
    got = []
    for window in cut_windows(np.split(sound, sorted(ends)), window_of(frontend, cut)):
        count = (len(window) - frontend.frame) // frontend.hop + 1
        inside = plain(window)[:count]
        got.append(inside[np.arange(frames) % count] if fill == "wrap" else inside)
    assert len(got) == len(wanted)
    np.testing.assert_allclose(np.stack(got), wanted, rtol=1e-5, atol=2e-3)


@given(st.integers(1, 200), st.integers(1, 40))
def test_every_frame_is_in_a_window(length, frames):
    windows = windows_of(length, frames=frames)
    covered = {int(start) + i for start in windows.start for i in range(frames)}
    assert set(range(length)) <= covered
    assert len(windows) == max(1, -(-length // frames))


def test_a_short_clip_is_followed_by_silence_or_by_itself():
    silent, wrapped = (windows_of(4, frames=10, fill=fill) for fill in ("silence", "wrap"))
    clip = silent.features(0)
    np.testing.assert_array_equal(silent[0], np.vstack([clip, [FRONTEND.silence()] * 6]))
    np.testing.assert_array_equal(wrapped[0], np.vstack([clip, clip, clip[:2]]))


def test_truncated_clips_have_one_window():
    windows = windows_of(35, 4, frames=10, truncate=True)
    assert windows.start.tolist() == [0, 0]
    assert windows.clip_of.tolist() == [0, 1]


def test_windows_know_their_clip_and_target():
    windows = Windows(store_of(25, 5, 10), [2, 0], np.array([1, 0]), cut_of(10))
    assert windows.clip_of.tolist() == [0, 1, 1, 1]
    assert windows.start.tolist() == [0, 0, 10, 15]
    assert windows.targets.tolist() == [1, 0, 0, 0]
    np.testing.assert_array_equal(windows[0], windows.store[2])
    assert windows.batch([3, 1]).shape == (2, 10, 6)


def test_an_epoch_is_a_shuffle_that_follows_from_seed_and_epoch():
    windows = windows_of(*[20] * 15)
    order = windows.epoch_order(1, 2)
    assert sorted(order.tolist()) == list(range(30))
    np.testing.assert_array_equal(order, windows.epoch_order(1, 2))
    assert order.tolist() != windows.epoch_order(1, 3).tolist()
    assert order.tolist() != windows.epoch_order(2, 2).tolist()


def test_a_long_clip_gives_an_epoch_only_some_windows_and_all_in_turn():
    windows = windows_of(300, 10, 10)
    seen = set()
    for epoch in range(60):
        order = windows.epoch_order(0, epoch)
        counts = np.bincount(windows.clip_of[order])
        assert counts.tolist() == [MOST_WINDOWS, 1, 1]
        seen |= set(order.tolist())
    assert seen == set(range(32))


@pytest.mark.parametrize("fill", ["silence", "wrap"])
def test_an_augmented_window_does_not_depend_on_what_was_asked_before(fill):
    windows = windows_of(25, 4, 10, 11, 40, fill=fill)
    augmented = AugmentedWindows(windows, 3, ALL, seed=5)
    there = [augmented.item(1, index) for index in range(len(windows))]
    other = AugmentedWindows(windows, 3, ALL, seed=5)
    other.batch(0, [3, 1])
    for index in reversed(range(len(windows))):
        window, target = other.item(1, index)
        np.testing.assert_array_equal(window, there[index][0])
        np.testing.assert_array_equal(target, there[index][1])
    batch, targets = other.batch(1, [2, 0])
    np.testing.assert_array_equal(batch, np.stack([there[2][0], there[0][0]]))
    np.testing.assert_array_equal(targets, np.stack([there[2][1], there[0][1]]))
    assert not np.array_equal(augmented.item(2, 0)[0], there[0][0])
    changed = AugmentedWindows(windows, 3, ALL, seed=6).item(1, 0)[0]
    assert not np.array_equal(changed, there[0][0])


@pytest.mark.parametrize("fill", ["silence", "wrap"])
@pytest.mark.parametrize("truncate", [False, True])
def test_augmented_windows_have_the_shape_and_a_distribution(fill, truncate):
    windows = windows_of(25, 1, 4, 10, 11, 40, fill=fill, truncate=truncate)
    before = windows.store.array.copy()
    augmented = AugmentedWindows(windows, 3, ALL, seed=0)
    mixed = 0
    for epoch in range(10):
        for index in range(len(windows)):
            window, target = augmented.item(epoch, index)
            assert window.shape == (10, 6)
            assert window.dtype == target.dtype == np.float32
            assert np.isfinite(window).all()
            assert target.sum() == pytest.approx(1, abs=1e-6)
            mixed += target.max() < 1
    assert mixed > 10
    np.testing.assert_array_equal(windows.store.array, before)


def test_without_augmentation_windows_are_as_prediction_sees_them():
    windows = windows_of(25, 4, 10)
    augmented = AugmentedWindows(windows, 3, Augmentation(), seed=0)
    batch, targets = augmented.batch(3, range(len(windows)))
    np.testing.assert_array_equal(batch, windows.batch(range(len(windows))))
    np.testing.assert_array_equal(targets, np.eye(3, dtype=np.float32)[windows.targets])


def test_a_mixed_target_has_the_shares_of_the_sounds():
    """Clips of a level each: the level of the mix tells the share that the target must have."""
    store = store_of(10, 10)
    array = np.repeat(np.float32([[-200.0], [0.0]]), 10, axis=0) * np.ones((1, 6), np.float32)
    store = dataclasses.replace(store, array=array)
    windows = Windows(store, [0, 1], np.array([0, 1]), cut_of(10))
    augmented = AugmentedWindows(windows, 2, Augmentation(mixup=1.0), seed=0)
    checked = 0
    for epoch in range(30):
        window, target = augmented.item(epoch, 1)
        if target[0] > 0:
            assert 10 ** (window[0, 0] / 10) == pytest.approx(target[1], rel=1e-3)
            checked += 1
    assert checked > 5


def test_a_short_clip_stands_anywhere_in_its_window_in_one_piece():
    windows = windows_of(4, frames=10)
    augmented = AugmentedWindows(windows, 3, Augmentation(roll=True), seed=0)
    places = set()
    for epoch in range(60):
        window, _ = augmented.item(epoch, 0)
        sounding = np.flatnonzero((window > -100).any(axis=1))
        places.add(int(sounding[0]))
        np.testing.assert_array_equal(window[sounding[0] :][:4], windows.features(0))
        assert len(sounding) == 4
    assert places == set(range(7))


def test_mixes_between_classes_are_of_two_classes():
    windows = windows_of(*[10] * 7)
    augmented = AugmentedWindows(windows, 3, Augmentation(between_class=1.0), seed=0)
    targets = np.stack([augmented.item(epoch, 3)[1] for epoch in range(40)])
    assert ((targets > 0).sum(axis=1) == 2).all()
    assert targets[:, 0].min() > 0  # clip 3 is of class 0
    np.testing.assert_allclose(targets.sum(axis=1), 1, rtol=1e-6)
    assert (targets[:, 1] > 0).any()
    assert (targets[:, 2] > 0).any()


@pytest.mark.parametrize("name", ["mixup", "between_class"])
def test_one_class_alone_and_classes_of_two_clips_are_mixed(name):
    mixing = Augmentation(**{name: 1.0})
    alone = Windows(store_of(10, 10), range(2), np.array([1, 1]), cut_of(10))
    _, targets = AugmentedWindows(alone, 3, mixing, seed=0).batch(0, [0, 1])
    np.testing.assert_allclose(targets, [[0, 1, 0], [0, 1, 0]], atol=1e-6)
    two = Windows(store_of(10, 10, 10, 10), range(4), np.array([0, 0, 1, 1]), cut_of(10))
    batch, targets = AugmentedWindows(two, 3, mixing, seed=0).batch(0, range(4))
    assert np.isfinite(batch).all()
    np.testing.assert_allclose(targets.sum(axis=1), 1, rtol=1e-6)


def test_frequencies_are_warped_only_where_bins_stand_for_some():
    windows, other = windows_of(10), windows_of(10)
    other.cut = dataclasses.replace(other.cut, centres_hz=None)
    warped = AugmentedWindows(windows, 3, Augmentation(warp=0.2), seed=0).item(0, 0)[0]
    assert not np.array_equal(warped, windows[0])
    as_it_is = AugmentedWindows(other, 3, Augmentation(warp=0.2), seed=0).item(0, 0)[0]
    np.testing.assert_array_equal(as_it_is, windows[0])


def test_a_cropped_window_is_filled_as_a_short_clip_is():
    for fill in ("silence", "wrap"):
        windows = windows_of(10, fill=fill)
        augmented = AugmentedWindows(windows, 3, Augmentation(crop=0.5), seed=0)
        silent = [(augmented.item(e, 0)[0] <= -100).all(axis=1).sum() for e in range(40)]
        assert max(silent) == (5 if fill == "silence" else 0)


def test_windows_that_overlap_follow_at_the_step_and_the_last_ends_with_the_clip():
    cut = dataclasses.replace(cut_of(10), step=5)
    windows = Windows(store_of(23, 10, 4), range(3), np.array([0, 1, 2]), cut)
    assert windows.start.tolist() == [0, 5, 10, 13, 0, 0]
    assert windows.clip_of.tolist() == [0, 0, 0, 0, 1, 2]


def test_an_epoch_takes_a_clip_or_one_of_its_copies_and_a_lost_copy_is_passed_over():
    windows = windows_of(10, 10)
    levels = [-1000.0, -2000.0]
    stores = [
        dataclasses.replace(windows.store, array=np.full((20, 6), level, np.float32), errors={})
        for level in levels
    ]
    stores[1].errors[1] = AudioError("lost")
    augmented = AugmentedWindows(windows, 3, Augmentation(variants=2), seed=0)
    augmented.variants = stores
    seen = [{augmented.item(e, i)[0][0, 0].item() for e in range(60)} for i in (0, 1)]
    assert seen == [{windows[0][0, 0].item(), *levels}, {windows[1][0, 0].item(), levels[0]}]
    again = AugmentedWindows(windows, 3, Augmentation(variants=2), seed=0)
    again.variants = stores
    for epoch in range(5):
        np.testing.assert_array_equal(again.item(epoch, 1)[0], augmented.item(epoch, 1)[0])
