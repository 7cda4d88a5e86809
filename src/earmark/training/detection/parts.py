"""Which clips and which recordings are learned from, validate and test."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from earmark.datasets import Dataset, Split
from earmark.datasets.split import PARTS
from earmark.datasets.strong import StrongDataset, as_dataset
from earmark.datasets.strong.joined_split import joined_split
from earmark.errors import ConfigError
from earmark.models import Recipe
from earmark.training.copies import Guarded
from earmark.training.detection.prepare import Ready
from earmark.training.detection.sources import Sources
from earmark.training.options import TrainOptions
from earmark.training.splits import make_splits

NONE = np.zeros(0, np.int64)


@dataclass(frozen=True)
class Parts:
    """One split of both sources."""

    name: str
    description: str
    clips: Split | None
    recordings: Split | None

    def clips_of(self, part: str, dataset: Dataset | None) -> list[str]:
        """Names of the clips of a part."""
        if self.clips is None or dataset is None:
            return []
        return [dataset.clips[int(index)].name for index in getattr(self.clips, part)]

    def recordings_of(self, part: str) -> list[int]:
        """Indices of the recordings of a part."""
        return [] if self.recordings is None else list(map(int, getattr(self.recordings, part)))


def make_parts(
    ready: Ready,
    sources: Sources,
    options: TrainOptions,
    recipe: Recipe,
    copy_of: Mapping[str, str],
) -> list[Parts]:
    """The splits that are asked for; `copy_of` names the set of each recording that has copies.

    Raises ConfigError: folds of two sources at once. DatasetError: no such split.
    """
    splits = [] if ready.clips is None else make_splits(ready.clips, options, recipe)
    strong = []
    if ready.recordings is not None:
        strong = _strong(ready.recordings, sources, options, recipe, copy_of)
    if not strong:
        return [Parts(split.name, split.description, split, None) for split in splits]
    if not splits:
        return [Parts(split.name, _of_recordings(split), None, split) for split in strong]
    if len(splits) > 1 or len(strong) > 1:
        raise ConfigError(
            "folds of isolated clips and of recordings at once are not made: leave out --folds, or "
            "train on one of the two"
        )
    recorded = _beside_clips(ready, splits[0], strong[0])
    description = f"clips: {splits[0].description}. Recordings: {_of_recordings(recorded)}"
    return [Parts("holdout", description, splits[0], recorded)]


def _of_recordings(split: Split) -> str:
    """How it was made, where what it calls clips are recordings."""
    return split.description.replace(" clips (", " recordings (")


def _beside_clips(ready: Ready, clips: Split, recordings: Split) -> Split:
    """A recording that is itself a clip goes where the clip is: what is learned from as one of the
    two is not held out as the other.
    """
    assert ready.clips is not None
    assert ready.recordings is not None
    part_of = {
        ready.digests[ready.clips.clips[int(index)].name]: part
        for part in PARTS
        for index in getattr(clips, part)
    }
    parts: dict[str, list[int]] = {part: [] for part in PARTS}
    for part in PARTS:
        for index in map(int, getattr(recordings, part)):
            digest = ready.recorded_digests[ready.recordings.names[index]]
            parts[part_of.get(digest, part)].append(index)
    train, validation, test = (np.array(sorted(parts[part]), np.int64) for part in PARTS)
    return replace(recordings, train=train, validation=validation, test=test)


def _strong(
    recordings: StrongDataset,
    sources: Sources,
    options: TrainOptions,
    recipe: Recipe,
    copy_of: Mapping[str, str],
) -> list[Split]:
    """Splits of the recordings; new corrected ones are learned from."""
    whole = as_dataset(recordings)
    corrected = sources.corrected
    if corrected is None:
        return make_splits(whole, options, recipe)
    kept, added = corrected.unchanged(recordings), set(corrected.added)
    if kept is None:
        every = np.arange(len(recordings), dtype=np.int64)
        note = f"{len(every)} corrected recordings, all of them learned from"
        return [Split(every, NONE, NONE, "holdout", note)]
    splits = make_splits(as_dataset(kept), options, recipe)
    if not added:
        return splits
    return [joined_split(whole, each, added, copy_of) for each in splits]


def leak_of(
    guarded: Guarded | None, dataset: Dataset | None, split: Split | None
) -> dict[str, Any] | None:
    """What the score card says of copies in training."""
    if guarded is None or dataset is None or split is None:
        return None
    return guarded.leak(dataset, split)
