"""Read a recording, or a part of one, as mono float32."""

import os
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from earmark.audio import problems
from earmark.audio.decode import native_blocks, open_recording
from earmark.audio.resampling import resample
from earmark.audio.with_miniaudio import read_wav

_BLOCK = 1 << 18  # samples; 6 s at 44.1 kHz: large enough that calls cost nothing
_AT_ONCE = 64 << 20  # bytes of WAV; beyond that the channels together would take much memory


def load_audio(
    path: str | os.PathLike[str],
    rate_hz: int | None = None,
    *,
    onset_s: float = 0.0,
    offset_s: float | None = None,
    trusted: bool = False,
) -> tuple[NDArray[np.float32], int]:
    """Decode a sound file to mono: (samples, rate in Hz), shape (samples,), float32.

    Channels are averaged; 16-bit samples are divided by 32768. At `rate_hz` the sound is resampled
    (soxr HQ); None keeps the recording's own rate. `onset_s` and `offset_s` choose a part, in
    seconds: WAV, AIFF, FLAC and Ogg seek to it, MP3 and what PyAV reads are decoded up to it. An
    offset past the end means the end. `trusted` lets a faster but unsafe decoder read Ogg Vorbis:
    only for files of one's own, never for uploads (see decode.open_recording).

    Raises AudioError (missing, empty, damaged or cut file, NaN, no such part), ConfigError (rate).
    """
    wanted = problems.check_rate(rate_hz)
    where = Path(path)
    problems.check_part(where, onset_s, offset_s)
    whole = onset_s == 0 and offset_s is None
    with open_recording(where, seek=onset_s > 0, trusted=trusted) as (recording, file, header):
        rate = recording.rate_hz
        mono: NDArray[np.float32] | None = None
        if whole and header.chunk is not None and header.chunk.exact and header.size <= _AT_ONCE:
            mono = read_wav(file)
        if mono is None or len(mono) != header.promised:
            start = round(onset_s * rate)
            stop = None if offset_s is None else max(start + 1, round(offset_s * rate))
            if start and start >= (length := recording.count()):
                raise problems.beyond_end(where, onset_s, length / rate)
            parts = list(native_blocks(recording, where, start, stop, _BLOCK))
            if not parts:  # damage hid the part from the decoder
                raise problems.beyond_end(where, onset_s, start / rate)
            mono = parts[0] if len(parts) == 1 else np.concatenate(parts)
        else:
            problems.check_finite(where, mono, rate, 0)
    if mono.size == 0:
        raise problems.no_samples(where)
    return resample(mono, rate, wanted), wanted or rate
