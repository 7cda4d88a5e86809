"""What the paired interval and tests promise, on simulated groups: run it for the whole table.

    PYTHONPATH=src python tests/evaluation/paired_coverage.py [trials]

Each group has an accuracy of its own with each of two models (beta); half of the clips are as hard
for the one as for the other. Groups are single clips, or of unequal sizes (log-normal).
"""

import sys

import numpy as np

from earmark.evaluation.paired import compare_paired


def draw(rng, groups, first, second, correlation, mean_size=10):
    """Which clips each of two models gets right, and their groups."""
    sizes = np.ones(groups, dtype=int)
    if mean_size > 1:
        drawn = rng.lognormal(np.log(mean_size) - 0.32, 0.8, groups)  # 0.32 = sigma^2 / 2
        sizes = np.maximum(1, np.round(drawn).astype(int))
    index = np.repeat(np.arange(groups), sizes)

    def chance(accuracy):
        if correlation == 0:
            return np.full(groups, accuracy)
        scale = (1 - correlation) / correlation
        return rng.beta(accuracy * scale, (1 - accuracy) * scale, groups)

    hardness = rng.random(len(index))
    own = np.where(rng.random(len(index)) < 0.5, hardness, rng.random(len(index)))
    return hardness < chance(first)[index], own < chance(second)[index], index


def trial_shares(groups, first, second, correlation, *, trials=300, seed=0, mean_size=10):
    """Share of trials: interval holds the truth, reported p <= .05, McNemar's p <= .05."""
    rng = np.random.default_rng(seed)
    held, found, naive = 0, 0, 0
    for _ in range(trials):
        right, other, index = draw(rng, groups, first, second, correlation, mean_size)
        (test,) = compare_paired(
            np.ones(len(index), dtype=int),
            {"first": right.astype(int), "second": other.astype(int)},
            index,
        )
        held += test.difference.low <= first - second <= test.difference.high
        found += test.p_value <= 0.05
        naive += test.mcnemar_p <= 0.05
    return held / trials, found / trials, naive / trials


def main():
    trials = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    print("accuracies groups size corr   interval holds   p <= .05   McNemar p <= .05, in %")  # noqa: T201
    for first, second in ((0.8, 0.8), (0.95, 0.95), (0.9, 0.8), (0.98, 0.93)):
        for size in (1, 10):
            for groups in (6, 10, 15, 40, 150):
                for correlation in (0.0,) if size == 1 else (0.0, 0.1, 0.3):
                    held, found, naive = trial_shares(
                        groups, first, second, correlation, trials=trials, mean_size=size
                    )
                    print(  # noqa: T201
                        f"{first:.2f} {second:.2f} {groups:7d} {size:4d} {correlation:4.1f} "
                        f"{100 * held:12.1f} {100 * found:12.1f} {100 * naive:12.1f}",
                        flush=True,
                    )


if __name__ == "__main__":
    main()
