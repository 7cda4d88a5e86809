"""What a recording is, without decoding it."""

import os
from dataclasses import dataclass
from pathlib import Path

from earmark.audio import problems
from earmark.audio.decode import open_recording


@dataclass(frozen=True)
class AudioInfo:
    """What a file's header says of its sound."""

    path: Path
    rate_hz: int
    channels: int
    samples: int  # a channel
    format: str  # container and encoding, as 'WAV PCM_16', 'FLAC', 'OGG VORBIS'

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return self.samples / self.rate_hz


def probe(path: str | os.PathLike[str]) -> AudioInfo:
    """Read rate, channels, length and format from the header alone.

    Where a header does not tell the length it is counted (MP3 frames, fast) or, for FLAC written
    to a pipe, decoded. AudioError for a missing or unreadable file, one without samples, and a
    WAV or AIFF that ends before its header says; damage further in is found by load_audio.
    """
    where = Path(path)
    with open_recording(where, seek=True) as (recording, _, _):
        samples = recording.count()
        if samples == 0:
            raise problems.no_samples(where)
        return AudioInfo(where, recording.rate_hz, recording.channels, samples, recording.format)
