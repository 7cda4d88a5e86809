"""Made scenes as recordings: the same for the same seed, part and number."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from earmark.datasets.backgrounds import Backgrounds
from earmark.datasets.soundscape import Scene, SceneSettings, SoundBank, mix_scene
from earmark.features import Frontend
from earmark.training.detection.recording import Recording

PARTS = {"train": 1, "validation": 2, "test": 3}
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
            group=f"block {block + 1}" if len(banks) > 1 else f"{part}-{number:04d}",
        )

    with ThreadPoolExecutor() as pool:
        return list(pool.map(make, range(count)))


def draw(
    bank: SoundBank,
    settings: SceneSettings,
    part: str,
    seed: int,
    number: int,
    backgrounds: Backgrounds | None = None,
) -> Scene:
    """Scene `number` of a part that is validated or tested on."""
    rng = np.random.default_rng([seed, PARTS[part], number])
    return mix_scene(bank, settings, rng, backgrounds)


def blocks(bank: SoundBank, group_of: dict[str, str]) -> list[SoundBank]:
    """The bank in parts that share no group, each with every class; one part where that is not so.

    Scenes of one part have sounds in common and are one group of an interval; those of two have
    none.
    """
    by_label = [
        sorted({group_of[sound.name] for sound in sounds}) for sounds in bank.by_label.values()
    ]
    number = min([MOST_BLOCKS, *map(len, by_label)])
    block_of: dict[str, int] = {}
    for groups in sorted(by_label, key=len):
        taken = {block_of[group] for group in groups if group in block_of}
        free = [block for block in range(number) if block not in taken]
        for at, group in enumerate(group for group in groups if group not in block_of):
            block_of[group] = free[at] if at < len(free) else at % number
    names = [sound.name for sounds in bank.by_label.values() for sound in sounds]
    parts = [
        bank.only(name for name in names if block_of[group_of[name]] == block)
        for block in range(number)
    ]
    whole = all(part.classes == bank.classes for part in parts)
    return parts if number > 1 and whole else [bank]
