"""What a training does in another way where clips may have several labels.

Both kinds calibrate on validation, turn logits into answers and score them; everything else, from
features to the saved folder, is the same for both.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from earmark.datasets import Dataset
from earmark.errors import ConfigError
from earmark.evaluation import calibration, multilabel, scorecard
from earmark.evaluation.aggregate import WAYS, by_largest, clip_probabilities
from earmark.evaluation.cards import ClipCard
from earmark.evaluation.multilabel import decide
from earmark.evaluation.multilabel.predictions import prediction_rows as label_rows
from earmark.evaluation.multilabel.predictions import write_predictions as write_labels
from earmark.evaluation.predictions import prediction_rows, write_predictions
from earmark.training.card_baselines import parted
from earmark.training.windows import Windows

Way = Literal["mean", "sum"]
Logits = NDArray[np.float32]
Arrays = dict[str, NDArray[Any]]


@dataclass(frozen=True)
class Decided:
    """What the validation part decided, or what is usual where there is none."""

    temperature: float = 1.0
    thresholds: Mapping[str, float] | None = None
    """From which score on a label is answered, for each way of aggregating windows."""


class Task(ABC):
    """How clips are answered and scored."""

    activation: ClassVar[Literal["softmax", "sigmoid"]]
    aggregate: Way = "mean"

    @abstractmethod
    def decide(self, logits: Logits, validation: Windows) -> Decided:
        """Calibrate on the logits (windows, classes) of the validation part."""

    @abstractmethod
    def undecided(self) -> Decided:
        """What is taken without a validation part."""

    @abstractmethod
    def answers(
        self, logits: Logits, decided: Decided, test: Windows, dataset: Dataset, train: NDArray[Any]
    ) -> Arrays:
        """Everything the score card is made from, as it is kept in `answers.npz`.

        `logits` (windows, classes) are those of the test part, `train` the clips learned from.
        """

    @abstractmethod
    def held_out(
        self, logits: Logits, decided: Decided, validation: Windows, dataset: Dataset
    ) -> Arrays:
        """What is kept of the validation clips in the saved model; groups are numbers there."""

    def familiar(self, familiarity: NDArray[np.float32], test: Windows) -> Arrays:
        """What the card tells of `familiarity` (windows, parts) of the test part, if anything."""
        return {}

    @abstractmethod
    def card(self, answers: Arrays, classes: Sequence[str], split: Mapping[str, Any]) -> ClipCard:
        """The score card of answers."""

    @abstractmethod
    def write_predictions(
        self, names: Sequence[str], answers: Arrays, classes: Sequence[str], path: Path
    ) -> None:
        """One row a test clip, as CSV."""

    def threshold(self, decided: Decided) -> float | None:
        """The threshold that the saved model answers by."""
        return None if decided.thresholds is None else decided.thresholds[self.aggregate]


def task_of(dataset: Dataset, aggregate: Way) -> Task:
    """The task a dataset sets. ConfigError for an `aggregate` that needs several labels a clip."""
    if dataset.multilabel:
        return SeveralLabels(aggregate)
    if aggregate != "mean":
        raise ConfigError(
            f"aggregate must be mean where each clip has one label, got '{aggregate}'; several "
            "labels a clip are given by a table with a column 'labels' in place of 'label'"
        )
    return OneLabel()


class OneLabel(Task):
    """Each clip is of one class: softmax, and the most probable class is the answer."""

    activation = "softmax"

    def decide(self, logits: Logits, validation: Windows) -> Decided:
        """The temperature of a softmax."""
        return Decided(calibration.fit_temperature(logits, validation.targets))

    def undecided(self) -> Decided:
        """Probabilities as the network gives them."""
        return Decided()

    def answers(
        self, logits: Logits, decided: Decided, test: Windows, dataset: Dataset, train: NDArray[Any]
    ) -> Arrays:
        """Probabilities of clips and windows, with the classes of the train part."""
        probabilities = calibration.softmax(logits, decided.temperature)
        groups = dataset.groups[test.clips]
        return {
            "targets": test.clip_targets,
            "probabilities": clip_probabilities(probabilities, test.clip_of, len(test.clips)),
            "groups": groups,
            "window_targets": test.targets,
            "window_probabilities": probabilities,
            "window_groups": groups[test.clip_of],
            "train_targets": dataset.targets[train],
            "uncalibrated": clip_probabilities(
                calibration.softmax(logits), test.clip_of, len(test.clips)
            ),
        }

    def held_out(
        self, logits: Logits, decided: Decided, validation: Windows, dataset: Dataset
    ) -> Arrays:
        """Calibrated probabilities of clips, targets and groups."""
        probabilities = calibration.softmax(logits, decided.temperature)
        return _kept(
            clip_probabilities(probabilities, validation.clip_of, len(validation.clips)),
            validation,
            dataset,
        )

    def familiar(self, familiarity: NDArray[np.float32], test: Windows) -> Arrays:
        """Which test clips would be answered with a class, (clips,)."""
        means = clip_probabilities(familiarity, test.clip_of, len(test.clips))
        return {"familiar": means.min(axis=1) >= 0}

    def card(self, answers: Arrays, classes: Sequence[str], split: Mapping[str, Any]) -> ClipCard:
        """The single-label card."""
        own, others = parted(answers)
        given: dict[str, Any] = {**own, "baselines": others}
        return scorecard.score(classes=classes, split=split, **given)

    def write_predictions(
        self, names: Sequence[str], answers: Arrays, classes: Sequence[str], path: Path
    ) -> None:
        """Label, answer and its probability."""
        rows = prediction_rows(
            names, answers["targets"], answers["probabilities"], answers["groups"], classes
        )
        write_predictions(rows, path)


class SeveralLabels(Task):
    """A clip may have several labels: a sigmoid each, and all above a threshold are answered."""

    activation = "sigmoid"

    def __init__(self, aggregate: Way) -> None:
        self.aggregate = aggregate

    def decide(self, logits: Logits, validation: Windows) -> Decided:
        """The temperature of the sigmoids, then the threshold of each way of aggregating."""
        temperature = decide.fit_temperature(logits, validation.targets)
        means = _clip_means(logits, temperature, validation)
        thresholds = {
            way: decide.best_threshold(validation.clip_targets, scores, decide.USUAL[way])
            for way, scores in (("mean", means), ("sum", by_largest(means)))
        }
        return Decided(temperature, thresholds)

    def undecided(self) -> Decided:
        """The usual thresholds."""
        return Decided(thresholds=decide.USUAL)

    def answers(
        self, logits: Logits, decided: Decided, test: Windows, dataset: Dataset, train: NDArray[Any]
    ) -> Arrays:
        """Scores of clips (the mean of windows) and windows, with the sizes of the train part."""
        assert decided.thresholds is not None
        groups = dataset.groups[test.clips]
        return {
            "targets": test.clip_targets,
            "scores": _clip_means(logits, decided.temperature, test),
            "groups": groups,
            "window_targets": test.targets,
            "window_scores": decide.sigmoid(logits, decided.temperature),
            "window_groups": groups[test.clip_of],
            "train_counts": dataset.targets[train].sum(axis=0),
            "train_clips": np.array(len(train)),
            "thresholds": np.array([decided.thresholds[way] for way in WAYS]),
        }

    def held_out(
        self, logits: Logits, decided: Decided, validation: Windows, dataset: Dataset
    ) -> Arrays:
        """Calibrated scores of clips (the mean of windows), targets and groups."""
        means = _clip_means(logits, decided.temperature, validation)
        return _kept(means if self.aggregate == "mean" else by_largest(means), validation, dataset)

    def card(self, answers: Arrays, classes: Sequence[str], split: Mapping[str, Any]) -> ClipCard:
        """The multi-label card."""
        own, others = parted(answers)
        given: dict[str, Any] = {**own, "baselines": others}
        given["thresholds"] = dict(zip(WAYS, map(float, answers["thresholds"]), strict=True))
        given["train_clips"] = int(answers["train_clips"])
        return multilabel.score(classes=classes, split=split, aggregate=self.aggregate, **given)

    def write_predictions(
        self, names: Sequence[str], answers: Arrays, classes: Sequence[str], path: Path
    ) -> None:
        """Labels, answers and every score."""
        means = answers["scores"]
        rows = label_rows(
            names,
            answers["targets"].astype(bool),
            means if self.aggregate == "mean" else by_largest(means),
            float(answers["thresholds"][WAYS.index(self.aggregate)]),
            answers["groups"],
            classes,
        )
        write_labels(rows, path)


def _clip_means(logits: Logits, temperature: float, windows: Windows) -> NDArray[np.float64]:
    scores = decide.sigmoid(logits, temperature)
    return clip_probabilities(scores, windows.clip_of, len(windows.clips))


def _kept(probabilities: NDArray[np.float64], validation: Windows, dataset: Dataset) -> Arrays:
    """The arrays of `validation.npz`; a model is shipped, so names of groups stay at home."""
    _, groups = np.unique(dataset.groups[validation.clips], return_inverse=True)
    return {
        "probabilities": probabilities,
        "targets": validation.clip_targets,
        "groups": groups.astype(np.int64),
    }
