"""What a stress test found: every curve, what the clips were, what could not be tried."""

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from earmark.datasets import Problem
from earmark.inference.stress.curve import Curve, Point

COLUMNS = (
    "name", "family", "level", "unit", "undisturbed", "accuracy", "low", "high",
    "difference", "difference_low", "difference_high", "answered", "clips", "groups",
)  # fmt: skip


@dataclass(frozen=True)
class StressReport:
    """Accuracy of one model on the same clips, disturbed in many ways."""

    model: str
    dataset: str
    undisturbed: Point
    """The clips as they are."""
    curves: tuple[Curve, ...]
    skipped: Mapping[str, str]
    """What could not be tried, by name, and why."""
    clips: int
    groups: int
    unseen: int
    """Clips of the dataset that could have been drawn."""
    split: str
    """Which clips these are, in words."""
    majority: float | None
    """What the most frequent class of the training would score; None: several labels a clip."""
    figure: str
    """'accuracy', or 'exact match' where clips may have several labels."""
    seed: int
    problems: tuple[Problem, ...] = ()
    interrupted: bool = False

    def to_dict(self) -> dict[str, Any]:
        """The JSON document of `earmark stress`."""
        point = self.undisturbed.to_dict()
        return {
            "model": self.model,
            "dataset": self.dataset,
            "figure": self.figure,
            "clips": self.clips,
            "groups": self.groups,
            "unseen": self.unseen,
            "split": self.split,
            "seed": self.seed,
            "confidence": 0.95,
            "interrupted": self.interrupted,
            "undisturbed": {"accuracy": point["accuracy"], "answered": point["answered"]},
            "baselines": {} if self.majority is None else {"majority": self.majority},
            "degradations": [curve.to_dict() for curve in self.curves],
            "skipped": [{"name": name, "why": why} for name, why in self.skipped.items()],
            "problems": [vars(problem) for problem in self.problems],
        }

    def to_csv(self) -> str:
        """A row a level; `level` is empty for the clips as they are."""
        file = io.StringIO()
        table = csv.writer(file, lineterminator="\n")
        table.writerow(COLUMNS)
        for curve in self.curves:
            way = curve.way
            for point in curve.points:
                band, change = point.accuracy, point.difference
                fallen = ["", "", ""]
                if change is not None:
                    fallen = [f"{x:.6g}" for x in (change.value, change.low, change.high)]
                row = [way.name, way.family, "" if point.level is None else f"{point.level:g}"]
                row += [way.unit, "yes" if change is None else "no"]
                row += [f"{x:.6g}" for x in (band.value, band.low, band.high)]
                table.writerow([*row, *fallen, f"{point.answered:.6g}", self.clips, self.groups])
        return file.getvalue()
