"""Which labels of a run look wrong, from the answers to clips that were not learned from.

With folds that is every clip; of a single split only the test part has honest answers.
"""

import csv
import io
import json
import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from earmark.errors import ConfigError, EarmarkError, missing_extra
from earmark.evaluation.mislabelled import Doubted, doubted_clips, doubted_sets
from earmark.files import write_whole
from earmark.training.run_folder import ANSWERS, RUN, read_arrays
from earmark.training.watcher import Watcher

LABEL_ERRORS = "label_errors.csv"
PREDICTIONS = "predictions.csv"


@dataclass(frozen=True)
class LabelErrors:
    """The clips of a run whose labels look wrong."""

    run: Path
    doubted: tuple[Doubted, ...]
    """The worst first."""
    clips: int
    """That have an honest answer, and were looked at."""
    of: int
    """Clips of the run."""
    classes: tuple[str, ...]

    @property
    def line(self) -> str:
        """What was found, in a line."""
        number = len(self.doubted)
        of = f"of {self.clips} clips"
        if self.clips < self.of:
            of = f"of the {self.clips} clips that were held out, {self.of} in all,"
        if not number:
            return f"none {of} looks mislabelled"
        return f"{number} {of} look mislabelled or are hard to hear"

    def to_dict(self) -> dict[str, Any]:
        """The JSON document of `earmark labels`."""
        return {
            "run": str(self.run),
            "clips": self.clips,
            "of": self.of,
            "mislabelled": [clip.to_dict(self.classes) for clip in self.doubted],
        }

    def to_csv(self) -> str:
        """A row a clip, the worst first, with the probability of each class."""
        file = io.StringIO()
        table = csv.writer(file, lineterminator="\n")
        table.writerow(["rank", "path", "label", "suggested", "quality", "group", *self.classes])
        for rank, clip in enumerate(self.doubted, start=1):
            row = [rank, clip.name, clip.label, clip.suggested, f"{clip.quality:.6f}", clip.group]
            table.writerow([*row, *(f"{value:.6f}" for value in clip.probabilities)])
        return file.getvalue()

    def write(self) -> Path:
        """Write `label_errors.csv` into the run folder."""
        path = self.run / LABEL_ERRORS
        write_whole(path, self.to_csv())
        return path


def find_label_errors(run: Path) -> LabelErrors:
    """Look for wrong labels in a run folder, in the answers that it keeps.

    Raises:
        ConfigError: no run folder, or one without finished answers.
        MissingExtraError: cleanlab is not installed.
    """
    values = _read_run(run)
    classes, of = tuple(values["classes"]), int(values["clips"])
    names: list[str] = []
    parts: list[dict[str, NDArray[Any]]] = []
    for place in _places(run):
        answers = read_arrays(place / ANSWERS)
        own = _names(place / PREDICTIONS)
        if len(own) != len(answers["targets"]):
            raise ConfigError(
                f"{place}: {len(own)} rows in {PREDICTIONS}, but {len(answers['targets'])} answers "
                f"in {ANSWERS}: they are of different trainings; train again in another --out"
            )
        names += own
        parts.append(answers)
    if not parts:
        raise ConfigError(
            f"{run}: no training in it is finished, so there are no answers to look at; go on with "
            f"it by: earmark train DIR --out {shlex.quote(str(run))} --resume"
        )
    multilabel = "scores" in parts[0]
    scores = "scores" if multilabel else "probabilities"
    targets, rows, groups = (
        np.concatenate([part[name] for part in parts]) for name in ("targets", scores, "groups")
    )
    if rows.shape[1] != len(classes):
        raise ConfigError(
            f"{run}: {len(classes)} classes in {RUN}, but answers for {rows.shape[1]}; "
            "train again in another --out"
        )
    ask = doubted_sets if multilabel else doubted_clips
    try:
        doubted = ask(names, targets, rows, [str(group) for group in groups], classes)
    except ModuleNotFoundError as error:
        raise missing_extra(error, "looking for wrong labels") from error
    return LabelErrors(run, tuple(doubted), len(names), of, classes)


def tell_label_errors(run: Path, watcher: Watcher) -> None:
    """Look for wrong labels at the end of a training, and say what was found in a line.

    Whatever goes wrong here is told and no more: the training is done and kept.
    """
    try:
        found = find_label_errors(run)
        path = found.write()
    except (EarmarkError, OSError, ValueError) as error:
        watcher.message(f"wrong labels were not looked for: {error}")
    else:
        where = f": listen to them, worst first in {path}" if found.doubted else ""
        watcher.message(f"labels: {found.line}{where}")


def _read_run(run: Path) -> dict[str, Any]:
    path = run / RUN
    if not path.is_file():
        above = run.parent / RUN
        hint = (
            f"did you mean {run.parent}?" if above.is_file() else "a run is what train --out names"
        )
        what = "no such folder" if not run.is_dir() else f"not a training run, it has no {RUN}"
        raise ConfigError(f"{run}: {what}; {hint}")
    try:
        values: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(values["clips"], int) or not isinstance(values["classes"], dict):
            raise TypeError("'clips' and 'classes' are not as train writes them")
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ConfigError(f"{path}: not readable: {error}; take a fresh copy of the run") from error
    if "recordings" in values:
        raise ConfigError(
            f"{run}: a detector was trained there, and labels is of classifiers; listen to its "
            "answers by earmark detect, and mend label files for train --corrections"
        )
    return values


def _places(run: Path) -> list[Path]:
    """The folders with finished answers: the run itself, or those of its folds in their order."""
    if (run / ANSWERS).is_file():
        return [run]
    try:
        splits = json.loads((run / RUN).read_text(encoding="utf-8"))["splits"]
        folders = [run / split["name"].split(" (")[0].replace(" ", "-") for split in splits]
    except (KeyError, TypeError, AttributeError) as error:
        raise ConfigError(f"{run / RUN}: not as train writes it: {error}") from error
    return [folder for folder in folders if (folder / ANSWERS).is_file()]


def _names(path: Path) -> list[str]:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return [row["name"] for row in csv.DictReader(file)]
    except (OSError, KeyError, ValueError) as error:
        raise ConfigError(f"{path}: not readable: {error}; take a fresh copy of the run") from error
