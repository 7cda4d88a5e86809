"""Whether "90 % sure" is right nine times in ten, and one temperature that mends it."""

import numpy as np
import numpy.typing as npt

from earmark.errors import ConfigError
from earmark.evaluation.checks import Floats, Labels, as_labels, as_probabilities
from earmark.evaluation.reliability import calibration_error, reliability

TEMPERATURES = (0.05, 20.0)
# The prior on log T: a handful of validation clips cannot move T far, and it weighs little against
# hundreds. Measured on ESC-10 and digits with 30 clips each (docs/unknown.md): 1 follows the
# clips too far, .3 and less keep T too near to 1.
PRIOR_LOG_SD = 0.5
# -log of a probability of exactly 0 is infinite; float32 softmax underflows to 0 near 1e-45.
SMALLEST = 1e-15


def softmax(logits: npt.ArrayLike, temperature: float = 1.0) -> Floats:
    """exp(x / T) normalised along the last axis: (..., classes) -> (..., classes).

    >>> softmax([[0.0, 0.0], [1000.0, 0.0]]).tolist()
    [[0.5, 0.5], [1.0, 0.0]]
    """
    array = np.asarray(logits, dtype=np.float64) / temperature
    powers = np.exp(array - array.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True))


def fit_temperature(logits: npt.ArrayLike, targets: npt.ArrayLike) -> float:
    """The T in [0.05, 20] for which softmax(logits / T) fits validation targets best.

    Temperature scaling (Guo et al., On calibration of modern neural networks, ICML 2017)
    minimises the negative log-likelihood. When every clip is right that has no minimum (T = 0
    would be best) and a few clips say little, so a weak prior is added: log T ~ normal(0, 0.5), the
    weight of a few clips. Without clips the answer is 1. The order of the classes never changes.

    Args:
        logits: scores before softmax, (clips, classes), finite.
        targets: class numbers, (clips,).
    Raises:
        ConfigError: shapes that differ, NaN or infinite logits.

    >>> rng = np.random.default_rng(0)
    >>> honest = rng.normal(size=(4000, 3))
    >>> drawn = [rng.choice(3, p=p) for p in softmax(honest)]
    >>> abs(fit_temperature(5 * honest, drawn) - 5) < 0.5  # five times too sure
    True
    """
    from scipy.optimize import minimize_scalar

    scores = np.asarray(logits, dtype=np.float64)
    if scores.ndim != 2:
        raise ConfigError(f"logits must have shape (clips, classes), got {scores.shape}")
    true = as_labels("targets", targets, scores.shape[1])
    if len(true) != len(scores):
        raise ConfigError(f"logits {scores.shape} and targets {true.shape} must be as long")
    if not np.isfinite(scores).all():
        raise ConfigError("logits must be finite, got NaN or infinity")
    if len(true) == 0:
        return 1.0
    behind = scores - scores.max(axis=1, keepdims=True)  # (clips, classes), at most 0
    own = behind[np.arange(len(true)), true]

    def loss(log_t: float) -> float:
        scaled = np.exp(-log_t)
        nll = np.log(np.exp(behind * scaled).sum(axis=1)) - own * scaled
        return float(nll.sum() + 0.5 * (log_t / PRIOR_LOG_SD) ** 2)

    low, high = np.log(TEMPERATURES)
    found = minimize_scalar(loss, bounds=(low, high), method="bounded", options={"xatol": 1e-5})
    return float(np.clip(np.exp(found.x), *TEMPERATURES))


def _checked(probabilities: npt.ArrayLike, targets: npt.ArrayLike) -> tuple[Floats, Labels]:
    shape = np.shape(probabilities)
    if len(shape) != 2:
        raise ConfigError(f"probabilities must have shape (clips, classes), got {shape}")
    true = as_labels("targets", targets, shape[1])
    return as_probabilities("probabilities", probabilities, len(true), shape[1]), true


def expected_calibration_error(
    probabilities: npt.ArrayLike, targets: npt.ArrayLike, bins: int = 15
) -> float:
    """Mean gap between confidence and accuracy over equal-width bins of confidence, in [0, 1].

    (clips, classes), (clips,) -> a number; NaN without clips. Bins are open at the left, as in
    Guo et al. 2017, who use 15. With few clips it is biased upwards.

    >>> round(expected_calibration_error([[0.9, 0.1], [0.9, 0.1]], [0, 1]), 3)
    0.4
    """
    if bins < 1:
        raise ConfigError(f"bins must be at least 1, got {bins}")
    scores, true = _checked(probabilities, targets)
    sure = scores.max(axis=1)
    right = scores.argmax(axis=1) == true
    return calibration_error(reliability(sure, right, bins))


def brier_score(probabilities: npt.ArrayLike, targets: npt.ArrayLike) -> float:
    """Mean over clips of the squared error summed over classes, in [0, 2] (Brier 1950).

    (clips, classes), (clips,) -> a number, 0 the best; NaN without clips.

    >>> brier_score([[1.0, 0.0], [0.5, 0.5]], [0, 1])
    0.25
    """
    scores, true = _checked(probabilities, targets)
    if len(true) == 0:
        return float("nan")
    return float(((scores - np.eye(scores.shape[1])[true]) ** 2).sum(axis=1).mean())


def negative_log_likelihood(probabilities: npt.ArrayLike, targets: npt.ArrayLike) -> float:
    """Mean of -log p(truth) in nats, 0 the best; NaN without clips.

    A probability below 1e-15 counts as 1e-15 (34.5 nats), so that one clip cannot make it infinite.

    >>> round(negative_log_likelihood([[0.5, 0.5]], [0]), 4)
    0.6931
    """
    scores, true = _checked(probabilities, targets)
    if len(true) == 0:
        return float("nan")
    own = scores[np.arange(len(true)), true]
    return float(-np.log(np.maximum(own, SMALLEST)).mean())
