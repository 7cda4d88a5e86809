"""Thresholds of a saved model, from the answers on its validation clips that it brings along."""

from pathlib import Path

import numpy as np

from earmark.errors import ConfigError, ModelError
from earmark.evaluation.thresholds import Threshold, Wanted, find_thresholds
from earmark.saved import VALIDATION, SavedConfig, check_file


def thresholds_of(
    directory: Path, config: SavedConfig, *, precision: float | None, recall: float | None
) -> tuple[Threshold, ...]:
    """The probability from which on each class has the precision, or the recall.

    ConfigError: not one of the two, or out of range; ModelError: no validation clips were kept, or
    a detector.
    """
    if (precision is None) == (recall is None):
        raise ConfigError("give one of precision and recall, for example precision=0.95")
    if config.detection is not None:
        raise ModelError(
            f"{directory}: it is a detector, whose thresholds were chosen in training and are in "
            "its config.json"
        )
    if VALIDATION not in config.files:
        raise ModelError(
            f"{directory}: it has no {VALIDATION}, as no clips were held out for "
            "validation or it was saved before they were kept; train it again"
        )
    path = check_file(directory, config, VALIDATION)
    with np.load(path, allow_pickle=False) as kept:
        probabilities, targets, groups = (
            kept[name] for name in ("probabilities", "targets", "groups")
        )
    wanted: Wanted = "recall" if precision is None else "precision"
    value = recall if precision is None else precision
    assert value is not None
    return find_thresholds(probabilities, targets, groups, config.classes, wanted, value)
