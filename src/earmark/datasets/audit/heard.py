"""What one pass over a clip tells: facts for people, and the fingerprint that finds its copies."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

QUIETEST_DB = -120.0


@dataclass(frozen=True)
class Prints:
    """The fingerprint of a clip: landmarks to find copies by, its waveform to prove them."""

    keys: NDArray[np.uint32] = field(default_factory=lambda: np.zeros(0, np.uint32))
    """A number for each constellation of three spectral peaks, (landmarks,)."""
    times: NDArray[np.float32] = field(default_factory=lambda: np.zeros(0, np.float32))
    """Where each stands, seconds from the clip's start, (landmarks,)."""
    wave: NDArray[np.int8] = field(default_factory=lambda: np.zeros(0, np.int8))
    """The clip at 8 kHz, companded to 8 bits, (samples,); see `companding`."""


@dataclass(frozen=True)
class Heard:
    """What a clip holds. Levels are of the mean of its channels, which is what Earmark hears."""

    name: str
    """The clip's."""
    error: str | None = None
    """Why the clip cannot be used; None if it can. All below then tells of what could be read."""
    duration_s: float = 0.0
    rate_hz: int = 0
    """Of the file."""
    channels: int = 0
    peak: float = 0.0
    """The highest sample, of full scale."""
    rms_db: float = QUIETEST_DB
    """Root mean square in dB below full scale; -120 at least."""
    silent: bool = True
    """Whether there is nothing to hear: see `facts.SILENT_PEAK`."""
    clipped_share: float = 0.0
    """Share of the samples that lie in flat runs at the peak, 0 to 1."""
    truncated: str | None = None
    """How the file ends before its header says; `error` is then set too."""
    content: str = ""
    """Digest of the decoded sound: equal for equal sound in whatever lossless format."""
    prints: Prints = field(default_factory=Prints, repr=False, compare=False)
