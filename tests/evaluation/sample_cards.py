"""Score cards to test with."""

import numpy as np

from earmark.evaluation.calibration import softmax
from earmark.evaluation.scorecard import score

NAMES = ("chat", "chien à poil", "[red]oiseau[/red]")


def make_card(seed=0, clips=40, windows=True, names=NAMES, skill=2.0, **more):
    """Clips of 8 groups, three windows each, answered with some skill."""
    rng = np.random.default_rng(seed)
    k = len(names)
    targets = np.arange(clips) % k
    groups = np.array([f"cd {seed}-{i}" for i in rng.integers(8, size=clips)])
    logits = rng.normal(size=(clips, k)) + skill * np.eye(k)[targets]
    if windows:
        noisy = np.repeat(logits, 3, axis=0) + rng.normal(size=(3 * clips, k))
        more |= {
            "window_targets": np.repeat(targets, 3),
            "window_probabilities": softmax(noisy),
            "window_groups": np.repeat(groups, 3),
        }
    return score(
        targets,
        softmax(logits),
        groups,
        names,
        train_targets=rng.integers(k, size=90),
        split={"kind": "group folds", "grouped_by": "cd", "seed": 0},
        **more,
    )
