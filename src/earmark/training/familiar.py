"""Fitting familiarity: what is like the training sounds, and where that ends.

No clip measures itself. The noise part looks at features alone, so it is cross-fitted over all
clips that were learned from: five times, the groups of one part left out, and their scores set
the threshold. The distance part looks into the network, which fits its own training clips; its
threshold is that of the validation clips, in the network that had not learned from them. To a
second network it is carried over twice, as the cosine it is and counted in interquartile ranges of
the training clips, and the lower counts.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from earmark.evaluation.aggregate import clip_probabilities
from earmark.evaluation.conformal import lowest_kept, promised
from earmark.features import Frontend
from earmark.models.familiarity import (
    DistancePart,
    Familiarity,
    NoisePart,
    Vector,
    cosines,
    statistics,
    with_hidden,
)
from earmark.models.graph import FamiliarClassifier, FeatureClassifier
from earmark.training.made_noise import made_noise
from earmark.training.windows import Windows

KEPT = 0.95  # of known sounds
LOST_BY_NOISE = 0.02  # with so few lost, noise is told from sounds; the rest is for the distance
FEWEST_CLIPS = 19  # of validation: with fewer, the lowest of them loses more than 5 %
FEWEST_GROUPS = 10  # of these: clips of a few groups say little of those of another
PARTS = 5
MOST_WINDOWS = 3000  # learned from: more change nothing
NOISE_WINDOWS = (40, 150)
NOISE_S = 600.0
PENALTY = 0.1  # inverse strength, as scikit-learn's C; measured in docs/unknown.md
BATCH = 64

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Fitted:
    """Familiarity as fitted, and what is written beside it."""

    familiarity: Familiarity
    told: Mapping[str, Any]
    """The field `unknown` of the saved model's configuration."""


def fit_familiarity(
    final: FeatureClassifier,
    learned: Windows,
    first: FeatureClassifier,
    training: Windows,
    validation: Windows | None,
    groups: NDArray[Any],
    frontend: Frontend,
    rng: np.random.Generator,
) -> Fitted:
    """Familiarity for the network `final`, which learned from `learned`.

    `first` learned from `training` and not from `validation`; it may be the same network. `groups`
    (clips of the dataset,) are what must not be parted.
    """
    learned, training = _some(learned, rng), _some(training, rng)
    distance = _distance(final, learned, first, training, validation, groups)
    lost = 1 - KEPT if distance is None else LOST_BY_NOISE
    noise, accepted = _noise(final, learned, groups, frontend, rng, lost)
    familiarity = Familiarity(noise, distance)
    clips = {"noise": len(learned.clips)}
    if distance is not None and validation is not None:
        clips["distance"] = len(validation.clips)
    return Fitted(
        familiarity.eval(),
        {
            "parts": list(familiarity.parts),
            "threshold": 0.0,
            "kept": KEPT,
            "clips": clips,
            "noise_accepted": accepted,
        },
    )


@torch.no_grad()
def familiarity_of(
    classifier: FeatureClassifier, familiarity: Familiarity, windows: Windows
) -> Vector:
    """Familiarity (windows, parts)."""
    both = FamiliarClassifier(classifier, familiarity).eval()
    return np.concatenate([both(batch)[1].numpy() for batch in _batches(windows)])


def _batches(windows: Windows) -> Any:
    for start in range(0, len(windows), BATCH):
        yield torch.from_numpy(windows.batch(range(start, min(start + BATCH, len(windows)))))


def _some(windows: Windows, rng: np.random.Generator) -> Windows:
    """The windows, or those of some of the clips where there are very many."""
    if len(windows) <= MOST_WINDOWS:
        return windows
    counts = np.bincount(windows.clip_of, minlength=len(windows.clips))
    order = rng.permutation(len(counts))
    taken = np.sort(order[: max(1, int((np.cumsum(counts[order]) <= MOST_WINDOWS).sum()))])
    targets = windows.clip_targets[taken]
    return Windows(windows.store, windows.clips[taken], targets, windows.cut)


def _clip_means(scores: Numbers, windows: Windows) -> Numbers:
    return clip_probabilities(scores[:, None], windows.clip_of, len(windows.clips))[:, 0]


def _spread(scores: Numbers) -> float:
    low, high = np.quantile(scores, [0.25, 0.75])
    return max(float(high - low), 1e-3)


