"""How a detector's windows are cut out of features: a whole number of its steps."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from earmark.audio import window_starts
from earmark.features import Frontend
from earmark.features.frontend import Array
from earmark.models import Recipe
from earmark.models.detector import Detector, window_frames
from earmark.training.plan import choose_step
from earmark.training.windows import Cut


@dataclass(frozen=True)
class SceneCut:
    """Windows of `frames`, every `step` frames; both are whole numbers of scores."""

    frames: int
    step: int
    per_score: int
    silence: Array
    """The feature row (bins,) of silence."""

    def starts(self, frames: int) -> NDArray[np.int64]:
        """First frames of the windows of a recording, as `cut_windows` of inference has them."""
        whole = -(-frames // self.per_score) * self.per_score
        return window_starts(whole, self.frames, self.step)

    def window(self, features: Array, start: int = 0, offset: int = 0) -> Array:
        """`frames` rows from `start`, with `offset` rows of silence before and what lacks after."""
        part = features[start : start + self.frames - offset]
        if len(part) == self.frames:
            return np.array(part)
        window = np.tile(self.silence, (self.frames, 1))
        window[offset : offset + len(part)] = part
        return window


def scene_cut(recipe: Recipe, kind: type[Detector], frontend: Frontend) -> SceneCut:
    """The recipe's window, made longer to a whole number of the network's steps."""
    frames, per_score = window_frames(kind, recipe, frontend), kind.frames_per_score
    step = choose_step(recipe, frames) or frames
    step = max(1, round(step / per_score)) * per_score
    return SceneCut(frames, min(step, frames), per_score, frontend.silence())


def as_cut(cut: SceneCut, frontend: Frontend) -> Cut:
    """The same in the words of classifiers, for the saved model."""
    return Cut(
        frames=cut.frames,
        fill="silence",
        truncate=False,
        silence=cut.silence,
        decibels=frontend.decibels,
        step=None if cut.step >= cut.frames else cut.step,
    )
