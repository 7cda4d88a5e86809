"""Decode and resample a file or a stream of blocks; cut windows. Decoders load at first use."""

from earmark.audio.blocks import iter_blocks
from earmark.audio.formats import SUFFIXES, is_audio
from earmark.audio.info import AudioInfo, probe
from earmark.audio.load import load_audio
from earmark.audio.samples import from_samples
from earmark.audio.windows import window_starts

__all__ = [
    "SUFFIXES",
    "AudioInfo",
    "from_samples",
    "is_audio",
    "iter_blocks",
    "load_audio",
    "probe",
    "window_starts",
]
