"""The things that can be wrong with decoded sound, and with what was asked of it."""

import math
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from earmark.audio.opening import shown
from earmark.errors import AudioError, ConfigError


class CutShortError(AudioError):
    """A recording that ends, or whose data break, before its header says."""


def check_rate(rate_hz: object) -> int | None:
    """The rate as an int, or None; ConfigError unless it is a positive whole number or None."""
    if rate_hz is None:
        return None
    whole = isinstance(rate_hz, int | np.integer) and not isinstance(rate_hz, bool)
    if not whole or int(rate_hz) < 1:  # type: ignore[call-overload]
        raise ConfigError(
            "rate_hz must be a positive whole number of hertz, or None for the recording's own, "
            f"got {rate_hz!r}"
        )
    return int(rate_hz)  # type: ignore[call-overload, no-any-return]


def check_part(path: Path, onset_s: float, offset_s: float | None) -> None:
    """AudioError unless 0 <= onset_s < offset_s (seconds)."""
    if not (math.isfinite(onset_s) and onset_s >= 0):
        raise AudioError(f"{shown(path)}: onset_s must be 0 or more seconds, got {onset_s}")
    if offset_s is not None and not (math.isfinite(offset_s) and offset_s > onset_s):
        raise AudioError(
            f"{shown(path)}: offset_s must be later than onset_s, got onset {onset_s} s and "
            f"offset {offset_s} s; check the annotation"
        )


def check_finite(path: Path, mono: NDArray[np.float32], rate_hz: int, start: int) -> None:
    """AudioError at the first NaN or infinity; `start` is where mono[0] stands in the recording."""
    with np.errstate(all="ignore"):
        if np.isfinite(mono.sum()):  # one pass without a temporary; nearly every call ends here
            return
    bad = np.flatnonzero(~np.isfinite(mono))
    if bad.size:
        what = "not a number (NaN)" if np.isnan(mono[bad[0]]) else "infinite"
        raise AudioError(
            f"{shown(path)}: the sample at {(start + int(bad[0])) / rate_hz:.4f} s is {what}, "
            "expected finite values; export the recording again"
        )


def no_samples(path: Path) -> AudioError:
    """The error for a proper file that holds no sound at all."""
    return AudioError(f"{shown(path)}: holds no samples; record it again or remove it")


def beyond_end(path: Path, onset_s: float, duration_s: float) -> AudioError:
    """The error for a part that begins after the recording ends."""
    return AudioError(
        f"{shown(path)}: onset {onset_s} s lies beyond the recording's end at {duration_s:.3f} s; "
        "check the annotation, or whether the file was cut"
    )


def truncated(path: Path, promised: int, got: int, unit: str = "samples") -> CutShortError:
    """The error for a file that ends before its own header says."""
    return CutShortError(
        f"{shown(path)}: cut short or damaged: its header promises {promised} {unit}, {got} can be "
        "read; copy or download it again"
    )


def unreadable(path: Path, head: bytes, detail: str) -> AudioError:
    """The error for content that no decoder takes."""
    return AudioError(
        f"{shown(path)}: not sound that can be decoded (it begins with {head[:12]!r}; {detail}); "
        "expected WAV, FLAC, MP3, Ogg, AIFF or the like: check what the file is, or convert it"
    )
