"""Altered copies of training clips: the sound itself is changed, once, and its features are kept.

What cannot be done to features, another pitch say, is done to the waveform before them. As that
takes time, each clip gets a few copies; an epoch then takes the clip or one of them.
"""

import dataclasses
import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from earmark.audio.stretching import stretcher
from earmark.datasets import Dataset
from earmark.datasets.backgrounds import Backgrounds, find_backgrounds
from earmark.errors import ConfigError
from earmark.features import Frontend
from earmark.features.extract import FeatureStore, Part, extract_many
from earmark.features.frontend import Array
from earmark.models.recipe import Augmentation, Recipe
from earmark.training.augmentation.background import add_background
from earmark.training.augmentation.pitch_tempo import change_pitch_and_tempo
from earmark.training.augmentation.room import add_room
from earmark.training.augmentation.speed import change_speed
from earmark.training.options import TrainOptions
from earmark.training.watcher import Watcher

OF_SOUND = ("pitch", "tempo", "speed", "room", "background")
USUAL = 3  # copies, where something is asked for that needs them
PIECE_S = 60.0  # of a long recording at once: memory stays the same


@dataclass(frozen=True)
class Altered:
    """A front-end that hears each sound in one altered way, as the cache of features wants it."""

    frontend: Frontend
    changes: tuple[tuple[str, float], ...]
    """Strengths of what is done to the sound, by name."""
    seed: int
    number: int
    backgrounds: Backgrounds | None = None

    @property
    def rate_hz(self) -> int:
        """Of the samples."""
        return self.frontend.rate_hz

    @property
    def bins(self) -> int:
        """Features a frame."""
        return self.frontend.bins

    def settings(self) -> dict[str, Any]:
        """Everything that the values depend on but the sound."""
        return {
            "frontend": self.frontend.key,
            "changes": dict(self.changes),
            "seed": self.seed,
            "number": self.number,
            "backgrounds": None if self.backgrounds is None else self.backgrounds.digest,
            "version": 1,  # raised when the values change
        }

    @property
    def key(self) -> str:
        """Differs whenever the values could."""
        text = json.dumps(self.settings(), sort_keys=True)
        digest = hashlib.blake2b(text.encode(), digest_size=8).hexdigest()
        return f"{self.frontend.name}-altered-{digest}"

    def __call__(self, samples: Array) -> Array:
        """Features (frames, bins) of a whole recording (samples,), altered."""
        return self.frontend(self.alter(samples, samples))

    def stream(self, blocks: Iterable[Array]) -> Iterator[Array]:
        """The same of a long recording, a minute after the other in the same way."""
        return self.frontend.stream(self._pieces(blocks))

    def _pieces(self, blocks: Iterable[Array]) -> Iterator[Array]:
        waiting: list[Array] = []
        first: Array | None = None
        for block in blocks:
            waiting.append(np.array(block, np.float32))
            if sum(map(len, waiting)) >= PIECE_S * self.rate_hz:
                piece, waiting = np.concatenate(waiting), []
                first = piece if first is None else first
                yield self.alter(piece, first)
        if waiting:
            piece = np.concatenate(waiting)
            yield self.alter(piece, piece if first is None else first)

    def alter(self, samples: Array, known_by: Array) -> Array:
        """Samples changed at random; the same for the same seed, number and `known_by`."""
        digest = hashlib.blake2b(np.ascontiguousarray(known_by, "<f4").tobytes(), digest_size=8)
        rng = np.random.default_rng([self.seed, self.number, int.from_bytes(digest.digest())])
        strength = dict(self.changes)
        rate_hz = self.rate_hz
        if strength["speed"]:
            samples = change_speed(samples, rate_hz, strength["speed"], rng)
        if strength["pitch"] or strength["tempo"]:
            samples = change_pitch_and_tempo(
                samples, rate_hz, strength["pitch"], strength["tempo"], rng
            )
        if strength["room"] and rng.random() < strength["room"]:
            samples = add_room(samples, rate_hz, rng)
        if self.backgrounds is not None and rng.random() < strength["background"]:
            samples = add_background(samples, rate_hz, self.backgrounds, strength["snr_db"], rng)
        return samples


def with_variants(recipe: Recipe, dataset: Dataset, background: Path | None) -> Recipe:
    """The recipe, with copies where something is asked for that needs them.

    Raises ConfigError: features without sounds, or a background without a folder or the other way
    round; MissingExtraError: pitch or tempo without python-stretch.
    """
    settings = recipe.augmentation
    if background is not None and not settings.background:
        settings = dataclasses.replace(settings, background=1.0)
    wanted = [name for name in OF_SOUND if getattr(settings, name)]
    if not wanted:
        if settings.variants:
            raise ConfigError(
                f"augment variants={settings.variants} makes altered copies of clips, and nothing "
                f"says how: add one of {', '.join(OF_SOUND)}, such as --augment room=0.5"
            )
        return recipe
    if dataset.features is not None:
        raise ConfigError(
            f"augment {wanted[0]} changes the sound itself, and {dataset.root} holds features: "
            "train on the folder of sounds"
        )
    if settings.background and background is None:
        raise ConfigError("augment background needs recordings: name their folder by --background")
    if background is not None:
        find_backgrounds(Path(background))
    if settings.pitch or settings.tempo:
        stretcher()
    settings = dataclasses.replace(settings, variants=settings.variants or USUAL)
    return dataclasses.replace(recipe, augmentation=settings)


def variants_of(
    dataset: Dataset,
    clips: NDArray[np.int64],
    frontend: Frontend,
    settings: Augmentation,
    options: TrainOptions,
    watcher: Watcher,
) -> list[FeatureStore]:
    """Features of the altered copies of some clips, a store a copy; none where none is asked for.

    Only training clips are ever asked for. A copy that cannot be made is an error in its store.
    """
    if not settings.variants:
        return []
    backgrounds = None
    if options.background is not None and settings.background:
        backgrounds = find_backgrounds(Path(options.background))
    names = (*OF_SOUND, "snr_db")
    changes = tuple((name, float(getattr(settings, name))) for name in names)
    chosen = [dataset.clips[int(index)] for index in clips]
    parts = [Part(clip.path, clip.onset_s, clip.offset_s) for clip in chosen]
    watcher.message(f"altered copies of {len(parts)} training clips: {settings.variants} of each")
    return [
        extract_many(
            parts,
            Altered(frontend, changes, options.seed, number, backgrounds),
            cache_dir=options.cache_dir,
            workers=options.workers,
            progress=watcher.extracting,
        )
        for number in range(settings.variants)
    ]
