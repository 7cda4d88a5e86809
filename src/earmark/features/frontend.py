"""What every front-end declares, and how a recording is cut into frames.

Frame k covers the samples `k * hop - pad_left` onwards. Frames are made for as long as they start
before the end of the recording; what lies outside it counts as zeros. So a run of frames depends on
its own samples alone: features cut out of a long recording equal the features of that cut, and
training, export, batch and stream can be one graph.
"""

import dataclasses
import hashlib
import json
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from earmark.audio.problems import check_rate
from earmark.errors import ConfigError
from earmark.registry import Registry

if TYPE_CHECKING:
    import torch

Array = NDArray[np.float32]

FRONTENDS: Registry[type["Frontend"]] = Registry("front-end", "earmark.features")

BLOCK_FRAMES = 64  # frames computed at once: the work stays in the processor's cache (measured)


@dataclass(frozen=True)
class Frontend(ABC):
    """Waveform at `rate_hz` to features of shape (frames, bins), one row every `hop` samples."""

    rate_hz: int
    frame: int
    """Samples a frame."""
    hop: int
    """Samples from one frame to the next."""
    bins: int
    """Features a frame."""
    pad_left: int = 0
    """Zeros before the recording's first sample."""

    name: ClassVar[str]
    decibels: ClassVar[bool] = False
    """Whether the features are powers in decibels, so that sounds can be mixed in them."""
    bins_alike: ClassVar[bool] = True
    """Whether all bins are of about the same size, so that one scale of colours shows them all."""
    bin_word: ClassVar[str] = "bin"
    """What a bin is called where it has no frequency."""
    version: ClassVar[int] = 1
    """Raised when the values change, so that cached features of the old kind are not used."""

    def __post_init__(self) -> None:
        for field, least in (
            ("rate_hz", 1),
            ("frame", 1),
            ("hop", 1),
            ("bins", 1),
            ("pad_left", 0),
        ):
            value = getattr(self, field)
            if not isinstance(value, int) or value < least:
                raise ConfigError(
                    f"front-end {self.name}: {field} must be a whole number of at least {least}, "
                    f"got {value!r}"
                )
        if self.hop > self.frame:
            raise ConfigError(
                f"front-end {self.name}: hop ({self.hop}) must not be longer than "
                f"frame ({self.frame})"
            )

    @classmethod
    @abstractmethod
    def for_rate(cls, rate_hz: int) -> Self:
        """The usual settings for recordings of `rate_hz`."""

    @abstractmethod
    def compute(self, frames: Array) -> Array:
        """Features (n, bins) of a block of frames (n, frame): the numpy path."""

    @abstractmethod
    def torch_module(self) -> "torch.nn.Module":
        """The same as a torch module: (batch, samples) -> (batch, frames, bins), exportable."""

    def frames(self, samples: int) -> int:
        """How many frames a recording of so many samples has."""
        return max(1, -(-(samples + self.pad_left) // self.hop))

    def window_samples(self, frames: int) -> int:
        """Samples that `frames` consecutive frames look at."""
        return (frames - 1) * self.hop + self.frame

    @property
    def frames_per_s(self) -> float:
        """Frames a second."""
        return self.rate_hz / self.hop

    def stream(self, blocks: Iterable[Array]) -> Iterator[Array]:
        """Features of a recording that arrives in blocks of samples, at constant memory.

        Yields arrays of shape (n, bins) that, put together, are the features of the whole.
        """
        waiting = np.zeros(self.pad_left, np.float32)
        received = self.pad_left
        sent = 0
        for block in blocks:
            received += len(block)
            waiting = np.concatenate([waiting, block])  # a copy: the block stays the caller's
            ready = (len(waiting) - self.frame) // self.hop + 1
            if ready >= BLOCK_FRAMES:
                yield self._features(waiting, ready)
                waiting = waiting[ready * self.hop :]
                sent += ready
        rest = max(1, -(-received // self.hop)) - sent
        if rest > 0:
            missing = self.window_samples(rest) - len(waiting)
            yield self._features(np.pad(waiting, (0, max(missing, 0))), rest)

    def _features(self, samples: Array, frames: int) -> Array:
        view = np.lib.stride_tricks.sliding_window_view(samples, self.frame)[:: self.hop][:frames]
        out = np.empty((frames, self.bins), np.float32)
        for start in range(0, frames, BLOCK_FRAMES):
            out[start : start + BLOCK_FRAMES] = self.compute(view[start : start + BLOCK_FRAMES])
        return out

    def __call__(self, samples: Array) -> Array:
        """Features (frames, bins) of a whole recording (samples,) at `rate_hz`."""
        return np.concatenate(list(self.stream([np.asarray(samples, np.float32)])))

    def silence(self) -> Array:
        """The feature row (bins,) of digital silence: what short clips are filled up with."""
        return np.asarray(self.compute(np.zeros((1, self.frame), np.float32))[0])

    def centres_hz(self) -> NDArray[np.float64] | None:
        """The frequency each bin stands for, (bins,), rising; None where it stands for none."""
        return None

    def bin_ticks(self) -> list[tuple[float, str]] | None:
        """Bins to name on a picture's axis, and their names, rising; None: by frequency or number.

        A place may lie between two bins.
        """
        return None

    def settings(self) -> dict[str, Any]:
        """What `create_frontend` needs to make this front-end again."""
        return {"name": self.name, **dataclasses.asdict(self)}

    @property
    def key(self) -> str:
        """A short text that differs whenever the computed values could."""
        text = json.dumps({**self.settings(), "version": self.version}, sort_keys=True)
        return f"{self.name}-{hashlib.blake2b(text.encode(), digest_size=8).hexdigest()}"


def create_frontend(name: str, rate_hz: int | None = None, **settings: Any) -> Frontend:
    """The front-end `name`: its usual settings for `rate_hz`, changed by `settings`.

    >>> create_frontend("log_mel", 8000).bins
    48
    """
    kind = FRONTENDS[name]
    _check_names(kind, settings)
    rate_hz = check_rate(rate_hz) or DEFAULT_RATE_HZ
    return dataclasses.replace(kind.for_rate(rate_hz), **settings)


def frontend_from_settings(settings: Mapping[str, Any]) -> Frontend:
    """The front-end that wrote `settings`."""
    values = dict(settings)
    kind = FRONTENDS[values.pop("name")]
    _check_names(kind, values)
    return kind(**values)


def _check_names(kind: type[Frontend], settings: Mapping[str, Any]) -> None:
    fields = {field.name for field in dataclasses.fields(kind)}
    unknown = sorted(set(settings) - fields)
    if unknown:
        raise ConfigError(
            f"front-end {kind.name} has no setting {', '.join(unknown)}; "
            f"it has {', '.join(sorted(fields))}"
        )


DEFAULT_RATE_HZ = 32_000  # what ESC-like sounds need: little above 16 kHz tells classes apart
