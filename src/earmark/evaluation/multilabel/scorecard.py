"""The score card where clips may have several labels: as the other one, in figures of its own."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from earmark.errors import ConfigError
from earmark.evaluation.aggregate import WAYS, by_largest
from earmark.evaluation.checks import as_groups, same_length
from earmark.evaluation.intervals import Interval
from earmark.evaluation.leak import Leak
from earmark.evaluation.multilabel.checks import as_marks, as_scores
from earmark.evaluation.multilabel.decide import most_common
from earmark.evaluation.multilabel.figures import Answered, MultilabelFigures
from earmark.evaluation.multilabel.intervals import label_intervals
from earmark.evaluation.pooling import (
    arrays_of_folds,
    baselines_from_dict,
    baselines_to_dict,
    leaks_to_dict,
    spread_over_folds,
)

KIND = "multilabel"
BASELINE = "most common"

Way = Literal["mean", "sum"]


@dataclass(frozen=True)
class Raw:
    """What a score card was made from."""

    ways: dict[str, Answered]
    window: Answered | None
    baselines: dict[str, Answered]


@dataclass(frozen=True)
class MultilabelScorecard:
    """Figures per clip (in both ways of aggregating windows), per window, baselines and folds.

    `raw` holds the arrays for pooling; it is None on a card read back from a file.
    """

    classes: tuple[str, ...]
    aggregate: str  # the way the model itself takes: "mean" or "sum"
    by_aggregate: dict[str, MultilabelFigures]  # clips, by the way windows became their scores
    window: MultilabelFigures | None
    baselines: dict[str, dict[str, Interval]]  # {"most common": {"micro_f1": ...}}
    split: dict[str, Any]  # how the parts were made, as the splitter says it
    folds: tuple[tuple[str, "MultilabelScorecard"], ...] = ()
    confidence: float = 0.95  # of every interval
    leak: Leak | None = None  # where a random split was trained too
    leak_of_baseline: Leak | None = None  # the same of MFCC statistics, without a training
    raw: Raw | None = field(default=None, repr=False, compare=False)

    @property
    def clip(self) -> MultilabelFigures:
        """The clips' figures in the way the model itself takes."""
        return self.by_aggregate[self.aggregate]

    def mean_over_folds(self) -> dict[str, dict[str, Any]]:
        """See `pooling.spread_over_folds`."""
        return spread_over_folds([card.clip.intervals for _, card in self.folds])

    def to_dict(self) -> dict[str, Any]:
        """The JSON document of `evaluate` and `train`; no NaN in it, None where nothing counts."""
        document: dict[str, Any] = {
            "kind": KIND,
            "clip": self.clip.to_dict(self.classes),
            "window": None if self.window is None else self.window.to_dict(self.classes),
            "baselines": baselines_to_dict(self.baselines),
            "aggregate": self.aggregate,
            "by_aggregate": {
                way: figures.to_dict(self.classes) for way, figures in self.by_aggregate.items()
            },
            "classes": list(self.classes),
            "split": dict(self.split),
            "confidence": self.confidence,
        }
        document |= leaks_to_dict(self)
        if self.folds:
            document["folds"] = [{"name": name, **card.to_dict()} for name, card in self.folds]
            document["mean_over_folds"] = self.mean_over_folds()
        return document

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "MultilabelScorecard":
        """The card that gave this document, without the raw arrays."""
        try:
            classes, window = tuple(data["classes"]), data["window"]
            return cls(
                classes=classes,
                aggregate=data["aggregate"],
                by_aggregate={
                    way: MultilabelFigures.from_dict(figures, classes)
                    for way, figures in data["by_aggregate"].items()
                },
                window=None if window is None else MultilabelFigures.from_dict(window, classes),
                baselines=baselines_from_dict(data["baselines"]),
                split=dict(data["split"]),
                confidence=float(data["confidence"]),
                folds=tuple((fold["name"], cls.from_dict(fold)) for fold in data.get("folds", ())),
                leak=Leak.from_dict(data.get("leak")),
                leak_of_baseline=Leak.from_dict(data.get("leak_of_baseline")),
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise ConfigError(
                f"not a multi-label score card: {type(error).__name__} {error}; write it again "
                "with evaluate"
            ) from error


def _make(
    raw: Raw,
    classes: tuple[str, ...],
    aggregate: str,
    thresholds: Mapping[str, float | None],
    split: Mapping[str, Any],
    folds: tuple[tuple[str, MultilabelScorecard], ...] = (),
    **settings: Any,
) -> MultilabelScorecard:
    def figures(part: Answered, way: str) -> MultilabelFigures:
        threshold, plain = thresholds[way], way == "mean"
        return MultilabelFigures.of(part, threshold, probabilities=plain, **settings)

    return MultilabelScorecard(
        classes=classes,
        aggregate=aggregate,
        by_aggregate={way: figures(part, way) for way, part in raw.ways.items()},
        window=None if raw.window is None else figures(raw.window, "mean"),
        baselines={
            name: label_intervals(part.targets, part.answers, part.scores, part.groups, **settings)
            for name, part in raw.baselines.items()
        },
        split=dict(split),
        folds=folds,
        confidence=settings.get("confidence", 0.95),
        raw=raw,
    )


def score(
    targets: npt.ArrayLike,
    scores: npt.ArrayLike,
    groups: npt.ArrayLike | None,
    classes: Sequence[str],
    *,
    thresholds: Mapping[str, float],
    aggregate: Way = "mean",
    window_targets: npt.ArrayLike | None = None,
    window_scores: npt.ArrayLike | None = None,
    window_groups: npt.ArrayLike | None = None,
    train_counts: npt.ArrayLike,
    train_clips: int,
    split: Mapping[str, Any],
    baselines: Mapping[str, tuple[npt.ArrayLike, float]] | None = None,
    resamples: int = 2000,
    confidence: float = 0.95,
    seed: int = 0,
) -> MultilabelScorecard:
    """Score the answers of one test part.

    Args:
        targets: 0 or 1 for each label, (clips, classes). scores: the mean over each clip's windows,
            (clips, classes); the normalised sum follows from it. groups: names, (clips,); None:
            each clip alone.
        classes: their names, in the order of the columns.
        thresholds: the score from which on a label is answered, for "mean" and for "sum".
        aggregate: the way the model itself takes.
        window_*: the same for windows, (windows, ...), or none; they have their clip's labels and
            the threshold of "mean".
        train_counts, train_clips: clips of each class and in all of the train part, for the
            baseline, which always answers its most frequent labels.
        split: how the parts were made, kept as given; it must be JSON.
        baselines: more of them by name, each its scores for the test clips, (clips, classes), and
            the threshold it answers by.
        resamples: draws of the groups. confidence: e.g. 0.95. seed: of the draws.
    Raises:
        ConfigError: no clip, no label at all, shapes that differ, NaN, scores outside [0, 1].

    >>> card = score([[1, 0], [1, 1]], [[0.9, 0.1], [0.6, 0.4]], None, ["cello", "flute"],
    ...              thresholds={"mean": 0.5, "sum": 0.55}, train_counts=[3, 1], train_clips=3,
    ...              split={"kind": "holdout"})
    >>> card.clip.micro_f1.value, card.by_aggregate["sum"].micro_f1.value
    (0.8, 1.0)
    """
    names = tuple(str(name) for name in classes)
    if len(set(names)) != len(names):
        raise ConfigError(f"classes must differ from each other, got {list(names)}")
    if aggregate not in WAYS:
        raise ConfigError(f"aggregate must be {' or '.join(WAYS)}, got '{aggregate}'")
    k = len(names)
    true = as_marks("targets", targets, k)
    means = as_scores("scores", scores, true.shape)
    of = as_groups("groups", groups, len(true))
    by_way = {"mean": means, "sum": by_largest(means)}
    ways = {way: Answered(true, by_way[way], by_way[way] >= thresholds[way], of) for way in WAYS}
    window = None
    if window_targets is not None and window_scores is not None:
        if window_groups is None:
            raise ConfigError("window_groups must name the group of each window, got None")
        marks = as_marks("window_targets", window_targets, k)
        each = as_scores("window_scores", window_scores, marks.shape)
        named = as_groups("window_groups", window_groups, len(marks))
        window = Answered(marks, each, each >= thresholds["mean"], named)
    elif window_targets is not None or window_scores is not None:
        raise ConfigError("window_targets and window_scores go together, got one of them")
    always = most_common(train_counts, train_clips)
    same_length("train_counts", len(always), "classes", k)
    share = np.asarray(train_counts, dtype=np.float64) / train_clips
    baseline = Answered(true, np.tile(share, (len(true), 1)), np.tile(always, (len(true), 1)), of)
    every = {BASELINE: baseline}
    for name, (given, least) in (baselines or {}).items():
        own = as_scores(f"baseline '{name}'", given, true.shape)
        every[name] = Answered(true, own, own >= least, of)
    settings: dict[str, Any] = {"resamples": resamples, "confidence": confidence, "seed": seed}
    raw = Raw(ways, window, every)
    return _make(raw, names, aggregate, dict(thresholds), split, **settings)


def pool(
    folds: Mapping[str, MultilabelScorecard], split: Mapping[str, Any], **settings: Any
) -> MultilabelScorecard:
    """One card over the out-of-fold answers of every fold, with the folds' own cards in it.

    Each clip is answered once, at the threshold of the model that did not see it. `settings`:
    resamples, confidence, seed.

    Raises:
        ConfigError: no fold, folds that differ in classes or aggregate, or read from a file.
    """
    raws = arrays_of_folds({name: card.raw for name, card in folds.items()})
    cards = list(folds.values())
    first = cards[0]
    for name, card in folds.items():
        for what in ("classes", "aggregate"):
            one, other = getattr(first, what), getattr(card, what)
            if one != other:
                raise ConfigError(f"folds must have the same {what} {one}, got {other} in '{name}'")
    windows = [raw.window for raw in raws if raw.window is not None]
    shared = [n for n in raws[0].baselines if all(n in raw.baselines for raw in raws)]
    raw = Raw(
        {way: Answered.joined([raw.ways[way] for raw in raws]) for way in WAYS},
        Answered.joined(windows) if windows else None,
        {name: Answered.joined([raw.baselines[name] for raw in raws]) for name in shared},
    )
    thresholds = {
        way: _common([card.by_aggregate[way].threshold for card in cards]) for way in WAYS
    }
    return _make(
        raw, first.classes, first.aggregate, thresholds, split, tuple(folds.items()), **settings
    )


def _common(values: Sequence[float | None]) -> float | None:
    """The one value of all, or None."""
    return values[0] if len(set(values)) == 1 else None
