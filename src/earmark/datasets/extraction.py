"""Features of a whole dataset: those that are missing are computed, the others found again."""

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from earmark.datasets.clip import Problem
from earmark.datasets.dataset import Dataset
from earmark.datasets.rates import usual_rate_hz
from earmark.errors import ConfigError, DatasetError
from earmark.features import Frontend, create_frontend
from earmark.features.cache import FeatureCache
from earmark.features.extract import FeatureStore, Part, extract_many
from earmark.parallel import Progress


def dataset_features(
    dataset: Dataset,
    frontend: Frontend,
    *,
    cache_dir: Path | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
) -> tuple[Dataset, FeatureStore]:
    """The clips that can be read and their features; the others become problems."""
    store = extract_many(
        [Part(clip.path, clip.onset_s, clip.offset_s) for clip in dataset.clips],
        frontend,
        cache_dir=cache_dir,
        workers=workers,
        progress=progress,
    )
    if not store.errors:
        return dataset, store
    failed = [
        Problem("unreadable", dataset.clips[index].name, str(error))
        for index, error in sorted(store.errors.items())
    ]
    good = [index for index in range(len(dataset)) if index not in store.errors]
    if not good:
        raise DatasetError(
            f"{dataset.root}: none of the {len(dataset)} clips can be read; the first: "
            f"{failed[0].detail}"
        )
    kept = dataclasses.replace(dataset.subset(good), problems=(*dataset.problems, *failed))
    return kept, store.subset(good)


@dataclass(frozen=True)
class Extraction:
    """What `extract_dataset` did."""

    clips: int
    computed: int
    """Clips computed now; the others were in the cache."""
    audio_s: float
    frames: int
    frontend: dict[str, Any]
    cache: Path
    problems: tuple[Problem, ...]

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return dataclasses.asdict(self) | {"cache": str(self.cache)}


def extract_dataset(
    dataset: Dataset,
    frontend: str = "log_mel",
    rate_hz: int | None = None,
    *,
    out: Path | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
) -> Extraction:
    """Fill the cache for a dataset; with `out`, also write one .npy (frames, bins) a clip."""
    chosen = create_frontend(frontend, rate_hz or usual_rate_hz(dataset.clips))
    kept, store = dataset_features(dataset, chosen, workers=workers, progress=progress)
    frames = [len(store[index]) for index in range(len(store))]
    if out is not None:
        for index, clip in enumerate(kept.clips):
            target = out / (clip.name + ".npy")
            if not target.resolve().is_relative_to(out.resolve()):
                raise DatasetError(f"{clip.name}: its features would be written outside {out}")
            try:
                target.parent.mkdir(parents=True, exist_ok=True)
                np.save(target, store[index])
            except OSError as error:
                raise ConfigError(f"cannot write {target}: {error.strerror or error}") from error
    return Extraction(
        clips=len(kept),
        computed=store.computed,
        audio_s=sum(frames) / chosen.frames_per_s,
        frames=sum(frames),
        frontend=chosen.settings(),
        cache=FeatureCache(chosen).directory,
        problems=kept.problems,
    )
