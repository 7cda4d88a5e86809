"""What validation decides where a clip may have several labels: temperature and threshold."""

import numpy as np
import numpy.typing as npt

from earmark.errors import ConfigError
from earmark.evaluation.calibration import PRIOR_LOG_SD, TEMPERATURES
from earmark.evaluation.checks import Floats
from earmark.evaluation.multilabel.checks import Marks, as_marks, as_scores

# Where there is nothing to choose by: even odds, and what Han, Kim and Lee 2017 found best.
USUAL = {"mean": 0.5, "sum": 0.55}


def sigmoid(logits: npt.ArrayLike, temperature: float = 1.0) -> Floats:
    """1 / (1 + exp(-x / T)), of any shape.

    >>> sigmoid([0.0, 1000.0, -1000.0]).tolist()
    [0.5, 1.0, 0.0]
    """
    scaled = np.asarray(logits, dtype=np.float64) / temperature
    return np.asarray(np.exp(-np.logaddexp(0.0, -scaled)))


def fit_temperature(logits: npt.ArrayLike, targets: npt.ArrayLike) -> float:
    """The T in [0.05, 20] for which sigmoid(logits / T) fits validation labels best.

    As `calibration.fit_temperature`, with the likelihood of a yes or no for every class. Without
    rows the answer is 1. No ranking within a class changes.

    Args:
        logits: (windows, classes), finite. targets: 0 or 1, of the same shape.
    """
    from scipy.optimize import minimize_scalar

    scores = np.asarray(logits, dtype=np.float64)
    true = np.asarray(targets, dtype=np.float64)
    if scores.ndim != 2 or scores.shape != true.shape:
        raise ConfigError(
            f"logits and targets must both be (windows, classes), got {scores.shape} and "
            f"{true.shape}"
        )
    if not np.isfinite(scores).all():
        raise ConfigError("logits must be finite, got NaN or infinity")
    if len(scores) == 0:
        return 1.0

    def loss(log_t: float) -> float:
        scaled = scores * np.exp(-log_t)
        nll = np.logaddexp(0.0, scaled) - scaled * true
        return float(nll.sum() + 0.5 * (log_t / PRIOR_LOG_SD) ** 2)

    low, high = np.log(TEMPERATURES)
    found = minimize_scalar(loss, bounds=(low, high), method="bounded", options={"xatol": 1e-5})
    return float(np.clip(np.exp(found.x), *TEMPERATURES))


def best_threshold(targets: npt.ArrayLike, scores: npt.ArrayLike, usual: float = 0.5) -> float:
    """The score from which on a label is answered, for the largest micro F1 of validation clips.

    It lies half-way between two scores; of equally good ones it is the one nearest to `usual`,
    which is also the answer where there is no clip. (clips, classes) twice -> a number.

    >>> best_threshold([[1, 0], [1, 1]], [[0.9, 0.2], [0.8, 0.6]])
    0.4
    """
    rows = np.asarray(targets)
    if len(rows) == 0:
        return usual
    true = as_marks("targets", rows, rows.shape[-1])
    values = as_scores("scores", scores, true.shape).ravel()
    order = np.argsort(-values, kind="stable")
    ranked, hit = values[order], true.ravel()[order]
    answered = np.arange(1, len(ranked) + 1)
    f1 = 2 * np.cumsum(hit) / (answered + hit.sum())
    below = np.append(ranked[1:], 0.0)
    f1[ranked == below] = -1.0  # equal scores are answered together
    cuts = (ranked + below) / 2
    best = np.flatnonzero(f1 >= f1.max() - 1e-12)
    return float(cuts[best[np.argmin(np.abs(cuts[best] - usual))]])


def most_common(train_counts: npt.ArrayLike, train_clips: int) -> Marks:
    """The labels that are always answered by the baseline, (classes,): the most frequent ones.

    As many of them as give the largest micro F1 on the train part itself; of equals the fewest.

    Args:
        train_counts: clips of each class in the train part, (classes,).
        train_clips: clips in it.

    >>> most_common([9, 8, 1], train_clips=10).tolist()
    [True, True, False]
    """
    sizes = np.asarray(train_counts)
    if sizes.ndim != 1 or sizes.size == 0 or (sizes < 0).any() or not sizes.any():
        raise ConfigError(f"train_counts must be clips of each class, got {sizes.tolist()}")
    if train_clips < sizes.max():
        raise ConfigError(f"train_clips must be at least {sizes.max()}, got {train_clips}")
    order = np.argsort(-sizes, kind="stable")
    answered = np.arange(1, len(sizes) + 1) * train_clips
    f1 = 2 * np.cumsum(sizes[order]) / (answered + sizes.sum())
    marks = np.zeros(len(sizes), dtype=np.bool_)
    marks[order[: int(f1.argmax()) + 1]] = True
    return marks
