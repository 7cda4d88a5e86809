"""Hear every clip of a dataset, in parallel; what was heard before is read from the cache."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from earmark.audio.opening import shown
from earmark.datasets.audit.content import hear
from earmark.datasets.audit.heard import Heard
from earmark.datasets.audit.kept import HeardKind, pack, unpack
from earmark.datasets.clip import Clip
from earmark.errors import EarmarkError
from earmark.features.cache import FeatureCache, content_digest
from earmark.parallel import Progress, map_files

_APPEND_CLIPS, _APPEND_BYTES = 64, 8 << 20  # what an interruption can lose at most
_HERE = Path("<file>")  # in what is kept


def listen(
    clips: Sequence[Clip],
    *,
    workers: int | None = None,
    progress: Progress | None = None,
    cache_dir: Path | None = None,
) -> list[Heard]:
    """What each clip holds, in the order of `clips`; a clip that cannot be read says why.

    Each file is decoded once, `workers` at a time; equal files once together. Kept in the feature
    cache, found by content, unless nothing could be read.
    `progress` counts the clips that were not in the cache.

    Raises DatasetError: the cache cannot be written; ConfigError: bad `workers`.
    """
    cache = FeatureCache(HeardKind(), cache_dir)
    with ThreadPoolExecutor() as pool:  # hashing lets other threads run
        digests = list(pool.map(_digest, clips))
    known = cache.entries()
    missing: dict[str, int] = {}  # digest -> the first clip that has it
    for index, digest in enumerate(digests):
        if digest is not None and digest not in known:
            missing.setdefault(digest, index)
    fresh = [clips[index] for index in missing.values()]
    refused: dict[str, Heard] = {}
    waiting: dict[str, NDArray[np.float32]] = {}
    size = 0
    results = map_files(hear, fresh, workers=workers, progress=progress)
    try:
        for digest, result in zip(missing, results, strict=True):
            if isinstance(result, EarmarkError):  # `hear` answers, it does not raise
                raise result
            if result.duration_s == 0:  # another day it may be readable, as when PyAV comes
                refused[digest] = result
                continue
            waiting[digest] = pack(_renamed(result, clips[missing[digest]].path, _HERE))
            size += waiting[digest].nbytes
            if len(waiting) >= _APPEND_CLIPS or size >= _APPEND_BYTES:
                done, waiting, size = waiting, {}, 0  # if it fails it is not tried again
                cache.append(done)
    finally:  # an interruption keeps what is done
        if waiting:
            cache.append(waiting)
    known = cache.entries()
    rows = cache.array()
    out: list[Heard] = []
    for clip, digest in zip(clips, digests, strict=True):
        if digest is None or (digest not in known and digest not in refused):
            out.append(hear(clip))  # cannot be opened, and says why
        elif digest in refused:
            heard = _renamed(refused[digest], clips[missing[digest]].path, clip.path)
            out.append(replace(heard, name=clip.name))
        else:
            first, count = known[digest]
            heard = unpack(rows[first : first + count], clip.name)
            out.append(_renamed(heard, _HERE, clip.path))
    return out


def _renamed(heard: Heard, old: Path, new: Path) -> Heard:
    """Errors name the file, and equal files may lie at several places."""
    if heard.error is None:
        return heard
    said = heard.error.replace(shown(old), shown(new))
    return replace(heard, error=said, truncated=said if heard.truncated else None)


def _digest(clip: Clip) -> str | None:
    try:
        return content_digest(clip.path, clip.onset_s, clip.offset_s)
    except (OSError, ValueError):  # ValueError: a null character in the name
        return None
