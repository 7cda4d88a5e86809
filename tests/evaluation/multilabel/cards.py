"""Multi-label cards to test with."""

import numpy as np

from earmark.evaluation.multilabel import score
from earmark.evaluation.multilabel.decide import sigmoid

NAMES = ("chat", "chien à poil", "[red]oiseau[/red]")


def some_answers(seed=0, clips=60, classes=3, skill=2.0):
    """Which labels are true, (clips, classes), at least one each, and scores of some skill."""
    rng = np.random.default_rng(seed)
    targets = rng.random((clips, classes)) < 0.4
    targets[np.arange(clips), rng.integers(classes, size=clips)] = True
    return targets, sigmoid(rng.normal(size=(clips, classes)) + skill * (targets - 0.5))


def make_card(seed=0, clips=60, windows=True, names=NAMES, skill=2.0, **more):
    """Clips of 8 groups, three windows each."""
    rng = np.random.default_rng(seed)
    targets, scores = some_answers(seed, clips, len(names), skill)
    groups = np.array([f"cd {seed}-{i}" for i in rng.integers(8, size=clips)])
    if windows:
        noise = rng.normal(scale=0.1, size=(3 * clips, len(names)))
        more |= {
            "window_targets": np.repeat(targets, 3, axis=0),
            "window_scores": np.clip(np.repeat(scores, 3, axis=0) + noise, 0, 1),
            "window_groups": np.repeat(groups, 3),
        }
    settings = {
        "thresholds": {"mean": 0.5, "sum": 0.55},
        "train_counts": targets.sum(axis=0),
        "train_clips": clips,
        "split": {"kind": "group folds", "grouped_by": "cd", "seed": 0},
        "resamples": 100,
    }
    return score(targets, scores, groups, names, **(settings | more))
