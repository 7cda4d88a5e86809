"""Tempo and rhythm of every clip of a dataset: what a rhythm classifier must be shown against."""

import hashlib
import json
import statistics
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from earmark.audio import probe
from earmark.datasets.clip import Clip
from earmark.datasets.dataset import Dataset
from earmark.datasets.extraction import clip_rows
from earmark.datasets.rates import PROBED_CLIPS
from earmark.errors import AudioError
from earmark.features.frontend import Array
from earmark.features.tempo import BEATS, RATE_HZ, estimate_rhythm
from earmark.parallel import Progress

WORTHY_S = 8.0  # three bars of four at 90 BPM; below, even people are unsure of a tempo
STREAMED_S = 3600.0


@dataclass(frozen=True)
class _Rhythm:
    """`estimate_rhythm` as a front-end of one row a clip, for the cache of features."""

    rate_hz: int = RATE_HZ
    bins: int = 1 + len(BEATS)
    version: int = 1  # raised when the values change

    def settings(self) -> dict[str, Any]:
        return {"name": "rhythm", **vars(self)}

    @property
    def key(self) -> str:
        text = json.dumps(self.settings(), sort_keys=True)
        return f"rhythm-{hashlib.blake2b(text.encode(), digest_size=8).hexdigest()}"

    def __call__(self, samples: Array) -> Array:
        return estimate_rhythm(samples, self.rate_hz)[None]  # (1, bins)

    def stream(self, blocks: Iterable[Array]) -> Iterator[Array]:
        """Of a long recording the middle of its first hour: 160 MB at most."""
        heard: list[Array] = []
        samples = 0
        for block in blocks:
            heard.append(block)
            samples += len(block)
            if samples > STREAMED_S * self.rate_hz:
                break
        yield self(np.concatenate(heard))


def dataset_rhythms(
    dataset: Dataset,
    *,
    cache_dir: Path | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
) -> npt.NDArray[np.float32]:
    """`estimate_rhythm` of each clip, (clips, 10): log2 of the tempo, and nine of the metre.

    NaN where a clip cannot be read or has no beat. Kept in the feature cache, found by content.
    Raises DatasetError: the cache cannot be written.
    """
    return clip_rows(dataset, _Rhythm(), cache_dir=cache_dir, workers=workers, progress=progress)


def dataset_tempi(
    dataset: Dataset,
    *,
    cache_dir: Path | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
) -> npt.NDArray[np.float64]:
    """Estimated tempo of each clip in BPM, (clips,); as `dataset_rhythms`."""
    rhythms = dataset_rhythms(dataset, cache_dir=cache_dir, workers=workers, progress=progress)
    return np.asarray(2.0 ** rhythms[:, 0].astype(np.float64))


def worth_a_tempo(dataset: Dataset) -> bool:
    """Whether tempo makes sense as a baseline: the middle clip lasts at least 8 s.

    Only headers are read, of at most some 500 clips; what cannot be read does not count.
    """
    step = max(1, len(dataset.clips) // PROBED_CLIPS)
    with ThreadPoolExecutor() as pool:
        lengths = [s for s in pool.map(_length_s, dataset.clips[::step]) if s is not None]
    return bool(lengths) and statistics.median(lengths) >= WORTHY_S


def _length_s(clip: Clip) -> float | None:
    try:
        if clip.offset_s is not None:
            return clip.offset_s - clip.onset_s
        return probe(clip.path).duration_s - clip.onset_s
    except AudioError:
        return None
