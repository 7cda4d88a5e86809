"""Another room: reflections that die away, as many and as loud as the room has them."""

import numpy as np
from numpy.typing import NDArray

from earmark.audio.reverberation import reverberate

Array = NDArray[np.float32]

DECAY_S = (0.1, 0.8)  # until a sound is 60 dB softer: from a furnished room to a stairwell
DIRECT_DB = (0.0, 15.0)  # how much louder the direct sound is than all reflections together


def add_room(samples: Array, rate_hz: int, rng: np.random.Generator) -> Array:
    """Samples (samples,) as heard in a room of a random size and distance, as loud as before."""
    decay_s = rng.uniform(*DECAY_S)
    direct_db = rng.uniform(*DIRECT_DB)
    return reverberate(samples, rate_hz, decay_s, direct_db, rng)
