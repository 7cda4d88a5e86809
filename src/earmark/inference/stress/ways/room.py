"""A room that rings."""

import numpy as np

from earmark.audio.reverberation import reverberate
from earmark.inference.stress.way import Array, way

DIRECT_DB = 0.0  # reflections together are as loud as the direct sound: some metres away


@way("room", title="Room, decay", unit="s", levels=(0.25, 0.5, 1, 2, 4))
def add_room(samples: Array, rate_hz: int, decay_s: float, rng: np.random.Generator) -> Array:
    """Samples as heard in a room, where a sound is 60 dB softer after `decay_s` seconds."""
    return reverberate(samples, rate_hz, decay_s, DIRECT_DB, rng)
