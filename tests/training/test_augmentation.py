"""Each augmentation does what it says, to a copy, as its generator tells."""

import numpy as np
import pytest

from earmark.training import augmentation as augment
from earmark.training.augmentation.between_class import level_db
from earmark.training.augmentation.mixup import add_powers

FLOOR = -100.0
CENTRES_HZ = np.geomspace(100, 4000, 12)


def warp(features, largest, rng):
    return augment.warp_bins(features, CENTRES_HZ[: features.shape[1]], largest, rng)


def silence(features):
    return np.full(features.shape[1], FLOOR, np.float32)


SHORTER = ("stretch", "crop_frames")  # they change the number of frames, and the window is filled
RANDOM = {
    "add_noise": augment.add_noise,
    "crop_frames": lambda x, rng: augment.crop_frames(x, 0.3, rng),
    "shift_frames": lambda x, rng: augment.shift_frames(x, 0.3, silence(x), rng),
    "change_gain": lambda x, rng: augment.change_gain(x, 6.0, FLOOR, rng),
    "colour": lambda x, rng: augment.colour(x, 2.0, rng),
    "mask_bins": lambda x, rng: augment.mask_bins(x, 0.3, rng),
    "mask_frames": lambda x, rng: augment.mask_frames(x, 0.3, rng),
    "roll": augment.roll,
    "shift_bins": lambda x, rng: augment.shift_bins(x, 3, rng),
    "stretch": lambda x, rng: augment.stretch(x, 0.2, rng),
    "tilt": lambda x, rng: augment.tilt(x, 20.0, FLOOR, rng),
    "warp_bins": lambda x, rng: warp(x, 0.2, rng),
}
IDENTITY = {
    "change_gain": lambda x, rng: augment.change_gain(x, 0.0, FLOOR, rng),
    "colour": lambda x, rng: augment.colour(x, 0.0, rng),
    "crop_frames": lambda x, rng: augment.crop_frames(x, 0.0, rng),
    "shift_frames": lambda x, rng: augment.shift_frames(x, 0.0, silence(x), rng),
    "mask_bins": lambda x, rng: augment.mask_bins(x, 0.0, rng),
    "mask_frames": lambda x, rng: augment.mask_frames(x, 0.0, rng),
    "shift_bins": lambda x, rng: augment.shift_bins(x, 0, rng),
    "stretch": lambda x, rng: augment.stretch(x, 0.0, rng),
    "tilt": lambda x, rng: augment.tilt(x, 0.0, FLOOR, rng),
    "warp_bins": lambda x, rng: warp(x, 0.0, rng),
}
each = pytest.mark.parametrize("change", RANDOM.values(), ids=RANDOM)


def decibels(frames=40, bins=12, seed=0):
    rng = np.random.default_rng(seed)
    return rng.uniform(-90, -10, (frames, bins)).astype(np.float32)


def test_every_public_augmentation_is_tested_here():
    assert {*RANDOM, "mix", "mix_by_level"} == set(augment.__all__)


@each
def test_the_input_is_left_as_it_is(change):
    features = decibels()
    before = features.copy()
    features.flags.writeable = False
    for seed in range(10):
        assert not np.shares_memory(change(features, np.random.default_rng(seed)), features)
    np.testing.assert_array_equal(features, before)


@each
def test_shape_and_kind_are_kept(change):
    for seed in range(10):
        changed = change(decibels(), np.random.default_rng(seed))
        assert changed.dtype == np.float32
        assert np.isfinite(changed).all()
        assert changed.shape[1] == 12
        assert len(changed) == 40 or change in [RANDOM[name] for name in SHORTER]


@each
def test_the_generator_decides_alone(change):
    first, again, other = (change(decibels(), np.random.default_rng(s)) for s in (1, 1, 5))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


@each
@pytest.mark.parametrize("shape", [(1, 1), (1, 12), (2, 3)])
def test_the_smallest_windows_are_taken(change, shape):
    for seed in range(5):
        assert np.isfinite(change(decibels(*shape), np.random.default_rng(seed))).all()


@pytest.mark.parametrize("change", IDENTITY.values(), ids=IDENTITY)
def test_no_strength_is_no_change(change):
    np.testing.assert_array_equal(change(decibels(), np.random.default_rng(0)), decibels())


def test_mixing_adds_powers():
    level = np.full((3, 2), -20, np.float32)
    np.testing.assert_allclose(augment.mix(level, level, 0.5, True), -20, atol=1e-4)
    np.testing.assert_allclose(augment.mix(level, level, 0.1, True), -20, atol=1e-4)
    silent = np.full((3, 2), -1000, np.float32)
    np.testing.assert_allclose(augment.mix(level, silent, 0.5, True), -23.0103, atol=1e-3)
    first, second = decibels(seed=1), decibels(seed=2)
    powers = 0.3 * 10 ** (first.astype(np.float64) / 10) + 0.7 * 10 ** (
        second.astype(np.float64) / 10
    )
    got = augment.mix(first, second, 0.3, True)
    assert got.dtype == np.float32
    np.testing.assert_allclose(got, 10 * np.log10(powers), atol=1e-4)
    np.testing.assert_allclose(got, augment.mix(second, first, 0.7, True), atol=1e-4)