@torch.no_grad()
def _noise(
    classifier: FeatureClassifier,
    learned: Windows,
    groups: NDArray[Any],
    frontend: Frontend,
    rng: np.random.Generator,
    lost: float,
) -> tuple[NoisePart, float]:
    """The part, and the share of noise that it takes for a sound."""
    classifier.eval()
    known = np.concatenate(
        [statistics(classifier.standardised(batch)).numpy() for batch in _batches(learned)]
    ).astype(np.float64)
    window_s = learned.cut.frames / frontend.frames_per_s
    count = int(np.clip(NOISE_S / window_s, *NOISE_WINDOWS))
    heard = [
        min(len(learned.features(int(index))), learned.cut.frames)
        for index in rng.integers(len(learned), size=count)
    ]
    made = made_noise(frontend, learned.cut, heard, rng)
    noise = np.concatenate(
        [
            statistics(
                classifier.standardised(torch.from_numpy(made[start : start + BATCH]))
            ).numpy()
            for start in range(0, len(made), BATCH)
        ]
    ).astype(np.float64)
    window_groups = groups[learned.clips][learned.clip_of]
    if len(np.unique(window_groups)) < 2:
        window_groups = learned.clip_of
    names, of_group = np.unique(window_groups, return_inverse=True)
    parts = min(PARTS, len(names))
    part = (rng.permutation(len(names)) % parts)[of_group]
    noise_part = rng.permutation(len(noise)) % parts
    unseen, unseen_noise = np.empty(len(known)), np.empty(len(noise))
    for number in range(parts):
        out, noise_out = part == number, noise_part == number
        mean, deviation, weight, bias = _logistic(known[~out], noise[~noise_out])
        unseen[out] = (known[out] - mean) / deviation @ weight + bias
        unseen_noise[noise_out] = (noise[noise_out] - mean) / deviation @ weight + bias
    by_clip = _clip_means(unseen, learned)
    threshold = lowest_kept(by_clip, lost)
    mean, deviation, weight, bias = _logistic(known, noise)
    fitted = NoisePart(
        mean=mean.astype(np.float32),
        deviation=deviation.astype(np.float32),
        weight=weight.astype(np.float32),
        bias=bias,
        threshold=threshold,
        unit=_spread(by_clip),
    )
    return fitted, float((unseen_noise >= threshold).mean())


def _logistic(known: Numbers, noise: Numbers) -> tuple[Numbers, Numbers, Numbers, float]:
    """Mean, deviation, weight (each (3 bins,)) and bias; both sides weigh the same."""
    from scipy.optimize import minimize

    mean, deviation = known.mean(axis=0), known.std(axis=0)
    deviation = np.where(deviation > 1e-6, deviation, 1.0)
    rows = (np.concatenate([known, noise]) - mean) / deviation
    sign = np.concatenate([np.ones(len(known)), -np.ones(len(noise))])
    share = np.concatenate([np.full(len(part), 0.5 / len(part)) for part in (known, noise)])
    share *= len(rows)

    def loss(values: Numbers) -> tuple[float, Numbers]:
        weight, bias = values[:-1], values[-1]
        margin = sign * (rows @ weight + bias)
        pull = -sign * share * np.exp(-np.logaddexp(0.0, margin))
        gradient = np.append(pull @ rows + weight / PENALTY, pull.sum())
        value = share @ np.logaddexp(0.0, -margin) + 0.5 * (weight @ weight) / PENALTY
        return float(value), gradient

    start = np.zeros(rows.shape[1] + 1)
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": 200}).x
    return mean, deviation, found[:-1], float(found[-1])


def _distance(
    final: FeatureClassifier,
    learned: Windows,
    first: FeatureClassifier,
    training: Windows,
    validation: Windows | None,
    groups: NDArray[Any],
) -> DistancePart | None:
    """None with too few validation clips or groups, or for a network without a dense layer."""
    if validation is None or len(validation.clips) < FEWEST_CLIPS:
        return None
    if len(np.unique(groups[validation.clips])) < FEWEST_GROUPS:
        return None
    classes = _classes(final)
    hidden_first, hidden_validation = _hidden(first, training), _hidden(first, validation)
    if hidden_first is None or hidden_validation is None:
        return None
    centres = _centres(hidden_first, training.targets, classes)
    middle, unit = _scale(hidden_first, centres, training)
    left_out = _clip_means(_cosines(hidden_validation, centres), validation)
    lost = promised(len(left_out), 1 - KEPT - LOST_BY_NOISE)
    threshold = lowest_kept(left_out, lost)
    below = (threshold - middle) / unit
    if final is not first:
        hidden_final = _hidden(final, learned)
        assert hidden_final is not None
        centres = _centres(hidden_final, learned.targets, classes)
        middle, unit = _scale(hidden_final, centres, learned)
        threshold = min(threshold, middle + below * unit)
    return DistancePart(centres, threshold, unit)


def _classes(classifier: FeatureClassifier) -> int:
    dense = [part for part in classifier.network.modules() if isinstance(part, torch.nn.Linear)]
    return dense[-1].out_features if dense else 0


def _scale(hidden: Vector, centres: Vector, windows: Windows) -> tuple[float, float]:
    scores = _clip_means(_cosines(hidden, centres), windows)
    return float(np.median(scores)), _spread(scores)


def _cosines(hidden: Vector, centres: Vector) -> Numbers:
    return cosines(torch.from_numpy(hidden), torch.from_numpy(centres)).numpy().astype(np.float64)


@torch.no_grad()
def _hidden(classifier: FeatureClassifier, windows: Windows) -> Vector | None:
    """The last hidden layer (windows, hidden)."""
    classifier.eval()
    tapped, classes = with_hidden(classifier.network), _classes(classifier)
    if tapped is None:
        return None
    rows = [tapped(classifier.standardised(batch)) for batch in _batches(windows)]
    return np.asarray(torch.cat(rows)[:, classes:].float().numpy())


def _centres(hidden: Vector, targets: NDArray[np.int64], classes: int) -> Vector:
    """The mean direction of each class, (classes, hidden), of length 1; zeros where it is empty."""
    length = np.linalg.norm(hidden, axis=1, keepdims=True)
    unit = hidden / np.maximum(length, 1e-12)
    marks = targets if targets.ndim == 2 else np.eye(classes)[targets]
    sums = marks.T @ unit
    return np.asarray(
        sums / np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-12), np.float32
    )
