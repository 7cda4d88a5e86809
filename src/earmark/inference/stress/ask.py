"""What a model answers to one clip, disturbed in every way at every level."""

import zlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from earmark.audio import load_audio
from earmark.datasets import Clip
from earmark.errors import AudioError
from earmark.inference.model import Model, Prediction, load
from earmark.inference.stress.way import WAYS

MOST_S = 30.0  # of a longer clip only so much: each is answered some eighty times


@dataclass(frozen=True)
class Asker:
    """Asks about clips one after the other, in whatever process it finds itself."""

    model: Path
    ways: tuple[str, ...]
    seed: int

    def __call__(self, clip: Clip) -> NDArray[np.bool_]:
        """Whether each answer is right, and whether there is one: (1 + levels of all ways, 2).

        The first row is of the clip as it is; then come all levels but the undisturbed, way by
        way. The same noise is taken at every level of a way. Raises AudioError: cannot be read.
        """
        model = _loaded(self.model)
        end_s = clip.onset_s + MOST_S
        offset_s = end_s if clip.offset_s is None else min(clip.offset_s, end_s)
        samples, rate_hz = load_audio(clip.path, onset_s=clip.onset_s, offset_s=offset_s)
        rows = [_judged(model, samples, rate_hz, clip)]
        for name in self.ways:
            way = WAYS[name]
            for level in way.levels:
                if level == way.undisturbed:
                    continue
                seeds = [self.seed, *(zlib.crc32(text.encode()) for text in (name, clip.name))]
                rng = np.random.default_rng(seeds)
                disturbed = way.disturb(samples.copy(), rate_hz, level, rng)
                rows.append(_judged(model, disturbed, rate_hz, clip))
        return np.array(rows, np.bool_)


@lru_cache(maxsize=1)
def _loaded(directory: Path) -> Model:
    """Read once a process; one thread, as there is a process a core."""
    model = load(directory)
    model.threads = 1
    return model


def _judged(model: Model, samples: NDArray[np.float32], rate_hz: int, clip: Clip) -> list[bool]:
    (prediction,) = model.predictions(samples, rate_hz)
    if prediction.error is not None:
        raise AudioError(f"{clip.path}: {prediction.error}")
    return judge(prediction, clip, model.config.classes)


def judge(prediction: Prediction, clip: Clip, classes: list[str]) -> list[bool]:
    """Whether a prediction is right, and whether it names a class at all ('unknown' is none).

    Of several labels a clip all that the model knows must be found, and none too many.
    """
    known = set(classes)
    if prediction.labels is not None:
        found = set(prediction.labels) & known
        return [found == set(clip.tags) & known, bool(found)]
    return [prediction.label == clip.label, prediction.label in known]