def test_silence_mixed_with_silence_is_silence():
    silence = np.full((3, 2), FLOOR, np.float32)
    np.testing.assert_allclose(augment.mix(silence, silence, 0.37, True), FLOOR, atol=1e-4)


def test_other_features_are_mixed_as_they_are():
    first, second = decibels(seed=1), decibels(seed=2)
    got = augment.mix(first, second, 0.25, False)
    assert got.dtype == np.float32
    np.testing.assert_allclose(got, 0.25 * first + 0.75 * second, rtol=1e-6)


@pytest.mark.parametrize("decibel", [True, False])
def test_a_whole_share_is_the_one_sound(decibel):
    first, second = decibels(seed=1), decibels(seed=2)
    np.testing.assert_array_equal(augment.mix(first, second, 1.0, decibel), first)
    np.testing.assert_array_equal(augment.mix(first, second, 0.0, decibel), second)


def test_powers_of_any_size_are_added():
    low, high = np.float32([[-3000, 500]]), np.float32([[-3000, -500]])
    np.testing.assert_allclose(add_powers(low, high), [[-2996.99, 500]], atol=1e-2)


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9])
@pytest.mark.parametrize("softer_db", [0.0, 30.0, 1000.0])
def test_between_classes_the_share_is_heard_whatever_the_levels(share, softer_db):
    """Tokozume's p by hand, on sounds in bins of their own, so that each is seen in the mix."""
    first, second = (np.full((3, 2), -200 - softer_db, np.float32) for _ in range(2))
    first[:, 0], second[:, 1] = -10, -10 - softer_db
    mixed = augment.mix_by_level(first, second, share, True)
    p = 1 / (1 + 10 ** (softer_db / 20) * (1 - share) / share)
    power = p**2 / (p**2 + (1 - p) ** 2)
    np.testing.assert_allclose(mixed[:, 1], -10 - softer_db + 10 * np.log10(1 - power), atol=1e-2)
    if softer_db < 100:
        np.testing.assert_allclose(mixed[:, 0], -10 + 10 * np.log10(power), atol=1e-2)
        # amplitudes as heard, p 10^(G1 / 20) to (1 - p) 10^(G2 / 20), are as the labels
        heard = 10 ** ((mixed[0, 0] - mixed[0, 1]) / 20)
        assert heard == pytest.approx(share / (1 - share), rel=1e-2)


def test_between_classes_other_features_are_mixed_as_they_are():
    first, second = decibels(seed=1), decibels(seed=2)
    got = augment.mix_by_level(first, second, 0.25, False)
    np.testing.assert_allclose(got, 0.25 * first + 0.75 * second, rtol=1e-6)


def test_a_level_is_that_of_the_loudest_frame():
    features = decibels()
    wanted = 10 * np.log10((10 ** (features.astype(np.float64) / 10)).sum(axis=1).max())
    assert level_db(features) == pytest.approx(wanted, abs=1e-4)
    assert level_db(np.full((2, 4), -5000, np.float32)) == pytest.approx(-5000 + 6.0206, abs=1e-3)


def test_a_shift_moves_frames_and_silence_follows():
    features, places = decibels(8), set()
    for seed in range(60):
        shifted = augment.shift_frames(
            features, 0.25, silence(features), np.random.default_rng(seed)
        )
        sounding = np.flatnonzero((shifted > FLOOR).all(axis=1))
        by = 8 - len(sounding) if sounding[0] else len(sounding) - 8
        places.add(by)
        kept = features[-by:] if by < 0 else features[: 8 - by]
        np.testing.assert_array_equal(shifted[sounding], kept)
    assert places == {-2, -1, 0, 1, 2}


def test_a_crop_keeps_a_run_of_frames():
    features, lengths, starts = decibels(8), set(), set()
    for seed in range(80):
        cropped = augment.crop_frames(features, 0.5, np.random.default_rng(seed))
        start = int(np.flatnonzero((features == cropped[0]).all(axis=1))[0])
        np.testing.assert_array_equal(cropped, features[start : start + len(cropped)])
        lengths.add(len(cropped))
        starts.add(start)
    assert lengths == {4, 5, 6, 7, 8}
    assert starts == {0, 1, 2, 3, 4}


def test_a_gain_is_one_constant_above_the_floor():
    features = decibels()
    features[0] = FLOOR + 1
    for seed in range(20):
        changed = augment.change_gain(features, 6.0, FLOOR, np.random.default_rng(seed))
        by = (changed - features)[1:]
        np.testing.assert_allclose(by, by[0, 0], atol=1e-4)
        assert abs(by[0, 0]) <= 6
        assert changed.min() >= FLOOR


def masked_span(lines):
    """(first, width) of the run of lines that changed, which must be one run."""
    changed = np.flatnonzero(lines)
    if len(changed) == 0:
        return 0, 0
    assert (np.diff(changed) == 1).all()
    return int(changed[0]), len(changed)


