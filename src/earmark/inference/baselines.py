"""What a saved model brings along to be compared with, read without scikit-learn."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from earmark.datasets import Clip, Dataset, Problem
from earmark.datasets.cues import dataset_cues
from earmark.errors import ConfigError, EarmarkError, ModelError
from earmark.evaluation.cue_baselines import MFCC, RHYTHMIC, CueBaselines
from earmark.inference.model import Model
from earmark.saved import BASELINES, check_file


def saved_baselines(model: Model) -> CueBaselines | None:
    """The baselines of a saved model; None where it has none (features, or an older Earmark).

    Raises ModelError: the file is missing, altered, or holds something else.
    """
    if BASELINES not in model.config.files:
        return None
    path = check_file(model.directory, model.config, BASELINES)
    try:
        with np.load(path, allow_pickle=False) as file:
            found = CueBaselines.from_arrays({name: file[name] for name in file.files})
        classes = len(model.config.classes)
        if found.logistic is not None and len(found.logistic.weights) != classes:
            raise ConfigError(f"{len(found.logistic.weights)} classes of {classes}")
        if len(found.targets) and not 0 <= found.targets.min() <= found.targets.max() < classes:
            raise ConfigError(f"class numbers beyond the {classes} classes")
    except (ConfigError, ValueError, OSError) as error:
        raise ModelError(
            f"{path}: not readable: {error}; take a fresh copy of the model"
        ) from error
    return found


def baseline_answers(
    model: Model, dataset: Dataset, scored: Sequence[Clip]
) -> tuple[dict[str, Any], Problem | None]:
    """What the baselines that the model brings with it answer; a problem in place of an end."""
    found = saved_baselines(model)
    if found is None:
        return {}, None
    chosen = {clip.name for clip in scored}
    asked = dataset.subset(np.array([clip.name in chosen for clip in dataset.clips]))
    try:
        rhythm = bool(set(RHYTHMIC) & set(found.names))
        values = dataset_cues(asked, rhythm=rhythm).values
    except EarmarkError as error:  # such as a cache that cannot be written: the score is not lost
        return {}, Problem("no baselines", "", f"only the majority stands beside it: {error}")
    if found.threshold is None:
        return dict(found.answers(values)), None
    if found.logistic is None:
        return {}, None
    return {MFCC: (found.probabilities(values), found.threshold)}, None
