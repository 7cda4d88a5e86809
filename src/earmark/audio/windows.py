"""Where the windows of a recording begin."""

import numpy as np
from numpy.typing import NDArray

from earmark.errors import ConfigError


def window_starts(samples: int, window: int, hop: int) -> NDArray[np.int64]:
    """Starts of the windows that cover a recording, all three in samples (or frames).

    0, hop, 2 * hop, ... while a whole window fits; what is left at the end is covered by one more
    window, moved back so that it ends where the recording does. A recording no longer than a
    window gives [0]: the caller pads it. With hop <= window every sample is covered.

    Returns shape (windows,), strictly rising. ConfigError unless samples >= 0, window and hop >= 1.

    >>> window_starts(10, window=4, hop=3).tolist(), window_starts(11, window=4, hop=3).tolist()
    ([0, 3, 6], [0, 3, 6, 7])
    """
    if samples < 0 or window < 1 or hop < 1:
        raise ConfigError(
            "expected samples of at least 0, window and hop of at least 1, "
            f"got samples={samples}, window={window}, hop={hop}"
        )
    last = max(0, samples - window)
    starts = np.arange(0, last + 1, hop, dtype=np.int64)
    return starts if starts[-1] == last else np.append(starts, np.int64(last))