def test_one_run_of_frames_is_blanked_with_the_mean_of_each_bin():
    features, widths = decibels(), set()
    for seed in range(60):
        masked = augment.mask_frames(features, 0.25, np.random.default_rng(seed))
        first, width = masked_span((masked != features).any(axis=1))
        widths.add(width)
        rows = masked[first : first + width]
        np.testing.assert_allclose(rows, np.tile(features.mean(axis=0), (width, 1)), rtol=1e-6)
    assert widths == set(range(11))


def test_one_run_of_bins_is_blanked_with_the_mean():
    features, widths = decibels(), set()
    for seed in range(60):
        masked = augment.mask_bins(features, 0.25, np.random.default_rng(seed))
        first, width = masked_span((masked != features).any(axis=0))
        widths.add(width)
        np.testing.assert_allclose(masked[:, first : first + width], features.mean(), rtol=1e-6)
    assert widths == {0, 1, 2, 3}


def test_bins_are_shifted_and_the_edge_repeated():
    features, shifts = decibels(), set()
    for seed in range(60):
        shifted = augment.shift_bins(features, 2, np.random.default_rng(seed))
        for shift in range(-2, 3):
            source = np.clip(np.arange(12) - shift, 0, 11)
            if np.array_equal(shifted, features[:, source]):
                shifts.add(shift)
                break
        else:
            pytest.fail("no shift of up to 2 bins")
    assert shifts == {-2, -1, 0, 1, 2}


def test_a_roll_keeps_all_frames_in_their_order():
    features, starts = decibels(6), set()
    for seed in range(60):
        rolled = augment.roll(features, np.random.default_rng(seed))
        start = int(np.flatnonzero((rolled == features[0]).all(axis=1))[0])
        starts.add(start)
        np.testing.assert_array_equal(np.roll(rolled, -start, axis=0), features)
    assert starts == set(range(6))


def test_a_stretch_changes_the_length_and_keeps_the_ends():
    line = np.repeat(np.arange(100, dtype=np.float32)[:, None], 3, axis=1)
    lengths = set()
    for seed in range(40):
        stretched = augment.stretch(line, 0.2, np.random.default_rng(seed))
        lengths.add(len(stretched))
        np.testing.assert_allclose(stretched[[0, -1]], line[[0, -1]], atol=1e-4)
        steps = np.diff(stretched[:, 0])  # a line read at another speed stays a line
        np.testing.assert_allclose(steps, 99 / (len(stretched) - 1), rtol=1e-3)
    assert min(lengths) >= round(100 / 1.2)
    assert max(lengths) <= round(100 / 0.8)
    assert len(lengths) > 20


def test_noise_only_adds_and_stays_below_the_loudest():
    features = decibels()
    for seed in range(20):
        noisy = augment.add_noise(features, np.random.default_rng(seed))
        assert (noisy >= features - 1e-3).all()
        # exponential peaks, the tilt and the loudest level: some 20 dB in all
        assert noisy.max() < features.max() + 15


def test_a_tilt_is_a_straight_line_over_the_bins_and_stops_at_the_floor():
    features = np.full((5, 9), FLOOR + 50, np.float32)
    moved = augment.tilt(features, 20.0, FLOOR, np.random.default_rng(0)) - features
    assert 0 < abs(moved[0, -1]) <= 20
    np.testing.assert_allclose(moved, np.tile(moved[0, -1] * np.arange(9) / 8, (5, 1)), atol=1e-4)
    low = np.full((5, 9), FLOOR, np.float32)
    for seed in range(8):
        assert augment.tilt(low, 20.0, FLOOR, np.random.default_rng(seed)).min() >= FLOOR


def test_colour_moves_each_bin_by_a_constant_of_its_own():
    features, rng = decibels(), np.random.default_rng(0)
    moved = augment.colour(features, 2.0, rng) - features
    assert np.ptp(moved, axis=0).max() < 1e-4  # the same at every time
    limits = 2.0 * features.std(axis=0)
    assert (np.abs(moved[0]) <= limits).all()
    assert len(np.unique(moved[0].round(3))) == 12


class Fixed:
    """A generator whose every draw is the same share of the range."""

    def __init__(self, share):
        self.share = share

    def uniform(self, low=0.0, high=1.0):
        return low + self.share * (high - low)


@pytest.mark.parametrize("ratio", [0.8, 1.0, 1.25])
def test_a_warp_reads_each_bin_at_a_multiple_of_its_frequency(ratio):
    centres_hz = np.linspace(10, 4000, 400)
    features = np.tile(centres_hz.astype(np.float32), (2, 1))  # a bin's value is its frequency
    largest = 0.25
    warped = augment.warp_bins(
        features, centres_hz, largest, Fixed((ratio - 1 + largest) / (2 * largest))
    )
    below = (centres_hz >= 20) & (centres_hz <= 0.6 * 4000 / max(ratio, 1))
    np.testing.assert_allclose(warped[0, below], ratio * centres_hz[below], rtol=1e-4)
    assert (np.diff(warped[0, centres_hz >= 20]) > 0).all()
    np.testing.assert_allclose(warped[:, -1], 4000)  # the highest stays
