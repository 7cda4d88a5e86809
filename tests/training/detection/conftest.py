"""A small bank of tones, and sources that a detector is trained from."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest
import soundfile

from earmark.datasets.soundscape import SceneSettings, Sound, SoundBank
from earmark.datasets.strong import Event
from earmark.features import create_frontend
from earmark.training.watcher import Watcher
from tests.conftest import TONE_CLASSES, TONE_RATE_HZ, tone_sound

SCENES = SceneSettings(duration_s=1.5, events_per_minute=(40, 120), shortest_s=0.2, room=0)


class Teller(Watcher):
    """Keeps what is said."""

    def __init__(self):
        self.told = []

    def message(self, text):
        self.told.append(text)


def write_recordings(root: Path, recordings: int = 8, seed: int = 0) -> Path:
    """`root/NN.wav` of 1.5 s, each with two tones that Audacity's label track beside it tells."""
    rng = np.random.default_rng(seed)
    root.mkdir(parents=True, exist_ok=True)
    for number in range(recordings):
        samples = 0.003 * rng.standard_normal(round(1.5 * TONE_RATE_HZ)).astype(np.float32)
        lines = []
        for turn in range(2):
            label = TONE_CLASSES[(number + turn) % 3]
            onset_s = 0.1 + 0.7 * turn
            piece, at = tone_sound(label, rng, 0.5), round(onset_s * TONE_RATE_HZ)
            samples[at : at + len(piece)] += piece
            lines.append(f"{onset_s:.3f}\t{onset_s + 0.5:.3f}\t{label}\n")
        soundfile.write(root / f"{number:02}.wav", samples, TONE_RATE_HZ)
        (root / f"{number:02}.txt").write_text("".join(lines))
    return root


@pytest.fixture(scope="session")
def frontend():
    return create_frontend("log_mel", TONE_RATE_HZ)


@pytest.fixture(scope="session")
def bank():
    """Four sounds of each class, each a group of its own."""
    rng = np.random.default_rng(5)
    by_label = {}
    for label in TONE_CLASSES:
        samples = [tone_sound(label, rng) for _ in range(4)]
        by_label[label] = tuple(
            Sound(f"{label}/{n}.wav", label, each, ((0, len(each)),))
            for n, each in enumerate(samples)
        )
    return SoundBank(TONE_RATE_HZ, by_label)


@pytest.fixture(scope="session")
def recorded(tmp_path_factory):
    """Eight recordings with labels. Read them only."""
    return write_recordings(tmp_path_factory.mktemp("strong") / "recordings")


@pytest.fixture
def teller():
    return Teller()


def small(recipe, **changes):
    """A recipe with a window of half a second."""
    return dataclasses.replace(recipe, window_s=0.5, **changes)


def event(label, onset_s, offset_s):
    return Event(label, onset_s, offset_s)
