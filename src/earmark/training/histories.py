"""The epochs of a run, of one training or of several folds."""

import math

import numpy as np

from earmark.training.run_folder import HISTORY, read_history
from earmark.training.split_run import REFIT, Result


def histories_of(result: Result) -> list[list[dict[str, float]]]:
    """The epochs of each split's training."""
    return [read_history(model.parent) for model in result.models]


def epochs_of(result: Result) -> int:
    """All epochs of all splits, those of second trainings among them."""
    places = [place for model in result.models for place in (model.parent, model.parent / REFIT)]
    return sum(len(read_history(place)) for place in places if (place / HISTORY).exists())


def mean_history(result: Result) -> list[dict[str, float]]:
    """Each epoch's figures, the mean over the folds that got so far."""
    histories = histories_of(result)
    longest = max(len(history) for history in histories)
    rows = []
    for epoch in range(longest):
        there = [history[epoch] for history in histories if epoch < len(history)]
        keys = dict.fromkeys(key for row in there for key in row)
        row = {}
        for key in keys:
            values = [each[key] for each in there if math.isfinite(each.get(key, math.nan))]
            row[key] = float(np.mean(values)) if values else math.nan
        rows.append(row)
    return rows
