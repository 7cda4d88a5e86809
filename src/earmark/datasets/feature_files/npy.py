"""One .npy array (frames, bins) a clip: for other programs; it says nothing of labels."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from earmark.datasets.clip import Clip
from earmark.datasets.feature_files.format import FORMATS, FeatureFormat, written_whole
from earmark.features.extract import FeatureStore
from earmark.features.frontend import Frontend
from earmark.parallel import Progress


@FORMATS.register("npy")
class _Npy(FeatureFormat):
    name = "npy"
    suffix = ".npy"
    keeps_groups = False

    def write(
        self,
        out: Path,
        clips: Sequence[Clip],
        store: FeatureStore,
        frontend: Frontend,
        progress: Progress | None = None,
    ) -> None:
        for index, clip in enumerate(clips):
            with written_whole(self.target(out, clip)) as part, part.open("wb") as file:
                np.save(file, store[index])
            if progress is not None:
                progress(index + 1, len(clips))
