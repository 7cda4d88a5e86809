"""Decode through PyAV (FFmpeg), an extra: AAC, M4A, WMA, and the sound of video."""

from collections.abc import Iterator
from io import FileIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from earmark.audio import problems
from earmark.audio.headers import Header
from earmark.audio.opening import shown
from earmark.audio.recording import mix
from earmark.errors import AudioError


class AvRecording:
    """The first sound track of a container; use within `with`."""

    def __init__(self, file: FileIO, path: Path, header: Header) -> None:
        try:
            import av
        except ImportError as error:
            raise AudioError(
                f"{shown(path)}: this kind of file needs PyAV, which is not installed: "
                "pip install 'earmark[formats]', or convert the file to WAV or FLAC"
            ) from error
        self._path = path
        self._errors = av.error.FFmpegError
        self._resampler = av.AudioResampler
        file.seek(0)
        try:
            self._container = av.open(file, mode="r")  # a file, not a name: 'http:x' stays a name
        except self._errors as error:
            raise problems.unreadable(path, header.head, str(error.strerror)) from error
        if not self._container.streams.audio:
            self._container.close()
            raise AudioError(f"{shown(path)}: holds no sound track; remove it or record again")
        stream = self._container.streams.audio[0]
        self.rate_hz = int(stream.codec_context.sample_rate)
        self.channels = int(stream.codec_context.channels)
        self.slack = 0
        self.samples: int | None = None  # durations here are rounded: nothing to hold a file to
        length = stream.duration or 0
        seconds = float(length * stream.time_base) if length and stream.time_base else 0.0
        self._estimate = round(seconds * self.rate_hz)
        self.format = f"{self._container.format.name} {stream.codec_context.name}".upper()

    def __enter__(self) -> "AvRecording":
        return self

    def __exit__(self, *_: object) -> None:
        self._container.close()

    def count(self) -> int:
        """Samples a channel as the container states them, rounded to its clock; else decoded."""
        return self._estimate or sum(len(block) for block in self.blocks(0, 1 << 16))

    def blocks(self, start: int, size: int) -> Iterator[NDArray[np.float32]]:
        """Mono blocks, a decoder's frame each (so not `size`), reached by decoding from 0."""
        resampler = self._resampler(format="fltp")  # changes the sample's type alone
        skip = start
        try:
            for frame in self._container.decode(audio=0):
                for part in resampler.resample(frame):
                    samples = part.to_ndarray().T.astype(
                        np.float32, copy=False
                    )  # (samples, channels)
                    if skip >= len(samples):
                        skip -= len(samples)
                        continue
                    yield mix(samples[skip:])
                    skip = 0
        except self._errors as error:
            raise problems.CutShortError(
                f"{shown(self._path)}: damaged, decoding stops with: {error.strerror}; "
                "copy or download it again"
            ) from error
