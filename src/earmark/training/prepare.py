"""A dataset made ready for training: its features, and how windows are cut out of them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from earmark.datasets import Dataset
from earmark.datasets.cues import ClipCues
from earmark.datasets.extraction import dataset_features
from earmark.datasets.words import examples
from earmark.features import Frontend
from earmark.features.extract import FeatureStore
from earmark.features.frontend import Array
from earmark.models import Recipe
from earmark.models.graph import relative_level
from earmark.training.options import TrainOptions
from earmark.training.plan import choose_cut, choose_frontend
from earmark.training.run_folder import RUN
from earmark.training.watcher import Watcher
from earmark.training.windows import Cut, Windows

MOST_TOLD = 5  # unreadable clips that are told one by one


@dataclass(frozen=True)
class Prepared:
    """A dataset with its features, and how they are cut."""

    dataset: Dataset
    store: FeatureStore
    frontend: Frontend
    cut: Cut
    recipe: Recipe
    cues: ClipCues | None = None
    """What the baselines of the score card hear; None: there are none but the majority."""


def prepare(dataset: Dataset, recipe: Recipe, options: TrainOptions, watcher: Watcher) -> Prepared:
    """Features of all clips, from the cache where they are there; clips that fail are reported."""
    if dataset.features is None:
        frontend = choose_frontend(recipe, dataset.clips, options.overrides.rate_hz)
    else:
        frontend = dataset.features.frontend
        watcher.message(f"features: {frontend.name} at {frontend.rate_hz} Hz, from {dataset.root}")
    kept, store = dataset_features(
        dataset,
        frontend,
        cache_dir=options.cache_dir,
        workers=options.workers,
        progress=watcher.extracting,
    )
    failed = kept.problems[len(dataset.problems) :]
    if failed:
        left = "is" if len(failed) == 1 else "are"
        watcher.message(
            f"{len(failed)} of {len(dataset)} clips cannot be read and {left} left out:"
        )
        for problem in failed[:MOST_TOLD]:
            watcher.message(f"  {problem.detail}")
        if len(failed) > MOST_TOLD:
            watcher.message(f"  ... and {len(failed) - MOST_TOLD} more, all of them in {RUN}")
        lost = sorted(set(dataset.classes) - set(kept.classes))
        if lost:
            watcher.message(f"without a readable clip, so no class of the model: {examples(lost)}")
        kept.check_trainable()
    frames = np.array([len(store[index]) for index in range(len(store))], np.int64)
    return Prepared(kept, store, frontend, choose_cut(recipe, frontend, frames), recipe)


def moments(
    windows: Windows | Sequence[Array], range_db: float | None
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Mean and deviation (bins,) of each bin over windows; a bin that never changes gets 1."""
    count, total, squares = 0, 0.0, 0.0
    for index in range(len(windows)):
        features = torch.from_numpy(windows[index])
        if range_db is not None:
            features = relative_level(features[None], range_db)[0]
        rows = features.numpy().astype(np.float64)
        count += len(rows)
        total = total + rows.sum(axis=0)
        squares = squares + np.square(rows).sum(axis=0)
    mean = np.asarray(total / count)
    variance = np.maximum(squares / count - mean**2, 0)
    deviation = np.where(variance > 1e-8, np.sqrt(variance), 1.0)
    return mean.astype(np.float32), deviation.astype(np.float32)
