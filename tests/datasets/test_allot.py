import warnings

import numpy as np
import pytest

from earmark.datasets.allot import Pool, allot


def spread(targets: np.ndarray, parts: np.ndarray, count: int) -> float:
    """Mean over classes of the deviation of its share between the parts: 0 is perfect."""
    table = np.zeros((count, targets.max() + 1))
    np.add.at(table, (parts, targets), 1)
    return float((table / table.sum(axis=0)).std(axis=0).mean())


def pool_of(seed: int) -> Pool:
    """300 clips of 4 uneven classes in 40 uneven groups that mix classes."""
    rng = np.random.default_rng(seed)
    groups = rng.choice(40, size=300, p=rng.dirichlet(np.ones(40)))
    return Pool(
        rng.choice(4, size=300, p=[0.5, 0.3, 0.15, 0.05]).astype(np.int64),
        np.array([f"g{g}" for g in groups]),
    )


def test_single_clips_are_dealt_evenly():
    targets = np.repeat(np.arange(3), [50, 25, 10]).astype(np.int64)
    pool = Pool(targets, np.array([f"{i:03}" for i in range(85)]))
    parts = allot(pool, [0.2] * 5, "key")[pool.group_of]
    for part in range(5):
        assert np.bincount(targets[parts == part]).tolist() == [10, 5, 2]


def test_uneven_shares():
    pool = Pool(np.tile([0, 1], 100).astype(np.int64), np.array([f"{i:03}" for i in range(200)]))
    parts = allot(pool, (0.1, 0.9), "key")
    assert int((parts == 0).sum()) == pytest.approx(20, abs=2)


def test_no_part_is_empty_with_as_many_groups_as_parts():
    pool = Pool(np.zeros(9, dtype=np.int64), np.array(list("aaaaaabbc")))
    assert sorted(allot(pool, [1 / 3] * 3, "key").tolist()) == [0, 1, 2]


def test_spreads_classes_about_as_well_as_scikit_learn():
    """An independent reference: unshuffled, which is the right one in every version of it."""
    sklearn = pytest.importorskip("sklearn.model_selection")
    ours, theirs = [], []
    for seed in range(8):
        pool = pool_of(seed)
        ours.append(spread(pool.targets, allot(pool, [0.2] * 5, "key")[pool.group_of], 5))
        parts = np.zeros(300, dtype=np.int64)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            folds = sklearn.StratifiedGroupKFold(5).split(pool.targets, pool.targets, pool.groups)
            for part, (_, test) in enumerate(folds):
                parts[test] = part
        theirs.append(spread(pool.targets, parts, 5))
    assert np.mean(ours) < 1.3 * np.mean(theirs)
