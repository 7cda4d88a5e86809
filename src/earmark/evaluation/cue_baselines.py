"""Baselines that hear one trivial cue: trained on the training part, small, answered by numpy.

- One number a clip (loudness, duration, spectral centroid, tempo): k nearest neighbours, so that a
  class in the middle is found too, where no straight threshold finds it. k is the odd number next
  to the square root of the clips, from 5 to 45; of tempo and rhythm it is 5, as the published tempo
  baselines of the Ballroom set have it. Of more than 2,000 clips so many are drawn.
- Statistics of MFCC: logistic regression of standardised values, L2 penalty with C = 1, nothing
  tuned. Of more than 10,000 clips so many are drawn.

Where clips may have several labels only the second is there: one regression a label, and one
threshold for the largest micro F1 of the training part.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from earmark.errors import ConfigError
from earmark.evaluation.baselines import nearest_neighbours
from earmark.evaluation.calibration import softmax
from earmark.evaluation.checks import Floats, Labels, same_length
from earmark.evaluation.multilabel.decide import best_threshold, sigmoid
from earmark.features.tempo import RHYTHM_WEIGHTS

MFCC = "mfcc"
MOST_NEIGHBOURS = 2_000  # clips kept: half a megabyte at most in a saved model
MOST_LEARNED = 10_000  # beyond, a regression of sixty numbers gains little and takes long
RHYTHMIC = ("tempo", "rhythm")
_WEIGHTS = {"rhythm": RHYTHM_WEIGHTS}
_CERTAIN = 30.0  # log odds of a label that every clip has, or none

Values = Mapping[str, npt.NDArray[np.floating[Any]]]
"""(clips, columns) of each cue."""


def neighbours_for(cue: str, clips: int) -> int:
    """The k of a cue.

    >>> neighbours_for("loudness", 400), neighbours_for("loudness", 9), neighbours_for("tempo", 400)
    (21, 5, 5)
    """
    if cue in RHYTHMIC:
        return 5
    return int(np.clip(round(clips**0.5) // 2 * 2 + 1, 5, 45))


@dataclass(frozen=True)
class Logistic:
    """A fitted logistic regression."""

    mean: Floats  # (columns,)
    scale: Floats  # (columns,), above 0
    weights: Floats  # (classes, columns)
    bias: Floats  # (classes,)

    def logits(self, rows: npt.ArrayLike) -> Floats:
        """(clips, columns) -> (clips, classes); what is NaN counts as the mean."""
        values = (np.asarray(rows, np.float64) - self.mean) / self.scale
        return np.asarray(np.nan_to_num(values) @ self.weights.T + self.bias)


@dataclass(frozen=True)
class CueBaselines:
    """What was learned of the training part; `to_arrays` is all of it."""

    targets: Labels  # class of each neighbour, (neighbours,); none where there are several labels
    neighbours: dict[str, Floats]  # (neighbours, columns) of each cue
    k: dict[str, int]
    logistic: Logistic | None
    threshold: float | None = None  # from which score on a label is answered

    @property
    def names(self) -> tuple[str, ...]:
        """The baselines there are."""
        return (*self.neighbours, *([MFCC] if self.logistic is not None else []))

    def answers(self, values: Values) -> dict[str, Labels]:
        """The class each baseline answers, (clips,); those whose cue is not given are left out."""
        found = {
            name: nearest_neighbours(
                rows, self.targets, values[name], self.k[name], weights=_WEIGHTS.get(name)
            )
            for name, rows in self.neighbours.items()
            if name in values
        }
        if self.logistic is not None and MFCC in values:
            found[MFCC] = self.logistic.logits(values[MFCC]).argmax(axis=1)
        return found

    def probabilities(self, values: Values) -> Floats:
        """Of the logistic regression, (clips, classes): with several labels each by itself."""
        if self.logistic is None:
            raise ConfigError("these baselines have no logistic regression")
        logits = self.logistic.logits(values[MFCC])
        return softmax(logits) if self.threshold is None else sigmoid(logits)

    def to_arrays(self) -> dict[str, npt.NDArray[Any]]:
        """Plain arrays, for an npz file."""
        arrays: dict[str, npt.NDArray[Any]] = {"targets": self.targets.astype(np.int32)}
        for name, rows in self.neighbours.items():
            arrays[f"values {name}"] = rows.astype(np.float32)
            arrays[f"k {name}"] = np.array(self.k[name])
        if self.logistic is not None:
            arrays |= {f"{MFCC} {name}": array for name, array in vars(self.logistic).items()}
        if self.threshold is not None:
            arrays["threshold"] = np.array(self.threshold)
        return arrays

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, npt.NDArray[Any]]) -> "CueBaselines":
        """What `to_arrays` gave. ConfigError where it cannot be that."""
        try:
            targets = np.asarray(arrays["targets"], np.int64)
            cues = [name.removeprefix("values ") for name in arrays if name.startswith("values ")]
            logistic = None
            if f"{MFCC} weights" in arrays:
                parts = {
                    name: np.asarray(arrays[f"{MFCC} {name}"], np.float64)
                    for name in Logistic.__dataclass_fields__
                }
                logistic = Logistic(**parts)
                logistic.logits(np.zeros((1, len(logistic.mean))))  # shapes that do not fit raise
            found = cls(
                targets,
                {name: np.asarray(arrays[f"values {name}"], np.float64) for name in cues},
                {name: int(arrays[f"k {name}"]) for name in cues},
                logistic,
                float(arrays["threshold"]) if "threshold" in arrays else None,
            )
        except (KeyError, ValueError, TypeError, AttributeError) as error:
            raise ConfigError(f"not the arrays of baselines: {error}") from error
        for name, rows in found.neighbours.items():
            same_length("targets", len(targets), f"values of '{name}'", len(rows))
        return found


def fit_cues(
    values: Values, targets: npt.ArrayLike, classes: int, rng: np.random.Generator
) -> CueBaselines:
    """Learn every baseline from the training part.

    Args:
        values: (clips, columns) of each cue; `mfcc` is for the regression, all others for
            neighbours. NaN: no value.
        targets: class numbers, (clips,), or 0 and 1 for each label, (clips, classes).
        rng: draws the clips where there are too many.
    Raises: ConfigError: shapes that differ, no clip.

    >>> rng = np.random.default_rng(0)
    >>> loud = np.array([[-9.0], [-10.0], [-11.0], [-30.0], [-31.0], [-32.0]] * 5)
    >>> found = fit_cues({"loudness": loud}, [0, 0, 0, 1, 1, 1] * 5, 2, rng)
    >>> found.answers({"loudness": [[-12.0], [-29.0]]})["loudness"].tolist()
    [0, 1]
    """
    true = np.asarray(targets, np.int64)
    for name, rows in values.items():
        same_length("targets", len(true), f"values of '{name}'", len(rows))
    if not len(true):
        raise ConfigError("baselines need at least 1 training clip, got 0")
    learned = _some(len(true), MOST_LEARNED, rng)
    logistic = None
    if MFCC in values:
        logistic = _regression(
            np.asarray(values[MFCC], np.float64)[learned], true[learned], classes
        )
    if true.ndim == 2:
        threshold = 0.5
        if logistic is not None:
            scores = sigmoid(logistic.logits(values[MFCC]))
            threshold = best_threshold(true, scores)
        return CueBaselines(np.zeros(0, np.int64), {}, {}, logistic, threshold)
    kept = _some(len(true), MOST_NEIGHBOURS, rng)
    cues = [name for name in values if name != MFCC]
    return CueBaselines(
        true[kept],
        {name: np.asarray(values[name], np.float64)[kept] for name in cues},
        {name: neighbours_for(name, len(kept)) for name in cues},
        logistic,
    )


def _some(clips: int, most: int, rng: np.random.Generator) -> npt.NDArray[np.intp]:
    if clips <= most:
        return np.arange(clips)
    return np.sort(rng.permutation(clips)[:most])


def _regression(rows: Floats, targets: Labels, classes: int) -> Logistic | None:
    """Logistic regression; None where there is nothing to learn from."""
    known = np.isfinite(rows).all(axis=1)
    rows, targets = rows[known], targets[known]
    if not len(rows):
        return None
    mean, scale = rows.mean(axis=0), rows.std(axis=0)
    scale = np.where(scale > 1e-6 * (1 + np.abs(mean)), scale, 1.0)  # what never changes
    ready = (rows - mean) / scale
    weights, bias = np.zeros((classes, rows.shape[1])), np.zeros(classes)
    if targets.ndim == 2:
        for label in range(classes):
            one = _one_regression(ready, targets[:, label])
            if one is None:
                bias[label] = _CERTAIN if targets[0, label] else -_CERTAIN
            else:
                weights[label], bias[label] = one[0][0], one[1][0]
        return Logistic(mean, scale, weights, bias)
    present = np.unique(targets)
    found = _one_regression(ready, targets)
    absent = np.setdiff1d(np.arange(classes), present)
    bias[absent] = -1e6  # never answered
    if found is not None and len(present) == 2:  # log odds of the second class
        weights[present[1]], bias[present[1]] = found[0][0], found[1][0]
    elif found is not None:
        weights[present], bias[present] = found
    return Logistic(mean, scale, weights, bias)


def _one_regression(rows: Floats, targets: Labels) -> tuple[Floats, Floats] | None:
    """(weights, bias) of scikit-learn; None where there is one class only."""
    import warnings

    from sklearn.linear_model import LogisticRegression

    if len(np.unique(targets)) < 2:
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a baseline that has not quite converged is one too
        fitted = LogisticRegression(C=1.0, max_iter=300).fit(rows, targets)
    return np.asarray(fitted.coef_, np.float64), np.asarray(fitted.intercept_, np.float64)
