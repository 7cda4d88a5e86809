"""What tempo alone, and tempo with metre, would answer: the baselines of dances."""

import numpy as np

from earmark.datasets.tempo import dataset_rhythms
from earmark.evaluation.baselines import nearest_neighbours
from earmark.evaluation.checks import Labels
from earmark.features.tempo import RHYTHM_WEIGHTS
from earmark.training.split_run import Result
from earmark.training.watcher import Watcher

NEIGHBOURS = 5  # as the published tempo baselines of the Ballroom set have it


def rhythm_answers(result: Result, watcher: Watcher) -> dict[str, Labels]:
    """Answers of 5-NN on the estimated tempo, and on tempo and metre, over the same splits."""
    dataset = result.dataset
    rhythms = dataset_rhythms(dataset, progress=watcher.extracting)  # (clips, values)
    weighted = {
        "tempo 5-NN": (rhythms[:, :1], None),
        "rhythm 5-NN": (rhythms, RHYTHM_WEIGHTS),
    }
    found: dict[str, list[Labels]] = {name: [] for name in weighted}
    for split in result.splits:
        rest = np.setdiff1d(np.arange(len(dataset)), split.test)
        for name, (values, weights) in weighted.items():
            known, asked = values[rest], values[split.test]
            found[name].append(
                nearest_neighbours(known, dataset.targets[rest], asked, NEIGHBOURS, weights=weights)
            )
    return {name: np.concatenate(parts) for name, parts in found.items()}
