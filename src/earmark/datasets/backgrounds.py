"""Recordings to lay beneath other sounds: which there are, and random pieces of them."""

import hashlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from earmark.audio import is_audio, load_audio, probe
from earmark.datasets.words import one_spelling
from earmark.errors import AudioError, ConfigError
from earmark.features.cache import content_digest

Array = NDArray[np.float32]

SILENT = 1e-5  # root mean square, 100 dB below full scale: nothing to hear
TRIES = 8  # recordings that are looked at before there is no piece


@dataclass(frozen=True)
class Backgrounds:
    """Recordings to take pieces of."""

    paths: tuple[Path, ...]
    digest: str
    """Of their content, so that features are not mistaken for those over other backgrounds."""
    folder: Path | None = None
    """Where they were found."""

    def name_of(self, path: Path) -> str:
        """What a recording is called, the same on every machine."""
        return one_spelling(path.name if self.folder is None else _inside(path, self.folder))


def find_backgrounds(folder: Path, tell: Callable[[str], None] = lambda text: None) -> Backgrounds:
    """The recordings in a folder and below it; those that cannot be read are told and left out.

    Raises ConfigError: no such folder, or no recording in it that can be read.
    """
    if not folder.is_dir():
        raise ConfigError(f"background must be a folder of recordings, got '{folder}'")
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and is_audio(path))
    with ThreadPoolExecutor() as pool:
        digests = list(pool.map(_digest, paths))
    good = [path for path, digest in zip(paths, digests, strict=True) if isinstance(digest, str)]
    failed = [digest for digest in digests if not isinstance(digest, str)]
    if not good:
        why = f"none of its {len(paths)} can be read; the first: {failed[0]}" if paths else "none"
        raise ConfigError(f"background '{folder}' must hold recordings, got {why}")
    for error in failed[:5]:
        tell(f"background left out: {error}")
    if len(failed) > 5:
        tell(f"  ... and {len(failed) - 5} more")
    text = "".join(digest for digest in digests if isinstance(digest, str))
    digest = hashlib.blake2b(text.encode(), digest_size=8).hexdigest()
    return Backgrounds(tuple(good), digest, folder)


def _inside(path: Path, folder: Path) -> str:
    return path.relative_to(folder).as_posix()


def _digest(path: Path) -> str | Exception:
    try:
        probe(path)
        return content_digest(path)
    except (AudioError, OSError) as error:
        return error


def random_piece(
    backgrounds: Backgrounds, rate_hz: int, count: int, rng: np.random.Generator
) -> Array | None:
    """So many samples from anywhere in a random recording; a shorter one is repeated.

    One that is silent or cannot be read is passed over for another; None where none was found.
    """
    found = find_piece(backgrounds, rate_hz, count, rng)
    return None if found is None else found[1]


def find_piece(
    backgrounds: Backgrounds, rate_hz: int, count: int, rng: np.random.Generator
) -> tuple[Path, Array] | None:
    """`random_piece`, and the recording that it is of."""
    for number in rng.permutation(len(backgrounds.paths))[:TRIES]:
        path = backgrounds.paths[int(number)]
        piece = _piece(path, rate_hz, count, rng)
        if piece is not None and level(piece) >= SILENT:
            return path, piece
    return None


def level(samples: Array) -> float:
    """Root mean square."""
    return float(np.sqrt(np.square(samples, dtype=np.float64).mean()))


def _piece(path: Path, rate_hz: int, count: int, rng: np.random.Generator) -> Array | None:
    """So many samples from anywhere in a recording; None where it cannot be read."""
    try:
        wanted_s = count / rate_hz
        onset_s = rng.uniform(0, max(probe(path).duration_s - wanted_s, 0))
        samples, _ = load_audio(path, rate_hz, onset_s=onset_s, offset_s=onset_s + wanted_s)
    except AudioError:
        return None
    return np.resize(samples, count)
