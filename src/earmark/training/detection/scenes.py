"""Made scenes as recordings: the same for the same seed, part and number."""

from collections.abc import Mapping, Sequence

import numpy as np

from earmark.datasets.backgrounds import Backgrounds
from earmark.datasets.soundscape import Scene, SceneSettings, SoundBank, mix_scene
from earmark.features import Frontend
from earmark.features.levels import levels_db
from earmark.training.detection.recording import Recording
from earmark.training.detection.threads import mapped

STREAM = {"train": 1, "validation": 2, "test": 3}  # of random numbers: no part draws as another
MOST_BLOCKS = 10


def made_scenes(
    banks: Sequence[SoundBank],
    count: int,
    settings: SceneSettings,
    frontend: Frontend,
    part: str,
    seed: int,
    backgrounds: Backgrounds | None = None,
) -> list[Recording]:
    """So many scenes; those of one bank are one group, as they share sounds."""

    def make(number: int) -> Recording:
        block = number % len(banks)
        scene = draw(banks[block], settings, part, seed, number, backgrounds)
        return Recording(
            name=f"{part}-{number:04d}.wav",
            features=frontend(scene.samples),
            events=scene.events,
            duration_s=len(scene.samples) / frontend.rate_hz,
            group=f"block {block + 1}",
            levels_db=levels_db([scene.samples], frontend.rate_hz),
        )

    return mapped(make, range(count))


def draw(
    bank: SoundBank,
    settings: SceneSettings,
    part: str,
    seed: int,
    number: int,
    backgrounds: Backgrounds | None = None,
) -> Scene:
    """Scene `number` of a part that is validated or tested on."""
    rng = np.random.default_rng([seed, STREAM[part], number])
    return mix_scene(bank, settings, rng, backgrounds)


def blocks(bank: SoundBank, group_of: Mapping[str, str]) -> tuple[list[SoundBank], int]:
    """The bank in parts, each with every class, and how many classes they share sounds of.

    Scenes of one part have sounds in common and are one group of an interval. There are as many as
    the middle class has groups of sounds; a class of fewer has some of them in several parts.
    """
    by_label = [
        sorted({group_of[sound.name] for sound in sounds}) for sounds in bank.by_label.values()
    ]
    number = int(min(MOST_BLOCKS, np.median([len(groups) for groups in by_label])))
    blocks_of: dict[str, set[int]] = {}
    for groups in by_label:
        few = len(groups) < number
        for at, group in enumerate(groups):
            mine = range(at, number, len(groups)) if few else [at % number]
            blocks_of.setdefault(group, set()).update(mine)
    names = [sound.name for sounds in bank.by_label.values() for sound in sounds]
    parts = [
        bank.only(name for name in names if block in blocks_of[group_of[name]])
        for block in range(number)
    ]
    shared = sum(any(len(blocks_of[group]) > 1 for group in groups) for groups in by_label)
    return parts, shared
