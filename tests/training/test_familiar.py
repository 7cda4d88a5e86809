"""Noise and silence are unlike sounds with something in them, whatever the network learned."""

from typing import ClassVar

import numpy as np
import torch

from earmark.features import create_frontend
from earmark.models import create_model
from earmark.models.graph import FeatureClassifier
from earmark.training.familiar import familiarity_of, fit_familiarity
from earmark.training.made_noise import made_noise
from earmark.training.windows import Cut, Windows

FRONTEND = create_frontend("log_mel", 8000)
FRAMES = 24
CUT = Cut(FRAMES, "silence", truncate=False, silence=FRONTEND.silence(), decibels=True)


def knocks(rng):
    """A few bursts that die away, at any level."""
    samples = FRONTEND.window_samples(FRAMES)
    sound = 1e-3 * rng.standard_normal(samples)
    for start in rng.integers(0, samples, 4):
        left = np.arange(samples - start)
        sound[start:] += np.exp(-left / rng.uniform(50, 200)) * np.sin(left * rng.uniform(0.2, 2))
    return FRONTEND((sound * rng.uniform(0.01, 0.4)).astype(np.float32))[:FRAMES]


def test_noise_is_told_from_sounds_that_were_learned_and_new_ones_are_kept():
    rng = np.random.default_rng(0)
    store = [knocks(rng) for _ in range(140)]

    def windows(numbers, features=store):
        return Windows(features, numbers, np.arange(len(features))[numbers] % 2, CUT)

    torch.manual_seed(0)
    network = create_model("simple", 2, frames=FRAMES, bins=FRONTEND.bins)
    mean, deviation = np.full((2, FRONTEND.bins), 20, np.float32)
    classifier = FeatureClassifier(network, -2 * mean, deviation, 60.0).eval()
    learned = windows(np.arange(60))
    fitted = fit_familiarity(
        classifier,
        learned,
        classifier,
        windows(np.arange(40)),
        windows(np.arange(40, 60)),
        np.arange(140).astype(str),
        FRONTEND,
        rng,
    )
    assert fitted.familiarity.parts == ("noise", "distance")
    assert fitted.told["clips"] == {"noise": 60, "distance": 20}
    assert fitted.told["noise_accepted"] < 0.05

    def known(part):
        rows = familiarity_of(classifier, fitted.familiarity, part)
        return (rows.min(axis=1) >= 0).mean()

    assert known(windows(np.arange(60, 140))) >= 0.8  # promised: 95 % on the mean
    strange = list(made_noise(FRONTEND, CUT, [FRAMES] * 48, np.random.default_rng(7)))
    assert known(windows(np.arange(48), strange)) <= 0.05


def test_without_enough_validation_clips_there_is_no_distance():
    rng = np.random.default_rng(1)
    store = [knocks(rng) for _ in range(20)]
    part = Windows(store, np.arange(20), np.arange(20) % 2, CUT)
    network = create_model("simple", 2, frames=FRAMES, bins=FRONTEND.bins)
    mean, deviation = np.zeros(FRONTEND.bins, np.float32), np.ones(FRONTEND.bins, np.float32)
    classifier = FeatureClassifier(network, mean, deviation, 60.0).eval()
    alone = np.zeros(20, str)  # one group: clips are parted instead
    fitted = fit_familiarity(classifier, part, classifier, part, None, alone, FRONTEND, rng)
    assert fitted.familiarity.parts == ("noise",)


def test_validation_clips_of_a_few_groups_set_no_distance():
    rng = np.random.default_rng(2)
    store = [knocks(rng) for _ in range(60)]

    def windows(numbers):
        return Windows(store, numbers, numbers % 2, CUT)

    network = create_model("simple", 2, frames=FRAMES, bins=FRONTEND.bins)
    mean, deviation = np.zeros(FRONTEND.bins, np.float32), np.ones(FRONTEND.bins, np.float32)
    classifier = FeatureClassifier(network, mean, deviation, 60.0).eval()
    training, validation = windows(np.arange(40)), windows(np.arange(40, 60))
    for groups, parts in ((9, ("noise",)), (10, ("noise", "distance"))):
        names = np.array([f"tape {number % groups}" for number in range(60)])
        fitted = fit_familiarity(
            classifier, training, classifier, training, validation, names, FRONTEND, rng
        )
        assert fitted.familiarity.parts == parts


def test_short_noise_is_as_long_as_a_recording_of_so_many_frames():
    class Wide:  # frames of a hundred samples, eight samples apart
        hop, rate_hz, bins = 8, 8000, 2
        heard: ClassVar[list[int]] = []

        def window_samples(self, frames):
            return (frames - 1) * self.hop + 100

        def __call__(self, samples):
            self.heard.append(len(samples))
            return np.zeros((-(-len(samples) // self.hop), self.bins), np.float32)

    silence = np.zeros(2, np.float32)
    cut = Cut(FRAMES, "silence", truncate=False, silence=silence, decibels=True)
    made_noise(Wide(), cut, [10, FRAMES], np.random.default_rng(0))
    assert Wide.heard == [10 * 8, (FRAMES - 1) * 8 + 100]
