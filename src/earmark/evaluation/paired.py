"""Which of several models is better, on the same clips: every pair compared clip by clip.

Two intervals that overlap say little about a difference: both models meet the same hard clips. So
only the clips that one gets right and the other wrong are looked at, and groups stay whole:

- The p-value is that of a sign-flip test over groups (`significance.sign_flip_p`), or where no
  group has a second clip, McNemar's mid-p. Then it is corrected for the number of pairs (Holm).
- The interval of the difference is made as in `intervals`: correlation inside groups, design
  effect, effective number of clips; with that, Bonett and Price's adjusted Wald interval for paired
  proportions (J. Educ. Behav. Stat. 37, 2012), which has a width even where no clip differs.
  It is of one pair alone, not corrected for their number.

Both speak of these trained models and new groups like those seen; what another seed or another
training set would do to the models is not in them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import numpy as np
import numpy.typing as npt

from earmark.errors import ConfigError
from earmark.evaluation.checks import Labels, as_groups, as_labels, check_confidence, same_length
from earmark.evaluation.design_effect import design_effect
from earmark.evaluation.intervals import Interval
from earmark.evaluation.significance import holm, mcnemar_mid_p, sign_flip_p

_CLASSES = np.iinfo(np.int32).max  # answers are only compared: any class number will do


@dataclass(frozen=True)
class PairedTest:
    """Two models on the same clips."""

    first: str
    second: str
    clips: int
    groups: int
    first_accuracy: float
    second_accuracy: float
    difference: Interval  # first minus second, in [-1, 1]
    only_first: int  # clips that only the first gets right
    only_second: int
    mcnemar_p: float  # takes every clip for independent
    grouped_p: float | None  # groups stay whole; None where no group has a second clip
    holm_p: float  # `p_value`, corrected for all pairs that were compared
    confidence: float = 0.95  # of the difference's interval

    @property
    def p_value(self) -> float:
        """The p-value that respects the groups, of this pair alone."""
        return self.mcnemar_p if self.grouped_p is None else self.grouped_p

    @property
    def told_apart(self) -> bool:
        """Whether one is shown to be better, at the level of `confidence`, over all pairs."""
        return self.holm_p <= 1 - self.confidence

    def to_dict(self) -> dict[str, Any]:
        """As JSON: the fields, `p_value` and `told_apart`."""
        values = {**vars(self), "difference": self.difference.to_dict()}
        return {**values, "p_value": self.p_value, "told_apart": self.told_apart}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "PairedTest":
        """What `to_dict` gave, back."""
        fields = {name: data[name] for name in cls.__dataclass_fields__}
        return cls(**{**fields, "difference": Interval.from_dict(data["difference"])})


def _difference(
    signed: Labels, index: Labels, only: tuple[int, int], confidence: float
) -> Interval:
    """The interval of the module's text, from each clip's difference: -1, 0 or 1."""
    clips = len(signed)
    value = float((only[0] - only[1]) / clips)
    effect, quantile = design_effect(
        np.asarray(signed - value, np.float64),
        np.full(clips, 1 / clips),
        index,
        np.zeros_like(index),
        confidence,
    )
    effective = clips / effect + 2
    first, second = ((count / effect + 1) / effective for count in only)
    centre = first - second
    half = quantile * float(np.sqrt((first + second - centre**2) / effective))
    low, high = max(-1.0, float(centre - half)), min(1.0, float(centre + half))
    return Interval(value, min(low, value), max(high, value))


def compare_paired(
    targets: npt.ArrayLike,
    answers: Mapping[str, npt.ArrayLike],
    groups: npt.ArrayLike | None,
    *,
    confidence: float = 0.95,
) -> tuple[PairedTest, ...]:
    """Every pair of models, in the order of `answers`: m (m - 1) / 2 of them.

    Args:
        targets: class numbers of the clips, (clips,).
        answers: each model's class numbers for the same clips, (clips,), by name; baselines too.
        groups: names of what must not be parted, (clips,); None: each clip alone.
        confidence: e.g. 0.95.
    Raises:
        ConfigError: fewer than two models, no clip, arrays of different length, a bad setting.

    >>> truth = [0, 1] * 20
    >>> test, = compare_paired(truth, {"vgg": truth, "simple": [0] * 40}, None)
    >>> test.only_first, test.only_second, test.difference.value, test.told_apart
    (20, 0, 0.5, True)
    """
    if len(answers) < 2:
        raise ConfigError(
            f"a comparison needs the answers of at least 2 models, got {len(answers)}"
        )
    check_confidence(confidence)
    true = as_labels("targets", targets, _CLASSES)
    if len(true) == 0:
        raise ConfigError("a comparison needs at least 1 clip, got 0")
    right: dict[str, npt.NDArray[np.bool_]] = {}
    for name, given in answers.items():
        answered = as_labels(f"answers of '{name}'", given, _CLASSES)
        same_length("targets", len(true), f"answers of '{name}'", len(answered))
        right[name] = answered == true
    names, index = np.unique(as_groups("groups", groups, len(true)), return_inverse=True)
    index = index.reshape(-1)
    pairs = list(combinations(right, 2))
    signed = [right[a].astype(np.int64) - right[b] for a, b in pairs]  # -1, 0, 1 by clip
    by_group = [
        np.bincount(index[d > 0], minlength=len(names))
        - np.bincount(index[d < 0], minlength=len(names))
        for d in signed
    ]
    only = [(int((d > 0).sum()), int((d < 0).sum())) for d in signed]
    single = [mcnemar_mid_p(*counts) for counts in only]
    grouped = [sign_flip_p(d) for d in by_group] if len(names) < len(true) else None
    corrected = holm(grouped or single)
    return tuple(
        PairedTest(
            first=a,
            second=b,
            clips=len(true),
            groups=len(names),
            first_accuracy=float(right[a].mean()),
            second_accuracy=float(right[b].mean()),
            difference=_difference(signed[at], index, only[at], confidence),
            only_first=only[at][0],
            only_second=only[at][1],
            mcnemar_p=single[at],
            grouped_p=None if grouped is None else grouped[at],
            holm_p=float(corrected[at]),
            confidence=confidence,
        )
        for at, (a, b) in enumerate(pairs)
    )
