"""What a split shares between its test part and what is learned from, in figures."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from earmark.datasets.dataset import Dataset
from earmark.datasets.split import Split, holdout
from earmark.errors import EarmarkError

TEST = 0.2  # the share of clips held out, as of a random split and of each of 5 folds


def expected_share(keys: Sequence[str], test: float = TEST) -> float:
    """The share of test clips whose key also stands in training, under a random split.

    Exact: of n clips t are drawn for the test. A clip whose key s clips have is alone with its
    kind in the test part if the s - 1 others are drawn too, with the chance
    (t - 1) / (n - 1) * ... * (t - s + 1) / (n - s + 1).

    >>> expected_share(["a", "a", "b", "b"], 0.5)
    0.6666666666666667
    """
    n = len(keys)
    t = max(1, round(test * n))
    total = 0.0
    for size, number in Counter(Counter(keys).values()).items():
        together = 1.0
        for other in range(1, size):
            together *= max(0, t - other) / (n - other)
            if not together:
                break
        total += number * size * (1 - together)
    return total / n if n else 0.0


def leaked(split: Split, keys: Sequence[str]) -> list[int]:
    """The test clips whose key stands in training or validation as well."""
    learned = {keys[index] for part in (split.train, split.validation) for index in part}
    return [int(index) for index in split.test if keys[index] in learned]


@dataclass(frozen=True)
class Leakage:
    """Shares of test clips, 0 to 1, that have kin among what is learned from."""

    random_group: float | None
    """A random split: of the same group; None where no groups are known."""
    random_copy: float
    """A random split: a copy, exact or near."""
    split: str
    """The split that Earmark makes, or why it makes none."""
    group: float | None
    """That split: of the same group; None where there is none."""
    copy: float | None

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return {
            "random": {
                "test": TEST,
                "shared_group": self.random_group,
                "copy_in_training": self.random_copy,
            },
            "earmark": {
                "split": self.split,
                "shared_group": self.group,
                "copy_in_training": self.copy,
            },
        }


def leakage_of(dataset: Dataset, copies: Sequence[str], used: Dataset) -> Leakage:
    """Leakage of random splits, and of the split of `used`: the dataset with copies united.

    `copies` names the set of copies of each clip.
    """
    grouped = len(set(dataset.groups)) < len(dataset)
    random_group = expected_share(list(map(str, dataset.groups))) if grouped else None
    group: float | None
    copy: float | None
    try:
        split = holdout(used)
        how = split.description
        tested = max(1, len(split.test))
        group = len(leaked(split, list(map(str, dataset.groups)))) / tested
        copy = len(leaked(split, copies)) / tested
    except EarmarkError as error:
        group = copy = None
        how = f"none: {error}"
    rounded = [None if x is None else float(np.round(x, 6)) for x in (random_group, group, copy)]
    return Leakage(
        rounded[0], float(np.round(expected_share(copies), 6)), how, rounded[1], rounded[2]
    )
