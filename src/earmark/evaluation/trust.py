"""How far a score is to be believed: calibration before and after, and what went unanswered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from earmark.errors import ConfigError
from earmark.evaluation.calibration import expected_calibration_error
from earmark.evaluation.checks import Floats, Labels, as_probabilities
from earmark.evaluation.intervals import Interval, grouped_intervals
from earmark.evaluation.metrics import METRICS


@dataclass(frozen=True)
class Beside:
    """Arrays beside the answers, for the clips; None where nobody asked."""

    uncalibrated: Floats | None = None  # (clips, classes)
    familiar: npt.NDArray[np.bool_] | None = None  # (clips,)

    @classmethod
    def checked(cls, uncalibrated: Any, familiar: Any, clips: int, classes: int) -> "Beside":
        """The arrays, after a check of their shapes. ConfigError where they do not fit."""
        rows = kept = None
        if uncalibrated is not None:
            rows = as_probabilities("uncalibrated", uncalibrated, clips, classes)
        if familiar is not None:
            kept = np.asarray(familiar, bool)
            if kept.shape != (clips,):
                raise ConfigError(f"familiar must have shape ({clips},), got {kept.shape}")
        return cls(rows, kept)

    @classmethod
    def joined(cls, parts: Sequence["Beside"]) -> "Beside":
        """One after the other; what one of them lacks, the whole lacks."""
        rows = [part.uncalibrated for part in parts if part.uncalibrated is not None]
        kept = [part.familiar for part in parts if part.familiar is not None]
        return cls(
            np.concatenate(rows) if len(rows) == len(parts) else None,
            np.concatenate(kept) if len(kept) == len(parts) else None,
        )


@dataclass(frozen=True)
class Trust:
    """Figures of the clips; None where nobody asked."""

    ece_before: float | None = None
    """Expected calibration error at temperature 1, in [0, 1]."""
    ece_after: float | None = None
    """The same of the probabilities that are given."""
    answered: Interval | None = None
    """Share of the clips that would get a class and not `unknown`."""
    answered_accuracy: Interval | None = None
    """Accuracy among those; None where there are none."""

    @classmethod
    def of(
        cls,
        targets: Labels,
        probabilities: Floats,
        groups: npt.NDArray[Any],
        beside: Beside,
        confidence: float = 0.95,
    ) -> "Trust":
        """From (clips,), (clips, classes), (clips,)."""
        before = after = answered = accuracy = None
        if beside.uncalibrated is not None:
            before = expected_calibration_error(beside.uncalibrated, targets)
            after = expected_calibration_error(probabilities, targets)
        if beside.familiar is not None:
            kept, classes = beside.familiar, probabilities.shape[1]
            only = {"accuracy": METRICS["accuracy"]}
            ones = np.ones(len(kept), np.int64)
            shares = grouped_intervals(
                ones, kept.astype(np.int64), groups, 2, metrics=only, confidence=confidence
            )
            answered = shares["accuracy"]
            if kept.any():
                right = grouped_intervals(
                    targets[kept],
                    probabilities[kept].argmax(axis=1),
                    groups[kept],
                    classes,
                    metrics=only,
                    confidence=confidence,
                )
                accuracy = right["accuracy"]
        return cls(before, after, answered, accuracy)

    def to_dict(self) -> dict[str, Any]:
        """The fields `calibration` and `answered` of a score card, those there are."""
        document: dict[str, Any] = {}
        if self.ece_before is not None:
            document["calibration"] = {"before": self.ece_before, "after": self.ece_after}
        if self.answered is not None:
            right = self.answered_accuracy
            document["answered"] = {
                "share": self.answered.to_dict(),
                "accuracy": None if right is None else right.to_dict(),
            }
        return document

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Trust":
        """What `to_dict` gave, back; a card of before there was this gives an empty one."""
        calibration, answered = data.get("calibration") or {}, data.get("answered") or {}
        share, right = answered.get("share"), answered.get("accuracy")
        return cls(
            calibration.get("before"),
            calibration.get("after"),
            None if share is None else Interval.from_dict(share),
            None if right is None else Interval.from_dict(right),
        )
