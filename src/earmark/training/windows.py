"""Clips as windows: exactly as prediction cuts them, or randomly changed for training."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from earmark.audio.windows import window_starts
from earmark.features.extract import FeatureStore
from earmark.features.frontend import Array
from earmark.models.recipe import Augmentation, Recipe
from earmark.training import augmentation as augment
from earmark.training.rate_suggestions import guessing
from earmark.training.strangers import Strangers

if TYPE_CHECKING:
    from torch import Tensor, nn

Mix = Callable[[Array, Array, float, bool], Array]

MOST_WINDOWS = 8  # windows of one clip in an epoch: an hour must not outweigh all other clips


@dataclass(frozen=True)
class Cut:
    """How windows are cut out of features."""

    frames: int
    fill: Literal["silence", "wrap"]
    truncate: bool
    silence: Array
    """The feature row (bins,) of silence."""
    decibels: bool
    """Whether features are decibels, so that powers can be mixed."""
    centres_hz: NDArray[np.float64] | None = None
    """The frequency (bins,) each bin stands for; None where it stands for none."""
    step: int | None = None
    """Frames from one window to the next where clips are answered; None: as many as it has."""

    def starts(self, frames: int) -> NDArray[np.int64]:
        """First frames of the windows of a clip."""
        starts = window_starts(frames, self.frames, self.step or self.frames)
        return starts[:1] if self.truncate else starts

    def window(self, features: Array, start: int, offset: int = 0) -> Array:
        """`frames` rows from `start`; a short clip is filled up, `offset` rows in front."""
        part = features[start : start + self.frames]
        missing = self.frames - len(part)
        if missing <= 0:
            return np.array(part)  # a copy: the store is read-only
        if self.fill == "wrap":
            return part[np.arange(self.frames) % len(part)]
        window = np.tile(self.silence, (self.frames, 1))
        window[offset : offset + len(part)] = part
        return window


class Windows:
    """The windows of some clips of a store."""

    def __init__(
        self,
        store: FeatureStore,
        clips: Sequence[int] | NDArray[np.int64],
        targets: NDArray[np.int64],
        cut: Cut,
    ) -> None:
        self.store, self.cut = store, cut
        self.clips = np.asarray(clips, np.int64)
        """Index in the store of each clip."""
        places = [
            (number, int(start))
            for number, clip in enumerate(self.clips)
            for start in cut.starts(len(store[int(clip)]))
        ]
        table = np.array(places, np.int64).reshape(-1, 2)
        self.clip_of, self.start = table[:, 0], table[:, 1]
        """Number of the clip (in `clips`) and first frame of each window."""
        self.clip_targets = np.asarray(targets, np.int64)
        """(clips,) class numbers, or (clips, classes) of 0 and 1 where there may be several."""
        self.targets = self.clip_targets[self.clip_of]

    def __len__(self) -> int:
        return len(self.clip_of)

    def features(self, index: int) -> Array:
        """All features of the clip that window `index` is from."""
        return self.store[int(self.clips[self.clip_of[index]])]

    def __getitem__(self, index: int) -> Array:
        return self.cut.window(self.features(index), int(self.start[index]))

    def batch(self, indices: Sequence[int] | NDArray[np.int64]) -> Array:
        """Windows (batch, frames, bins) as prediction sees them."""
        return np.stack([self[int(index)] for index in indices])

    def judge(self, network: "nn.Module", recipe: Recipe) -> tuple[dict[str, float], "Tensor"]:
        """The figures of these windows as a validation part, and which clips are mistaken."""
        from earmark.training.judging import judge_windows

        return judge_windows(network, self, recipe)

    def shares(self) -> NDArray[np.float64]:
        """How often an epoch shows each window (windows,): less than once of a long clip."""
        counts = np.bincount(self.clip_of, minlength=len(self.clips))
        return np.minimum(1, MOST_WINDOWS / counts)[self.clip_of]

    def epoch_order(
        self, seed: int, epoch: int, likely: NDArray[np.float64] | None = None
    ) -> NDArray[np.int64]:
        """The windows of one epoch, shuffled; at most `MOST_WINDOWS` of any clip.

        With `likely` (windows,), as many are drawn so likely, and some come more than once.
        """
        plain = self._plain_order(seed, epoch)
        if likely is None:
            return plain
        rng = np.random.default_rng([seed, epoch, len(self)])
        return np.asarray(rng.choice(len(self), size=len(plain), p=likely), np.int64)

    def _plain_order(self, seed: int, epoch: int) -> NDArray[np.int64]:
        order = np.random.default_rng([seed, epoch]).permutation(len(self))
        clips = self.clip_of[order]
        by_clip = np.argsort(clips, kind="stable")
        first = np.searchsorted(clips[by_clip], clips[by_clip])
        rank = np.empty(len(order), np.int64)
        rank[by_clip] = np.arange(len(order)) - first
        return np.asarray(order[rank < MOST_WINDOWS], np.int64)


class AugmentedWindows:
    """Training windows: item (epoch, index) is the same whatever was asked before it."""

    class_weights: Array | None = None
    """How much each class (classes,) counts in the loss; None: all the same."""
    likely: NDArray[np.float64] | None = None
    """How likely each window is to be drawn; None: each once an epoch."""
    variants: Sequence[FeatureStore] = ()
    """Features of altered copies of the clips, as they stand in `windows.clips`."""

    def __init__(self, windows: Windows, classes: int, settings: Augmentation, seed: int) -> None:
        self.windows, self.classes, self.settings, self.seed = windows, classes, settings, seed
        self._strangers = Strangers(windows.targets)

    def epoch_order(self, seed: int, epoch: int) -> NDArray[np.int64]:
        """The windows of one epoch."""
        return self.windows.epoch_order(seed, epoch, self.likely)

    def _heard(self, index: int, rng: np.random.Generator) -> Array:
        """Features of the clip of window `index`, or of one of its altered copies."""
        number = int(rng.integers(len(self.variants) + 1)) if self.variants else 0
        clip = int(self.windows.clip_of[index])
        if number and clip not in self.variants[number - 1].errors:
            return self.variants[number - 1][clip]
        return self.windows.features(index)

    def _changed(self, index: int, rng: np.random.Generator) -> Array:
        windows, settings = self.windows, self.settings
        features, cut = self._heard(index, rng), windows.cut
        if settings == Augmentation():
            return windows[index]
        spare = len(features) - cut.frames
        # a clip of several windows is cut anywhere; a short one stands anywhere in its window
        start = int(rng.integers(0, spare + 1)) if spare > 0 and not cut.truncate else 0
        offset = int(rng.integers(0, -spare + 1)) if spare < 0 else 0
        if settings.stretch:
            features = augment.stretch(
                features[start : start + 2 * cut.frames], settings.stretch, rng
            )
            start = 0
            offset = min(offset, max(cut.frames - len(features), 0))
        if settings.crop:
            features = augment.crop_frames(features[start : start + cut.frames], settings.crop, rng)
            start, offset = 0, int(rng.integers(0, cut.frames - len(features) + 1))
        window = cut.window(features, start, offset)
        if settings.roll and spare >= 0:  # a short clip was moved already, and stays in one piece
            window = augment.roll(window, rng)
        if settings.shift:
            window = augment.shift_frames(window, settings.shift, cut.silence, rng)
        if settings.bin_shift:
            window = augment.shift_bins(window, settings.bin_shift, rng)
        if settings.warp and cut.centres_hz is not None:
            window = augment.warp_bins(window, cut.centres_hz, settings.warp, rng)
        if settings.tilt and cut.decibels:
            window = augment.tilt(window, settings.tilt, cut.silence.min(), rng)
        if settings.colour:
            window = augment.colour(window, settings.colour, rng)
        if settings.gain_db and cut.decibels:
            window = augment.change_gain(window, settings.gain_db, cut.silence.min(), rng)
        return window

    def _target(self, index: int) -> Array:
        """(classes,): 1 for each label of the window's clip."""
        labels = self.windows.targets[index]
        if self.windows.targets.ndim == 2:
            return np.asarray(labels, np.float32)
        target = np.zeros(self.classes, np.float32)
        target[labels] = 1
        return target

    def _partner(self, index: int, rng: np.random.Generator) -> tuple[int | None, Mix]:
        """The window that a window is mixed with, if any, and how."""
        settings = self.settings
        if settings.between_class and rng.random() < settings.between_class:
            other = self._strangers.draw(index, rng)
            if other is not None:  # a class alone has nothing between it and others
                return other, augment.mix_by_level
        elif settings.mixup and rng.random() < settings.mixup:
            return int(rng.integers(len(self.windows))), augment.mix
        return None, augment.mix

    def item(self, epoch: int, index: int) -> tuple[Array, Array]:
        """A window (frames, bins) and its target distribution (classes,)."""
        rng = np.random.default_rng([self.seed, epoch, index])
        settings = self.settings
        window = self._changed(index, rng)
        target = self._target(index)
        other, mix = self._partner(index, rng)
        if other is not None:
            share = float(rng.uniform())
            window = mix(window, self._changed(other, rng), share, self.windows.cut.decibels)
            target *= np.float32(share)
            target += np.float32(1 - share) * self._target(other)
        if settings.noise and self.windows.cut.decibels and rng.random() < settings.noise:
            window = augment.add_noise(window, rng)
        for _ in range(2):
            if settings.time_mask:
                window = augment.mask_frames(window, settings.time_mask, rng)
            if settings.bin_mask:
                window = augment.mask_bins(window, settings.bin_mask, rng)
        return window, target

    def batch(self, epoch: int, indices: Sequence[int] | NDArray[np.int64]) -> tuple[Array, Array]:
        """Windows (batch, frames, bins) and targets (batch, classes)."""
        items = [self.item(epoch, int(index)) for index in indices]
        return np.stack([window for window, _ in items]), np.stack([target for _, target in items])

    def loss(self, answers: "Tensor", wanted: "Tensor", recipe: Recipe) -> "Tensor":
        """As the recipe has it, of logits (batch, classes); rare classes may count more."""
        from earmark.training.losses import soft_cross_entropy, weighted_loss

        if self.class_weights is None:
            return soft_cross_entropy(answers, wanted, recipe)
        return weighted_loss(answers, wanted, recipe, self.class_weights)

    def hits(self, answers: "Tensor", wanted: "Tensor") -> float:
        """How many windows are right; of several labels, how well each ranks its own first."""
        if self.windows.targets.ndim == 2:
            from earmark.training.label_progress import label_hits

            return label_hits(answers, wanted)
        return float((answers.argmax(dim=1) == wanted.argmax(dim=1)).sum().item())

    def guessing(self) -> float:
        """The loss of whoever knows how frequent each label is."""
        return guessing(self.windows.targets, self.classes)
