"""Features of files: one, or many at once through the cache."""

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Protocol

import numpy as np

from earmark.audio import from_samples, iter_blocks, load_audio, probe
from earmark.errors import AudioError, EarmarkError
from earmark.features.cache import FeatureCache, Kept, Rows, content_digest
from earmark.features.frontend import Array, create_frontend
from earmark.parallel import Progress, map_files

LONG_S = 600.0  # recordings longer than this are read in blocks, at constant memory
# Clips and bytes between two writes of the cache: what a kill can cost, and what memory holds.
APPEND_CLIPS = 64
APPEND_BYTES = 64 << 20


class Extractor(Kept, Protocol):
    """Waveform to rows (rows, bins): a front-end, or anything else with rows for each clip."""

    @property
    def rate_hz(self) -> int:
        """The rate of the samples it wants."""

    def __call__(self, samples: Array) -> Array:
        """Rows of a whole recording (samples,)."""

    def stream(self, blocks: Iterable[Array]) -> Iterator[Array]:
        """The same of a long recording in blocks of samples."""


@dataclass(frozen=True)
class Part:
    """A file, or a part of it, whose features are wanted."""

    path: Path
    onset_s: float = 0.0
    offset_s: float | None = None


@dataclass
class FeatureStore:
    """Features of many parts: `store[i]` is a read-only view (frames, bins) of part i."""

    array: Array
    rows: list[Rows | None]
    """First row and number of rows of each part; None where it could not be read."""
    digests: list[str | None]
    errors: dict[int, EarmarkError] = field(default_factory=dict)
    """Why a part has no features, by its index."""
    computed: int = 0
    """How many were computed now; the others were in the cache."""

    def __getitem__(self, index: int) -> Array:
        rows = self.rows[index]
        if rows is None:
            raise self.errors[index]
        return self.array[rows[0] : rows[0] + rows[1]]

    def __len__(self) -> int:
        return len(self.rows)

    def subset(self, indices: Sequence[int]) -> "FeatureStore":
        """The store of some of the parts, in the order given."""
        return FeatureStore(
            array=self.array,
            rows=[self.rows[index] for index in indices],
            digests=[self.digests[index] for index in indices],
            errors={new: self.errors[old] for new, old in enumerate(indices) if old in self.errors},
            computed=self.computed,
        )


def extract(
    path_or_samples: str | Path | Array, frontend: str = "log_mel", rate_hz: int | None = None
) -> Array:
    """Features (frames, bins) of a file, or of mono samples at `rate_hz`.

    The front-end takes its usual settings for `rate_hz` (its default rate where that is None), and
    the sound is resampled to what the front-end wants.

    >>> extract(np.zeros(32_000, np.float32), "log_mel").shape
    (63, 96)
    """
    chosen = create_frontend(frontend, rate_hz)
    if isinstance(path_or_samples, (str, Path)):
        return extract_part(Part(Path(path_or_samples)), chosen)
    return chosen(from_samples(path_or_samples, rate_hz, chosen.rate_hz))


def extract_part(part: Part, frontend: Extractor) -> Array:
    """Features (frames, bins) of a part of a file; long recordings at constant memory."""
    whole = part.onset_s == 0 and part.offset_s is None
    if whole and probe(part.path).duration_s > LONG_S:
        return np.concatenate(list(frontend.stream(iter_blocks(part.path, frontend.rate_hz))))
    samples, _ = load_audio(
        part.path, frontend.rate_hz, onset_s=part.onset_s, offset_s=part.offset_s
    )
    return frontend(samples)


def _digest(part: Part) -> str | EarmarkError:
    try:
        return content_digest(part.path, part.onset_s, part.offset_s)
    except OSError as error:
        return AudioError(f"{part.path}: cannot be read: {error.strerror or error}")


def extract_many(
    parts: Sequence[Part],
    frontend: Extractor,
    *,
    cache_dir: Path | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
) -> FeatureStore:
    """Features of many parts; what the cache has is not computed again, a bad file is reported."""
    cache = FeatureCache(frontend, cache_dir)
    with ThreadPoolExecutor() as pool:  # hashing lets other threads run
        digests = list(pool.map(_digest, parts))
    errors: dict[int, EarmarkError] = {
        index: digest for index, digest in enumerate(digests) if isinstance(digest, EarmarkError)
    }
    known = cache.entries()
    missing: dict[str, int] = {}  # digest -> the first part that has it
    for index, digest in enumerate(digests):
        if isinstance(digest, str) and digest not in known:
            missing.setdefault(digest, index)
    failed: dict[str, EarmarkError] = {}
    results = map_files(
        partial(extract_part, frontend=frontend),
        [parts[index] for index in missing.values()],
        workers=workers,
        progress=progress,
    )
    waiting: dict[str, Array] = {}
    waiting_bytes = 0
    try:
        for digest, result in zip(missing, results, strict=True):
            if isinstance(result, EarmarkError):
                failed[digest] = result
                continue
            waiting[digest] = result
            waiting_bytes += result.nbytes
            if len(waiting) >= APPEND_CLIPS or waiting_bytes >= APPEND_BYTES:
                done, waiting, waiting_bytes = waiting, {}, 0  # if it fails it is not tried again
                cache.append(done)
    finally:  # an interruption keeps what is done
        if waiting:
            cache.append(waiting)
    known = cache.entries()
    rows: list[Rows | None] = []
    for index, digest in enumerate(digests):
        rows.append(known.get(digest) if isinstance(digest, str) else None)
        if isinstance(digest, str) and digest in failed:
            errors[index] = failed[digest]
    return FeatureStore(
        array=cache.array(),
        rows=rows,
        digests=[digest if isinstance(digest, str) else None for digest in digests],
        errors=errors,
        computed=len(missing) - len(failed),
    )
