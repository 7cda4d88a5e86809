"""Hear one clip: decoded once, block by block, for its facts and its fingerprint."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from earmark.audio import problems
from earmark.audio.decode import native_blocks, open_recording
from earmark.audio.resampling import resample_blocks
from earmark.datasets.audit.companding import compress
from earmark.datasets.audit.facts import SILENT_PEAK, Facts
from earmark.datasets.audit.fingerprint import RATE_HZ, landmarks
from earmark.datasets.audit.heard import Heard, Prints
from earmark.datasets.clip import Clip
from earmark.errors import AudioError

Block = NDArray[np.float32]

_BLOCK = 1 << 18  # samples


def hear(clip: Clip) -> Heard:
    """What the clip holds; an unreadable one is an answer, with what could be read of it."""
    sound = _Sound(clip)
    waves: list[Block] = []
    error: AudioError | None = None
    try:
        for block in sound.at_8_khz():
            waves.append(block)  # noqa: PERF402 (what came before an error is kept)
    except AudioError as caught:
        error = caught
    wave = np.concatenate(waves) if waves else np.zeros(0, np.float32)
    facts = sound.facts
    cut = isinstance(error, problems.CutShortError)
    silent = facts is None or facts.peak < SILENT_PEAK
    return Heard(
        name=clip.name,
        error=None if error is None else str(error),
        duration_s=0.0 if facts is None else facts.samples / sound.rate_hz,
        rate_hz=sound.rate_hz,
        channels=sound.channels,
        peak=0.0 if facts is None else facts.peak,
        rms_db=Heard.rms_db if facts is None else facts.rms_db,
        silent=silent,
        clipped_share=0.0 if facts is None else facts.clipped_share,
        truncated=str(error) if cut else None,
        content="" if facts is None or error is not None else facts.content,
        prints=Prints() if silent else Prints(*landmarks(wave), compress(wave)),
    )


class _Sound:
    """A clip being decoded, and what is known of it so far."""

    def __init__(self, clip: Clip) -> None:
        self.clip = clip
        self.rate_hz = 0
        self.channels = 0
        self.facts: Facts | None = None

    def at_8_khz(self) -> Iterator[Block]:
        """The clip's blocks at 8 kHz; what came before an AudioError was good."""
        clip = self.clip
        problems.check_part(clip.path, clip.onset_s, clip.offset_s)
        with open_recording(clip.path, seek=clip.onset_s > 0) as (recording, _, _):
            self.rate_hz, self.channels = recording.rate_hz, recording.channels
            self.facts = Facts(self.rate_hz)
            start = round(clip.onset_s * self.rate_hz)
            stop = None
            if clip.offset_s is not None:
                stop = max(start + 1, round(clip.offset_s * self.rate_hz))
            if start and start >= (length := recording.count()):
                raise problems.beyond_end(clip.path, clip.onset_s, length / self.rate_hz)
            native = self._noting(native_blocks(recording, clip.path, start, stop, _BLOCK))
            if self.rate_hz == RATE_HZ:
                yield from native
            else:
                yield from resample_blocks(native, self.rate_hz, RATE_HZ)

    def _noting(self, blocks: Iterator[Block]) -> Iterator[Block]:
        for block in blocks:
            if self.facts is not None:
                self.facts.add(block)
            yield block
