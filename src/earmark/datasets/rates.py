"""The sample rate that suits a set of clips."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from earmark.audio import probe
from earmark.datasets.clip import Clip
from earmark.errors import AudioError
from earmark.features.frontend import DEFAULT_RATE_HZ

RATES_HZ = (8_000, 11_025, 16_000, 22_050, 24_000, DEFAULT_RATE_HZ)
PROBED_CLIPS = 500  # enough to know the usual rate of a folder


def usual_rate_hz(clips: Sequence[Clip]) -> int:
    """The highest standard rate that the middle clip still fills, at most the default rate."""
    step = max(1, len(clips) // PROBED_CLIPS)

    def rate(clip: Clip) -> int | None:
        try:
            return probe(clip.path).rate_hz
        except AudioError:
            return None

    with ThreadPoolExecutor() as pool:
        rates = sorted(found for found in pool.map(rate, clips[::step]) if found)
    if not rates:
        return DEFAULT_RATE_HZ  # extraction will say what is wrong with each file
    middle = rates[(len(rates) - 1) // 2]
    return max((standard for standard in RATES_HZ if standard <= middle), default=middle)
