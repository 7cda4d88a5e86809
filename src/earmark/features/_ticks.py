"""The axis of the bins: round frequencies, the front-end's own names, or round numbers."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from earmark.features.frontend import Frontend

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def label_bins(axes: "Axes", frontend: Frontend) -> None:
    """Say what bins are."""
    in_hertz = frontend.centres_hz() is not None
    word = frontend.bin_word  # of which only the first letter is raised: units stay as they are
    axes.set_ylabel("Frequency (kHz)" if in_hertz else word[:1].upper() + word[1:])


def place_ticks(axes: "Axes", frontend: Frontend) -> None:
    """Round frequencies where bins stand for some, else their names or round numbers."""
    from matplotlib.ticker import MaxNLocator

    named = frontend.bin_ticks()
    if named is not None:
        axes.set_yticks([place for place, _ in named], [name for _, name in named])
        return
    centres_hz = frontend.centres_hz()
    if centres_hz is None:
        axes.yaxis.set_major_locator(MaxNLocator(7, integer=True))
        return
    places = np.arange(len(centres_hz))
    ticks_hz = round_frequencies(centres_hz)
    axes.set_yticks(np.interp(ticks_hz, centres_hz, places), [f"{hz / 1000:g}" for hz in ticks_hz])


def round_frequencies(centres_hz: NDArray[np.float64]) -> list[float]:
    """Some five round frequencies that lie well apart on an axis of bins (bins,).

    >>> round_frequencies(np.linspace(0, 11_025, 513))
    [0.0, 2000.0, 4000.0, 6000.0, 8000.0, 10000.0]
    >>> round_frequencies(np.geomspace(50, 16_000, 96))
    [100.0, 250.0, 500.0, 1000.0, 2000.0, 4000.0, 8000.0, 16000.0]
    """
    low, high = float(centres_hz[0]), float(centres_hz[-1])
    places = np.arange(len(centres_hz))
    linear = np.allclose(np.diff(centres_hz, 2), 0, atol=1e-6 * high)
    if linear:
        from matplotlib.ticker import MaxNLocator

        wanted = np.array(list(MaxNLocator(6, steps=[1, 2, 5, 10]).tick_values(low, high)))
    else:
        wanted = np.array([100, 250, 500, *(1000 * 2.0**k for k in range(9))])
    kept: list[float] = []
    for hz in wanted[(wanted >= low) & (wanted <= high)]:
        at = np.interp([kept[-1], hz], centres_hz, places) if kept else np.array([-np.inf, 0])
        if at[1] - at[0] >= 0.09 * len(centres_hz):
            kept.append(float(hz))
    return kept
