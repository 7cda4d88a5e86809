"""The sounds that scenes are mixed from: decoded once, kept on disk, known where they sound."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from earmark.datasets.clip import Problem
from earmark.datasets.dataset import Dataset
from earmark.datasets.soundscape.sounding import sounding_parts
from earmark.datasets.words import without_path
from earmark.errors import DatasetError
from earmark.features.extract import Part, extract_many
from earmark.parallel import Progress

Array = NDArray[np.float32]


@dataclass(frozen=True)
class Waveform:
    """Sound as it is, in the form the cache of features wants: a sample a row."""

    rate_hz: int
    bins: int = 1

    @property
    def key(self) -> str:
        """Differs whenever the samples could."""
        return f"waveform-{self.rate_hz}"

    def settings(self) -> dict[str, Any]:
        """For people."""
        return {"rate_hz": self.rate_hz}

    def __call__(self, samples: Array) -> Array:
        """(samples, 1)."""
        return samples[:, None]

    def stream(self, blocks: Iterable[Array]) -> Iterator[Array]:
        """The same of a long recording."""
        for block in blocks:
            yield block[:, None]


@dataclass(frozen=True)
class Sound:
    """An isolated sound."""

    name: str
    """Of the clip."""
    label: str
    samples: Array
    """(samples,), not to be written to."""
    parts: tuple[tuple[int, int], ...]
    """Where it sounds, see `sounding_parts`."""


@dataclass(frozen=True)
class SoundBank:
    """Sounds by label, at one rate."""

    rate_hz: int
    by_label: dict[str, tuple[Sound, ...]]

    @property
    def classes(self) -> tuple[str, ...]:
        """Labels that have a sound, sorted."""
        return tuple(sorted(self.by_label))

    def __len__(self) -> int:
        return sum(map(len, self.by_label.values()))

    def only(self, names: Iterable[str]) -> "SoundBank":
        """The bank of some clips: no scene then has a sound of another."""
        wanted = set(names)
        kept = {
            label: tuple(sound for sound in sounds if sound.name in wanted)
            for label, sounds in self.by_label.items()
        }
        return SoundBank(self.rate_hz, {label: sounds for label, sounds in kept.items() if sounds})


@dataclass(frozen=True)
class Filled:
    """A bank, and what did not get into it."""

    bank: SoundBank
    digests: dict[str, str]
    """Of the content of each clip, by name."""
    problems: tuple[Problem, ...]


def fill_bank(
    dataset: Dataset,
    rate_hz: int,
    *,
    clips: Sequence[int] | None = None,
    cache_dir: Path | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Filled:
    """The sounds of clips with one label each, all of them or `clips` by index.

    What cannot be read, is silent or has several labels is a Problem, and so is a class of which
    nothing is left. DatasetError: no sound is left.
    """
    dataset.require_sounds("mixing scenes")
    chosen = range(len(dataset)) if clips is None else clips
    taken = [dataset.clips[int(index)] for index in chosen]
    wanted = {label for clip in taken for label in clip.tags}
    problems = [
        Problem("several labels", clip.name, f"{clip.name}: it is no isolated sound")
        for clip in taken
        if len(clip.tags) != 1
    ]
    taken = [clip for clip in taken if len(clip.tags) == 1]
    parts = [Part(clip.path, clip.onset_s, clip.offset_s) for clip in taken]
    store = extract_many(
        parts, Waveform(rate_hz), cache_dir=cache_dir, workers=workers, progress=progress
    )
    found: dict[str, list[Sound]] = {}
    digests = {}
    for index, clip in enumerate(taken):
        if index in store.errors:
            reason = without_path(str(store.errors[index]), clip.path)
            problems.append(Problem("unreadable", clip.name, f"{clip.name}: {reason}"))
            continue
        samples = store[index][:, 0]
        sounding = sounding_parts(samples, rate_hz)
        if not sounding:
            detail = f"{clip.name}: nothing is heard in it, so no scene is made of it"
            problems.append(Problem("silent", clip.name, detail))
            continue
        digests[clip.name] = store.digests[index] or ""
        found.setdefault(clip.tags[0], []).append(Sound(clip.name, clip.tags[0], samples, sounding))
    if not found:
        why = f"; {problems[0].detail}" if problems else ""
        raise DatasetError(
            f"'{dataset.root}' has no sound to mix scenes from: isolated clips with one label each "
            f"are needed{why}"
        )
    for label in sorted(wanted - set(found)):
        detail = f"no clip of '{label}' can be used: it is in no scene"
        problems.append(Problem("class without sounds", "", detail))
    bank = SoundBank(rate_hz, {label: tuple(sounds) for label, sounds in sorted(found.items())})
    return Filled(bank, digests, tuple(problems))
