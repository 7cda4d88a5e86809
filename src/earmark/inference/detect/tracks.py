"""The scores of a recording over time, in pieces: of a detector, or of a classifier that slides."""

import math
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

import numpy as np
from numpy.typing import NDArray

from earmark.errors import ConfigError, ModelError
from earmark.inference.model import BATCH
from earmark.inference.windows import placed_windows

if TYPE_CHECKING:
    from earmark.inference.model import Model

Array = NDArray[np.float32]
T = TypeVar("T")

LEAST_STEP_S = 0.1  # of a classifier's window, unless it is asked for less
FINEST_STEP_S = 0.01


class Heard:
    """Blocks of a recording, counted as they go by."""

    def __init__(self, blocks: Iterable[Array]) -> None:
        self.blocks = blocks
        self.samples = 0

    def __iter__(self) -> Iterator[Array]:
        for block in self.blocks:
            self.samples += len(block)
            yield block


def track_of(
    model: "Model", blocks: Iterable[Array], step_s: float | None = None
) -> tuple[Array, float]:
    """Scores (frames, classes) of a recording that arrives in blocks, and the seconds of a frame.

    ConfigError: a step for a detector, or one that is impossible.
    """
    pieces, hop_s = track_in_pieces(model, Heard(blocks), step_s)
    return np.concatenate([np.zeros((0, len(model.config.classes)), np.float32), *pieces]), hop_s


def track_in_pieces(
    model: "Model", heard: Heard, step_s: float | None = None
) -> tuple[Iterator[Array], float]:
    """The same in pieces, at constant memory."""
    if model.config.detection is not None:
        if step_s is not None:
            raise ConfigError(
                "step_s is for classifiers, whose window slides; a detector has steps of its own"
            )
        return _detector(model, heard), model.config.hop_s
    step = _step(model, step_s)
    return _sliding(model, heard, step), step / model.rate_hz


def _detector(model: "Model", heard: Heard) -> Iterator[Array]:
    """Where windows overlap, a score is the mean of theirs; none is past the recording's end."""
    config = model.config
    assert config.detection is not None
    window, whole = config.window, config.detection.frames_per_score
    shape = (window.frames // whole, len(config.classes))
    early = round(window.pad_left_samples / (window.hop_samples * whole))  # before the recording
    sums, counts, first = np.zeros((0, shape[1])), np.zeros((0, 1)), 0

    def mean(until: int, end: int | None = None) -> Array:
        """Scores from `first` until there, which no later window sees."""
        kept = slice(max(early - first, 0), until - first if end is None else end + early - first)
        part = slice(0, until - first)
        means = (sums[part] / counts[part])[kept]
        return np.asarray(np.clip(means, 0, 1), np.float32)

    for batch in _batches(placed_windows(heard, window, whole), BATCH):
        scores = model.window_proba(np.stack([samples for _, samples in batch]))
        if scores.shape[1:] != shape:
            raise ModelError(
                f"{model.directory}: the graph gives scores of shape {scores.shape[1:]} for a "
                f"window, config.json says {shape}; take a fresh copy of the model"
            )
        for (frame, _), rows in zip(batch, scores, strict=True):
            at = frame // whole - first
            more = max(at + len(rows) - len(sums), 0)
            sums = np.concatenate([sums, np.zeros((more, shape[1]))])
            counts = np.concatenate([counts, np.zeros((more, 1))])
            sums[at : at + len(rows)] += rows
            counts[at : at + len(rows)] += 1
        over = batch[-1][0] // whole  # windows begin one after the other
        yield mean(over)
        sums, counts, first = sums[over - first :], counts[over - first :], over
    end = -(-heard.samples // (window.hop_samples * whole))
    yield mean(first + len(sums), end)


def _sliding(model: "Model", heard: Heard, step: int) -> Iterator[Array]:
    """The scores of a window stand for the step in its middle; what is unknown has none."""
    unknown = model.config.unknown
    for batch in _batches(_around(heard, _long(model), step), BATCH):
        scores, familiarity = model.scores_of(np.stack(batch))
        scores = np.clip(scores, 0, 1)
        if unknown is not None:
            scores[familiarity.min(axis=1) < unknown.threshold] = 0
        yield scores


def _around(heard: Heard, long: int, step: int) -> Iterator[Array]:
    """A window around the middle of each step; silence before the recording and after it."""
    waiting = np.zeros((long - step) // 2, np.float32)
    sent = 0
    for block in heard:
        waiting = np.concatenate([waiting, block])
        at = 0
        while len(waiting) - at >= long:
            yield waiting[at : at + long]
            at += step
            sent += 1
        waiting = waiting[at:]
    for _ in range(-(-heard.samples // step) - sent):
        yield np.pad(waiting[:long], (0, max(long - len(waiting), 0)))
        waiting = waiting[step:]


def _long(model: "Model") -> int:
    """Samples of a window."""
    window = model.config.window
    return (window.frames - 1) * window.hop_samples + window.frame_samples


def _step(model: "Model", step_s: float | None) -> int:
    long_s = _long(model) / model.rate_hz
    if step_s is None:
        step_s = min(max(long_s / 4, LEAST_STEP_S), long_s)
    elif not (math.isfinite(step_s) and FINEST_STEP_S <= step_s <= long_s):
        raise ConfigError(
            f"step_s must be from {FINEST_STEP_S:g} s to the {long_s:.3g} s of the model's window, "
            f"got {step_s:g}"
        )
    return max(round(step_s * model.rate_hz), 1)


def _batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    rest = iter(items)
    while batch := list(islice(rest, size)):
        yield batch
