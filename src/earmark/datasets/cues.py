"""The trivial cues of every clip of a dataset: what its baselines answer by."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from earmark.datasets.dataset import Dataset
from earmark.datasets.extraction import clip_rows
from earmark.datasets.tempo import dataset_rhythms, worth_a_tempo
from earmark.features.cues import SINGLE, Cues
from earmark.parallel import Progress


@dataclass(frozen=True)
class ClipCues:
    """The cues of clips by name, rows in the order of the clips; NaN where there is no value."""

    values: dict[str, npt.NDArray[np.float32]]
    """(clips, columns) each: "loudness", "duration", "spectral centroid" and "mfcc", and where
    clips may be music "tempo" and "rhythm"."""

    def of(self, clips: npt.NDArray[np.int64]) -> dict[str, npt.NDArray[np.float32]]:
        """Those of some clips."""
        return {name: rows[clips] for name, rows in self.values.items()}


def dataset_cues(
    dataset: Dataset,
    *,
    rhythm: bool | None = None,
    cache_dir: Path | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
) -> ClipCues:
    """The cues of each clip, kept in the feature cache, found by content.

    `rhythm`: with tempo and rhythm; None: where clips are long enough for music, `worth_a_tempo`.
    Of clips that cannot be read all is NaN. Raises DatasetError: the cache cannot be written, or
    the dataset holds features and no sounds.
    """
    dataset.require_sounds("a baseline")
    found = clip_rows(dataset, Cues(), cache_dir=cache_dir, workers=workers, progress=progress)
    values = {name: found[:, at : at + 1] for at, name in enumerate(SINGLE)}
    values["mfcc"] = found[:, len(SINGLE) :]
    if worth_a_tempo(dataset) if rhythm is None else rhythm:
        rhythms = dataset_rhythms(dataset, cache_dir=cache_dir, workers=workers, progress=progress)
        values |= {"tempo": rhythms[:, :1], "rhythm": rhythms}
    return ClipCues(values)
