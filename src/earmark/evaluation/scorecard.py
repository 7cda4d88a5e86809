"""The score card: every figure of an evaluation with its interval, its baselines and its split."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from earmark.errors import ConfigError
from earmark.evaluation.baselines import majority
from earmark.evaluation.checks import Floats, Labels, as_groups, as_labels, as_probabilities
from earmark.evaluation.figures import Figures
from earmark.evaluation.intervals import Interval, grouped_intervals
from earmark.evaluation.leak import Leak
from earmark.evaluation.paired import compare_paired
from earmark.evaluation.pooling import (
    arrays_of_folds,
    baselines_from_dict,
    baselines_to_dict,
    leaks_to_dict,
    spread_over_folds,
)
from earmark.evaluation.trust import Beside, Trust


@dataclass(frozen=True)
class Scored:
    """The arrays behind a set of figures, kept so that folds can be pooled; n clips or windows."""

    targets: Labels  # (n,)
    probabilities: Floats  # (n, classes)
    groups: npt.NDArray[Any]  # (n,) names

    @classmethod
    def checked(
        cls, what: str, targets: npt.ArrayLike, probabilities: npt.ArrayLike, groups: Any, k: int
    ) -> "Scored":
        """The arrays, after every check of `checks`; `what` begins the message ("window_")."""
        true = as_labels(f"{what}targets", targets, k)
        if len(true) == 0:
            raise ConfigError(f"{what}targets must hold at least 1 label, got 0")
        rows = as_probabilities(f"{what}probabilities", probabilities, len(true), k)
        return cls(true, rows, as_groups(f"{what}groups", groups, len(true)))

    @classmethod
    def joined(cls, parts: Sequence["Scored"]) -> "Scored":
        """One after the other."""
        return cls(
            np.concatenate([part.targets for part in parts]),
            np.concatenate([part.probabilities for part in parts]),
            np.concatenate([part.groups for part in parts]),
        )

    @property
    def predictions(self) -> Labels:
        """The class with the highest probability, (n,); the lowest number among equals."""
        return np.asarray(self.probabilities.argmax(axis=1), dtype=np.int64)


@dataclass(frozen=True)
class Raw:
    """What a score card was made from."""

    clip: Scored
    window: Scored | None
    baselines: dict[str, Labels]  # answers for the clips, (clips,) each
    beside: Beside = field(default_factory=Beside)


@dataclass(frozen=True)
class Scorecard:
    """Figures per clip and per window, baselines, the split and, when pooled, the folds.

    `raw` holds the arrays for pooling; it is None on a card read back from a file.
    """

    classes: tuple[str, ...]
    clip: Figures
    window: Figures | None
    baselines: dict[str, dict[str, Interval]]  # {"majority": {"accuracy": ..., "margin": ...}}
    split: dict[str, Any]  # how the parts were made, as the splitter says it
    folds: tuple[tuple[str, "Scorecard"], ...] = ()
    confidence: float = 0.95  # of every interval
    leak: Leak | None = None  # where a random split was trained too
    leak_of_baseline: Leak | None = None  # the same of MFCC statistics, without a training
    raw: Raw | None = field(default=None, repr=False, compare=False)
    trust: Trust = field(default_factory=Trust)  # calibration before and after, clips answered

    def mean_over_folds(self) -> dict[str, dict[str, Any]]:
        """See `pooling.spread_over_folds`."""
        return spread_over_folds([card.clip.intervals for _, card in self.folds])

    def to_dict(self) -> dict[str, Any]:
        """The JSON document of `evaluate` and `train`; no NaN in it, None where nothing counts."""
        document: dict[str, Any] = {
            "clip": self.clip.to_dict(self.classes),
            "window": None if self.window is None else self.window.to_dict(self.classes),
            "baselines": baselines_to_dict(self.baselines),
            "classes": list(self.classes),
            "split": dict(self.split),
            "confidence": self.confidence,
            **self.trust.to_dict(),
        }
        document |= leaks_to_dict(self)
        if self.folds:
            document["folds"] = [{"name": name, **card.to_dict()} for name, card in self.folds]
            document["mean_over_folds"] = self.mean_over_folds()
        return document

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Scorecard":
        """The card that gave this document, without the raw arrays."""
        if data.get("kind") == "multilabel":
            raise ConfigError(
                "a score card of several labels a clip: read it with MultilabelScorecard.from_dict"
            )
        try:
            classes = tuple(data["classes"])
            window = data.get("window")
            return cls(
                classes=classes,
                clip=Figures.from_dict(data["clip"], classes),
                window=None if window is None else Figures.from_dict(window, classes),
                baselines=baselines_from_dict(data["baselines"]),
                split=dict(data["split"]),
                confidence=float(data["confidence"]),
                trust=Trust.from_dict(data),
                folds=tuple((fold["name"], cls.from_dict(fold)) for fold in data.get("folds", ())),
                leak=Leak.from_dict(data.get("leak")),
                leak_of_baseline=Leak.from_dict(data.get("leak_of_baseline")),
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise ConfigError(
                f"not a score card: {type(error).__name__} {error}; write it again with evaluate"
            ) from error


def _make(
    raw: Raw,
    classes: tuple[str, ...],
    split: Mapping[str, Any],
    folds: tuple[tuple[str, Scorecard], ...] = (),
    *,
    confidence: float,
) -> Scorecard:
    def figures(part: Scored) -> Figures:
        return Figures.of(part.targets, part.probabilities, part.groups, len(classes), confidence)

    clip = raw.clip
    return Scorecard(
        classes=classes,
        clip=figures(clip),
        window=None if raw.window is None else figures(raw.window),
        baselines={
            name: _baseline(clip, answers, len(classes), confidence)
            for name, answers in raw.baselines.items()
        },
        split=dict(split),
        folds=folds,
        confidence=confidence,
        raw=raw,
        trust=Trust.of(clip.targets, clip.probabilities, clip.groups, raw.beside, confidence),
    )


def _baseline(
    clip: Scored, answers: Labels, classes: int, confidence: float
) -> dict[str, Interval]:
    """Its figures, and the margin: accuracy of the model less its own, paired clip by clip."""
    figures = grouped_intervals(clip.targets, answers, clip.groups, classes, confidence=confidence)
    both = {"model": clip.predictions, "baseline": answers}
    (test,) = compare_paired(clip.targets, both, clip.groups, confidence=confidence)
    return {**figures, "margin": test.difference}


def score(
    targets: npt.ArrayLike,
    probabilities: npt.ArrayLike,
    groups: npt.ArrayLike | None,
    classes: Sequence[str],
    *,
    window_targets: npt.ArrayLike | None = None,
    window_probabilities: npt.ArrayLike | None = None,
    window_groups: npt.ArrayLike | None = None,
    train_targets: npt.ArrayLike,
    split: Mapping[str, Any],
    baselines: Mapping[str, npt.ArrayLike] | None = None,
    uncalibrated: npt.ArrayLike | None = None,
    familiar: npt.ArrayLike | None = None,
    confidence: float = 0.95,
) -> Scorecard:
    """Score the answers of one test part.

    Args:
        targets: class numbers of the clips, (clips,). probabilities: (clips, classes), rows sum
            to one. groups: names, (clips,); None: each clip alone. Folds that will be pooled need
            names that mean the same in every fold.
        classes: their names, in the order of the numbers.
        window_*: the same for windows, (windows, ...), or none of them.
        train_targets: class numbers of the train part, for the majority baseline.
        split: how the parts were made, kept as given; it must be JSON.
        baselines: more of them by name, each the answers for the test clips, (clips,).
        uncalibrated: probabilities before calibration, (clips, classes). familiar: whether each
            clip would be answered with a class and not with unknown, (clips,).
        confidence: of every interval, e.g. 0.95.
    Raises:
        ConfigError: no clip, shapes that differ, NaN, rows that do not sum to one.

    >>> card = score([0, 1], [[0.9, 0.1], [0.6, 0.4]], None, ["cat", "dog"],
    ...              train_targets=[0, 0, 1], split={"kind": "holdout"})
    >>> card.clip.accuracy.value, card.baselines["majority"]["accuracy"].value
    (0.5, 0.5)
    >>> card.to_dict()["clip"]["per_class"]["dog"]["precision"] is None  # dog was never answered
    True
    """
    names = tuple(str(name) for name in classes)
    if len(set(names)) != len(names):
        raise ConfigError(f"classes must differ from each other, got {list(names)}")
    k = len(names)
    clip = Scored.checked("", targets, probabilities, groups, k)
    window = None
    if window_targets is not None and window_probabilities is not None:
        window = Scored.checked("window_", window_targets, window_probabilities, window_groups, k)
    elif window_targets is not None or window_probabilities is not None:
        raise ConfigError("window_targets and window_probabilities go together, got one of them")
    if window is not None and window_groups is None:
        # Windows of one clip are anything but independent: alone, they would feign precision.
        raise ConfigError("window_groups must name the group of each window, got None")
    as_labels("train_targets", train_targets, k)
    answers = {"majority": majority(train_targets, len(clip.targets))}
    for name, given in (baselines or {}).items():
        answers[name] = as_labels(f"baseline '{name}'", given, k)
        if len(answers[name]) != len(clip.targets):
            raise ConfigError(
                f"baseline '{name}' must have {len(clip.targets)} answers, got {len(answers[name])}"
            )
    beside = Beside.checked(uncalibrated, familiar, len(clip.targets), k)
    return _make(Raw(clip, window, answers, beside), names, split, confidence=confidence)


def pool(
    folds: Mapping[str, Scorecard], split: Mapping[str, Any], *, confidence: float = 0.95
) -> Scorecard:
    """One card over the out-of-fold answers of every fold, with the folds' own cards in it.

    Each clip is answered once, by the model that did not see it; the arrays are joined, and the
    intervals are taken over all groups.

    Raises:
        ConfigError: no fold, folds with other classes, or a card read from a file (no arrays).

    >>> half = score([0, 1], [[0.9, 0.1], [0.6, 0.4]], ["a", "b"], ["cat", "dog"],
    ...              train_targets=[0, 0, 1], split={"fold": 1})
    >>> card = pool({"1": half, "2": half}, split={"kind": "folds"})
    >>> card.clip.count, card.mean_over_folds()["accuracy"]["mean"]
    (4, 0.5)
    """
    raws = arrays_of_folds({name: card.raw for name, card in folds.items()})
    classes = next(iter(folds.values())).classes
    for name, card in folds.items():
        if card.classes != classes:
            raise ConfigError(
                f"folds must have the same classes {list(classes)}, "
                f"got {list(card.classes)} in fold '{name}'"
            )
    windows = [raw.window for raw in raws if raw.window is not None]
    shared = [n for n in raws[0].baselines if all(n in raw.baselines for raw in raws)]
    raw = Raw(
        Scored.joined([raw.clip for raw in raws]),
        Scored.joined(windows) if windows else None,
        {name: np.concatenate([raw.baselines[name] for raw in raws]) for name in shared},
        Beside.joined([raw.beside for raw in raws]),
    )
    return _make(raw, classes, split, tuple(folds.items()), confidence=confidence)
