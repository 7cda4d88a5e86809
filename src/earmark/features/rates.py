"""The sample rate that suits recordings of several rates."""

from collections.abc import Sequence

from earmark.features.frontend import DEFAULT_RATE_HZ

RATES_HZ = (8_000, 11_025, 16_000, 22_050, 24_000, DEFAULT_RATE_HZ)


def suiting_rate_hz(rates_hz: Sequence[int]) -> int:
    """The highest standard rate that the middle recording still fills, at most the default rate.

    >>> suiting_rate_hz([44_100, 8000, 22_050]), suiting_rate_hz([6000]), suiting_rate_hz([])
    (22050, 6000, 32000)
    """
    if not rates_hz:
        return DEFAULT_RATE_HZ
    middle = sorted(rates_hz)[(len(rates_hz) - 1) // 2]
    return max((standard for standard in RATES_HZ if standard <= middle), default=middle)
