"""What a detector learns from: scenes mixed anew each time, recordings, clips with weak labels."""

import copy
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from earmark.datasets.backgrounds import Backgrounds
from earmark.datasets.soundscape import SceneSettings, SoundBank, mix_scene
from earmark.features import Frontend
from earmark.features.frontend import Array
from earmark.models.detector import Detector
from earmark.models.recipe import Augmentation, Recipe
from earmark.training import augmentation as augment
from earmark.training.detection.cut import SceneCut
from earmark.training.detection.recording import Recording, marks
from earmark.training.detection.scenes import STREAM
from earmark.training.detection.skill import frame_f1
from earmark.training.detection.threads import mapped

DENSER = 2  # scenes to learn from than those to be judged by: most of what is heard is no event
SHORT = 0.25  # share of the scenes that end before their window does, as recordings do
SHORTEST = 0.5  # of the window
KEPT = ("bin_mask", "bin_shift", "tilt")  # augmentations that leave times as they are
GUESS_STEPS, GUESS_RATE, GUESSED = 60, 0.3, 64


@dataclass(frozen=True)
class WeakClip:
    """A clip of which only the labels are known, not when they sound."""

    features: Array
    labels: tuple[int, ...]


@dataclass(frozen=True)
class Material:
    """Everything that is learned from."""

    classes: tuple[str, ...]
    frontend: Frontend
    bank: SoundBank | None
    settings: SceneSettings
    scenes: int
    """How many are made in an epoch."""
    recordings: Sequence[Recording] = ()
    weak: Sequence[WeakClip] = ()
    backgrounds: Backgrounds | None = None


class SceneLessons:
    """Windows of all three kinds: item (epoch, index) is the same whatever was asked before."""

    def __init__(
        self,
        network: Detector,
        material: Material,
        cut: SceneCut,
        settings: Augmentation,
        seed: int,
    ) -> None:
        self.network, self.material, self.cut = network, material, cut
        self.settings, self.seed = settings, seed
        self._places = [
            (number, int(start))
            for number, recording in enumerate(material.recordings)
            for start in cut.starts(len(recording.features))
        ]
        frontend = material.frontend
        window_s = cut.frames * frontend.hop / frontend.rate_hz
        low, high = material.settings.events_per_minute
        low += 60 / window_s  # at least one in a window
        self._scene = replace(
            material.settings,
            duration_s=window_s,
            events_per_minute=(low, max(low, DENSER * high)),
        )

    def __len__(self) -> int:
        scenes = self.material.scenes if self.material.bank is not None else 0
        return scenes + len(self._places) + len(self.material.weak)

    def epoch_order(self, seed: int, epoch: int) -> NDArray[np.int64]:
        """All items, shuffled."""
        order = np.random.default_rng([seed, epoch]).permutation(len(self))
        return np.asarray(order, np.int64)

    def item(self, epoch: int, index: int) -> tuple[Array, Array]:
        """A window (frames, bins) and its target, of the network's own shape."""
        rng = np.random.default_rng([self.seed, STREAM["train"], epoch, index])
        strong, weak = len(self._places), len(self.material.weak)
        if index < strong:
            window, target = self._recorded(index, rng)
        elif index < strong + weak:
            window, target = self._weak(index - strong, rng)
        else:
            window, target = self._made(rng)
        return self._changed(window, rng), target

    def _made(self, rng: np.random.Generator) -> tuple[Array, Array]:
        """A scene; some are shorter than the window, as recordings are."""
        bank, frontend = self.material.bank, self.material.frontend
        assert bank is not None
        settings = self._scene
        if rng.random() < SHORT:
            settings = replace(settings, duration_s=settings.duration_s * rng.uniform(SHORTEST, 1))
        scene = mix_scene(bank, settings, rng, self.material.backgrounds)
        found = marks(scene.events, self.material.classes, frontend.frames_per_s)
        return self.cut.window(frontend(scene.samples)), self.network.encode(found)

    def _recorded(self, index: int, rng: np.random.Generator) -> tuple[Array, Array]:
        """A window of a recording, begun a little earlier or later."""
        number, start = self._places[index]
        recording = self.material.recordings[number]
        spare = len(recording.features) - self.cut.frames
        if spare > 0:
            moved = int(rng.integers(-self.cut.step // 2, self.cut.step // 2 + 1))
            start = int(np.clip(start + moved, 0, spare))
        frames_per_s = self.material.frontend.frames_per_s
        found = marks(recording.events, self.material.classes, frames_per_s, start)
        return self.cut.window(recording.features, start), self.network.encode(found)

    def _weak(self, index: int, rng: np.random.Generator) -> tuple[Array, Array]:
        """A clip anywhere in its window, or a window anywhere in a long clip."""
        clip = self.material.weak[index]
        spare = len(clip.features) - self.cut.frames
        start = int(rng.integers(0, spare + 1)) if spare > 0 else 0
        offset = int(rng.integers(0, -spare + 1)) if spare < 0 else 0
        window = self.cut.window(clip.features, start, offset)
        return window, self.network.encode_weak(clip.labels)

    def _changed(self, window: Array, rng: np.random.Generator) -> Array:
        """What leaves times as they are."""
        settings = self.settings
        if settings.bin_shift:
            window = augment.shift_bins(window, settings.bin_shift, rng)
        if settings.tilt and self.material.frontend.decibels:
            window = augment.tilt(window, settings.tilt, float(self.cut.silence.min()), rng)
        if settings.bin_mask:
            window = augment.mask_bins(window, settings.bin_mask, rng)
        return window

    def batch(self, epoch: int, indices: Sequence[int] | NDArray[np.int64]) -> tuple[Array, Array]:
        """Windows (batch, frames, bins) and targets (batch, ...)."""
        items = mapped(lambda index: self.item(epoch, int(index)), indices)
        return np.stack([window for window, _ in items]), np.stack([target for _, target in items])

    def loss(self, answers: Tensor, wanted: Tensor, recipe: Recipe) -> Tensor:
        """The network's own."""
        return self.network.loss(answers, wanted)

    def hits(self, answers: Tensor, wanted: Tensor) -> float:
        """F1 of the steps of a batch, times its windows."""
        presence, known = self.network.presence(answers), self.network.known(wanted)
        return frame_f1(presence, known) * len(answers)

    def guessing(self) -> float:
        """The least loss of an answer that is the same everywhere, on some windows."""
        number = min(GUESSED, len(self))
        _, targets = self.batch(0, self.epoch_order(self.seed, 0)[:number])
        wanted = torch.from_numpy(targets)
        with torch.no_grad():  # a copy: training's own network must not learn from zeros
            silent = copy.deepcopy(self.network).eval()
            answers = silent(torch.zeros(1, self.cut.frames, self.material.frontend.bins))
        constant = torch.zeros(answers.shape[-1], requires_grad=True)
        optimiser = torch.optim.Adam([constant], GUESS_RATE)
        loss = torch.zeros(())
        for _ in range(GUESS_STEPS):
            loss = self.network.loss(constant.expand(number, *answers.shape[1:]), wanted)
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            optimiser.step()
        return float(loss.item())
