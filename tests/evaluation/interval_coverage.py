"""How often the 95 % interval holds the truth, on simulated groups: run it for the whole table.

    PYTHONPATH=src python tests/evaluation/interval_coverage.py [trials]

Groups have unequal sizes (log-normal, sigma 0.8) and an accuracy of their own (beta); clips are
right or wrong by it. Classes are drawn evenly and a wrong answer falls evenly on the others, so
that balanced accuracy and macro F1 have the same truth as accuracy. `nested`: a group has one
class.
"""

import sys

import numpy as np

from earmark.evaluation.intervals import grouped_intervals
from earmark.evaluation.metrics import METRICS


def draw(rng, groups, truth, correlation, mean_size=10, classes=2, nested=False):
    """Targets, predictions and groups of one trial."""
    sizes = np.ones(groups, dtype=int)
    if mean_size > 1:
        drawn = rng.lognormal(np.log(mean_size) - 0.32, 0.8, groups)  # 0.32 = sigma^2 / 2
        sizes = np.maximum(1, np.round(drawn).astype(int))
    if correlation > 0 and truth < 1:
        scale = (1 - correlation) / correlation
        chance = rng.beta(truth * scale, (1 - truth) * scale, groups)
    else:
        chance = np.full(groups, truth)
    index = np.repeat(np.arange(groups), sizes)
    targets = rng.permutation(groups)[index] % classes
    if not nested:
        targets = rng.integers(classes, size=len(index))
    right = rng.random(len(index)) < chance[index]
    wrong = (targets + rng.integers(1, classes, size=len(index))) % classes
    return targets, np.where(right, targets, wrong), index


def coverage(groups, truth, correlation, *, metric="accuracy", trials=300, seed=0, **kinds):
    """Share of trials whose interval holds the truth, and the mean width."""
    rng = np.random.default_rng(seed)
    held, width = 0, 0.0
    for _ in range(trials):
        targets, predictions, index = draw(rng, groups, truth, correlation, **kinds)
        classes = kinds.get("classes", 2)
        found = grouped_intervals(
            targets, predictions, index, classes, metrics={metric: METRICS[metric]}
        )[metric]
        held += found.low <= truth + 1e-12 and truth <= found.high + 1e-12
        width += found.high - found.low
    return held / trials, width / trials


def main():
    trials = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    truths = (0.6, 0.9, 0.95, 0.98, 1.0)
    for metric, classes, nested in (
        ("accuracy", 2, False),
        ("balanced_accuracy", 5, False),
        ("balanced_accuracy", 5, True),
        ("macro_f1", 5, True),
    ):
        kind = "one class a group" if nested else "classes mixed in a group"
        print(f"\n{metric}, {kind}: coverage in % (mean width) by truth")  # noqa: T201
        print("groups size corr   " + "".join(f"{t:<14}" for t in truths))  # noqa: T201
        for size in (1, 10):
            for groups in (6, 15, 40, 150):
                for correlation in (0.0,) if size == 1 else (0.0, 0.1, 0.3):
                    cells = [
                        coverage(
                            groups,
                            t,
                            correlation,
                            metric=metric,
                            trials=trials,
                            mean_size=size,
                            classes=classes,
                            nested=nested,
                        )
                        for t in truths
                    ]
                    row = "".join(f"{100 * c:5.1f} ({w:.2f})  " for c, w in cells)
                    print(f"{groups:6d} {size:4d} {correlation:4.1f}  {row}", flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
