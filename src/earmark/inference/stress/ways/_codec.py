"""Through a lossy codec and back, in memory, by libsndfile."""

import io

import numpy as np

from earmark.audio.resampling import resample
from earmark.errors import AudioError
from earmark.inference.stress.way import Array

BLOCK = 4096  # samples a write: libsndfile overflows its stack on long Vorbis blocks
MP3_DELAY = 576 + 529  # samples of encoder and decoder, where the file has no room to tell them


def lacking(container: str, subtype: str) -> str | None:
    """Why libsndfile cannot write it; None: it can."""
    import soundfile

    if subtype in soundfile.available_subtypes(container):
        return None
    return f"this libsndfile ({soundfile.__libsndfile_version__}) writes no {subtype}"


def through(
    samples: Array,
    rate_hz: int,
    container: str,
    subtype: str,
    compression: float,
    *,
    coded_hz: int,
    constant: bool = False,
) -> Array:
    """Samples (samples,) encoded at the rate `coded_hz` and decoded again, as many as before.

    `compression` is libsndfile's, 0 (best) to 1. Raises AudioError: libsndfile would not.
    """
    import soundfile

    given = np.clip(resample(samples, rate_hz, coded_hz), -1, 1)
    file = io.BytesIO()
    try:
        with soundfile.SoundFile(
            file,
            "w",
            samplerate=coded_hz,
            channels=1,
            format=container,
            subtype=subtype,
            compression_level=compression,
            bitrate_mode="CONSTANT" if constant else None,
        ) as writer:
            for start in range(0, len(given), BLOCK):
                writer.write(given[start : start + BLOCK])
        file.seek(0)
        decoded, decoded_hz = soundfile.read(file, dtype="float32")
    except (soundfile.LibsndfileError, soundfile.SoundFileError, RuntimeError) as error:
        raise AudioError(f"libsndfile cannot code {subtype} at {coded_hz} Hz: {error}") from error
    if container == "MP3" and len(decoded) > len(given):
        decoded = decoded[MP3_DELAY:]
    back = resample(decoded, decoded_hz, rate_hz) if len(decoded) else decoded
    out = np.zeros(len(samples), np.float32)
    out[: len(back)] = back[: len(out)]
    return out
