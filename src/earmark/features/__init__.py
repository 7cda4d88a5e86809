"""Waveform to features: one file a front-end, and the cache that keeps what they computed."""

from earmark.features.frontend import FRONTENDS, Frontend, create_frontend

__all__ = ["FRONTENDS", "Frontend", "create_frontend", "list_frontends"]


def list_frontends() -> list[str]:
    """Names of the front-ends that are installed.

    >>> list_frontends()
    ['log_mel', 'mfcc', 'stft', 'tempogram']
    """
    return list(FRONTENDS)
