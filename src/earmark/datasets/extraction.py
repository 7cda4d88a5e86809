"""Features of a whole dataset: those that are missing are computed, the others found again."""

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from earmark.datasets.clip import Problem
from earmark.datasets.dataset import Dataset
from earmark.datasets.feature_files import FORMATS
from earmark.datasets.rates import usual_rate_hz
from earmark.errors import ConfigError, DatasetError
from earmark.features import Frontend, create_frontend
from earmark.features.cache import FeatureCache
from earmark.features.extract import Extractor, FeatureStore, Part, extract_many
from earmark.parallel import Progress


def dataset_features(
    dataset: Dataset,
    frontend: Frontend,
    *,
    cache_dir: Path | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
) -> tuple[Dataset, FeatureStore]:
    """The clips that can be read and their features; the others become problems.

    A dataset that was read from features gives those; ConfigError if `frontend` is another.
    """
    if dataset.features is not None:
        if frontend != dataset.features.frontend:
            dataset.features.check(frontend.name, frontend.rate_hz)
            raise ConfigError(
                f"'{dataset.root}' holds features of {dataset.features.frontend}, not of {frontend}"
            )
        return dataset, dataset.features.store
    store = extract_many(
        _parts(dataset), frontend, cache_dir=cache_dir, workers=workers, progress=progress
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


def clip_rows(
    dataset: Dataset,
    extractor: Extractor,
    *,
    cache_dir: Path | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
) -> npt.NDArray[np.float32]:
    """What gives one row a recording, of each clip: (clips, bins), NaN where one cannot be read.

    Kept in the feature cache, found by content. DatasetError: the cache cannot be written.
    """
    store = extract_many(
        _parts(dataset), extractor, cache_dir=cache_dir, workers=workers, progress=progress
    )
    found = np.full((len(dataset), extractor.bins), np.nan, np.float32)
    for index in range(len(store)):
        if index not in store.errors:
            found[index] = store[index][0]
    return found


def _parts(dataset: Dataset) -> list[Part]:
    return [Part(clip.path, clip.onset_s, clip.offset_s) for clip in dataset.clips]


@dataclass(frozen=True)
class Extraction:
    """What `extract_dataset` did."""

    clips: int
    computed: int
    """Clips computed now; the others were in the cache, or read from features."""
    audio_s: float
    frames: int
    frontend: dict[str, Any]
    cache: Path
    problems: tuple[Problem, ...]
    out: Path | None = None
    """What was written, if anything."""
    format: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        out = None if self.out is None else str(self.out)
        return dataclasses.asdict(self) | {"cache": str(self.cache), "out": out}


def extract_dataset(
    dataset: Dataset,
    frontend: str | None = None,
    rate_hz: int | None = None,
    *,
    out: Path | str | None = None,
    format: str | None = None,  # noqa: A002
    title: str | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
    writing: Progress | None = None,
) -> Extraction:
    """Fill the cache for a dataset; with `out` or `format`, also write the features.

    `frontend` is log_mel if None. `format` is one of `FORMATS`, by default what the suffix of
    `out` says, else npy; `out` is by default `<title>-features` in the current folder, and
    `title` the name of the dataset's folder.
    A dataset that holds features is written in the other format. ConfigError: what cannot be
    written, said before anything is computed if it can be known.
    """
    if dataset.features is None:
        chosen = create_frontend(frontend or "log_mel", rate_hz or usual_rate_hz(dataset.clips))
    else:
        dataset.features.check(frontend, rate_hz)
        chosen = dataset.features.frontend
    kind = None
    target = None if out is None else Path(out)
    if target is not None or format is not None:
        kind = FORMATS[format or _format_of(target)]()
        target = kind.place(title or dataset.root.resolve().name or "sounds", target)
        kind.check(target, dataset.clips, chosen)
    kept, store = dataset_features(dataset, chosen, workers=workers, progress=progress)
    if kind is not None and target is not None:
        kind.write(target, kept.clips, store, chosen, writing)
    frames = sum(len(store[index]) for index in range(len(store)))
    return Extraction(
        clips=len(kept),
        computed=store.computed,
        audio_s=frames / chosen.frames_per_s,
        frames=frames,
        frontend=chosen.settings(),
        cache=FeatureCache(chosen).directory,
        problems=kept.problems,
        out=target,
        format=None if kind is None else kind.name,
    )


def _format_of(out: Path | None) -> str:
    """The format whose file ends as `out` does, else a folder of arrays."""
    suffix = "" if out is None else out.suffix.lower()
    return next((name for name in FORMATS if suffix in FORMATS[name].suffixes), "npy")
