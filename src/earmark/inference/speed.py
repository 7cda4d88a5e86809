"""How fast a saved model answers."""

import time
from collections.abc import Sequence
from pathlib import Path

from earmark.audio import probe
from earmark.inference.model import load

AT_LEAST_S = 2.0  # measured for: less is noise of the clock and of other processes
MOST_FILES = 50


def realtime_factor(model: Path, files: Sequence[Path]) -> float:
    """Seconds of sound answered in one second, from the files to the probabilities.

    The model is loaded and has answered once before the clock starts; files are read again and
    again until two seconds are over.
    """
    loaded = load(model)
    files = list(files[:MOST_FILES])
    loaded.predict_proba(files[:1])
    sound_s, started = 0.0, time.perf_counter()
    while True:
        for file in files:
            loaded.predict_proba([file])
            sound_s += probe(file).duration_s
            taken_s = time.perf_counter() - started
            if taken_s >= AT_LEAST_S:
                return sound_s / taken_s
