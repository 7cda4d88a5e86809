"""The baselines of a score card: trained on the clips the network learned, asked the same clips."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from earmark.datasets import Dataset, Split
from earmark.datasets.cues import ClipCues, dataset_cues
from earmark.datasets.random_split import has_groups, random_twins
from earmark.errors import DatasetError
from earmark.evaluation.cards import ClipCard
from earmark.evaluation.cue_baselines import MFCC, CueBaselines, fit_cues
from earmark.evaluation.intervals import Interval, grouped_intervals
from earmark.evaluation.leak import Leak
from earmark.evaluation.multilabel.intervals import label_intervals
from earmark.evaluation.multilabel.scorecard import MultilabelScorecard
from earmark.training.options import TrainOptions
from earmark.training.prepare import Prepared
from earmark.training.splits import learned_clips
from earmark.training.watcher import Watcher

Arrays = dict[str, NDArray[Any]]
_PREFIX, _THRESHOLD = "baseline ", "threshold of baseline "


def with_cues(prepared: Prepared, options: TrainOptions, watcher: Watcher) -> Prepared:
    """With the trivial cues of its clips; without sounds there are none."""
    if prepared.dataset.features is not None:
        return prepared
    cues = dataset_cues(
        prepared.dataset,
        cache_dir=options.cache_dir,
        workers=options.workers,
        progress=watcher.extracting,
    )
    if prepared.dataset.multilabel:  # the others answer one class each
        cues = ClipCues({MFCC: cues.values[MFCC]})
    return replace(prepared, cues=cues)


def learn(
    cues: ClipCues | None, dataset: Dataset, clips: NDArray[np.int64], seed: int
) -> CueBaselines | None:
    """The baselines, trained on some clips; None without cues."""
    if cues is None:
        return None
    rng = np.random.default_rng([seed, 5])
    return fit_cues(cues.of(clips), dataset.targets[clips], len(dataset.classes), rng)


def answers_of(
    baselines: CueBaselines | None, cues: ClipCues | None, clips: NDArray[np.int64]
) -> Arrays:
    """What they answer for some clips, as `answers.npz` keeps it."""
    if baselines is None or cues is None:
        return {}
    asked = cues.of(clips)
    if baselines.threshold is None:
        answered = baselines.answers(asked)
        return {f"{_PREFIX}{name}": answers for name, answers in answered.items()}
    if baselines.logistic is None:
        return {}
    return {
        f"{_PREFIX}{MFCC}": baselines.probabilities(asked),
        f"{_THRESHOLD}{MFCC}": np.array(baselines.threshold),
    }


def parted(arrays: Mapping[str, NDArray[Any]]) -> tuple[Arrays, dict[str, Any]]:
    """The arrays of the model's own answers, and the baselines as the score card wants them."""
    own, found = {}, {}
    for name, array in arrays.items():
        if name.startswith(_PREFIX):
            cue = name.removeprefix(_PREFIX)
            threshold = arrays.get(f"{_THRESHOLD}{cue}")
            found[cue] = array if threshold is None else (array, float(threshold))
        elif not name.startswith(_THRESHOLD):
            own[name] = array
    return own, found


def with_baseline_leak(
    card: ClipCard, prepared: Prepared, splits: Sequence[Split], options: TrainOptions
) -> ClipCard:
    """With what random splits would claim of MFCC statistics; as it is where no groups are."""
    dataset, cues = prepared.dataset, prepared.cues
    if cues is None:
        return card
    if MFCC not in card.baselines or not has_groups(dataset):
        return card
    try:
        twins = random_twins(dataset, splits, seed=options.seed)
    except DatasetError:  # a class would be missing: then there is nothing to compare with
        return card
    only = ClipCues({MFCC: cues.values[MFCC]})
    tests: list[NDArray[np.int64]] = []
    answers: list[NDArray[Any]] = []
    scores: list[NDArray[np.float64]] = []
    for twin in twins:
        found = learn(only, dataset, learned_clips(twin, prepared.recipe), options.seed)
        if found is None or found.logistic is None:
            return card
        asked = only.of(twin.test)
        tests.append(twin.test)
        if dataset.multilabel:
            scores.append(found.probabilities(asked))
            answers.append(scores[-1] >= (found.threshold or 0.0))
        else:
            answers.append(found.answers(asked)[MFCC])
    test = np.concatenate(tests)
    targets, groups, answered = dataset.targets[test], dataset.groups[test], np.concatenate(answers)
    random: Interval
    if isinstance(card, MultilabelScorecard):
        figure, marks = "micro_f1", targets.astype(np.bool_)
        random = label_intervals(marks, answered, np.concatenate(scores), groups)[figure]
    else:
        figure = "accuracy"
        random = grouped_intervals(targets, answered, groups, len(dataset.classes))[figure]
    return replace(card, leak_of_baseline=Leak(figure, random, card.baselines[MFCC][figure]))
