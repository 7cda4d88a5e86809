"""The sample rate that suits a set of clips."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from earmark.audio import probe
from earmark.datasets.clip import Clip
from earmark.errors import AudioError
from earmark.features.rates import suiting_rate_hz

PROBED_CLIPS = 500  # enough to know the usual rate of a folder


def usual_rate_hz(clips: Sequence[Clip]) -> int:
    """The highest standard rate that the middle clip still fills, at most the default rate."""
    step = max(1, len(clips) // PROBED_CLIPS)

    def rate(clip: Clip) -> int | None:
        try:
            return probe(clip.path).rate_hz
        except AudioError:
            return None  # extraction will say what is wrong with it

    with ThreadPoolExecutor() as pool:
        return suiting_rate_hz([found for found in pool.map(rate, clips[::step]) if found])
