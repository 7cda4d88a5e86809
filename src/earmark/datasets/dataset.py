"""A dataset: labelled clips in a stable order, what belongs together, and what was skipped."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Self

import numpy as np
import numpy.typing as npt

from earmark.datasets.clip import Clip, Problem
from earmark.datasets.feature_files import FeatureFormat
from earmark.datasets.feature_table import FeatureTable, feature_format, read_features
from earmark.datasets.folder import scan_folder
from earmark.datasets.grouping import Grouped, with_groups
from earmark.datasets.layout import missing, picture
from earmark.datasets.rows import clips_of
from earmark.datasets.table import is_table, read_table
from earmark.datasets.trainable import require_events, require_trainable
from earmark.datasets.words import examples
from earmark.errors import DatasetError


@dataclass(frozen=True)
class Dataset:
    """Clips sorted by name, so that targets, groups and splits are the same on every machine.

    `groups` (of the constructors): None takes a table's column 'group' or a well-known convention
    of file names; else 'column:NAME', 'parent', 'none', or a regular expression searched in each
    clip's name whose first capture group (or the one named `group`) is the group.
    """

    root: Path
    clips: tuple[Clip, ...]
    problems: tuple[Problem, ...] = ()
    group_source: str | None = None
    """Where the groups come from, in words; None: each file is its own group."""
    fold_source: str | None = None
    """Where the official folds come from, in words; None: there are none."""
    features: FeatureTable | None = None
    """The clips' features, where these were read and not their sound; None: the sound is there."""
    strong: bool = False
    """Clips are recordings with events, for a detector: one may have no label at all."""
    fewest_classes: int = 2
    """What training needs: a detector makes do with 1, which silence is told from."""

    @classmethod
    def open(cls, path: Path | str, *, groups: str | None = None) -> Self:
        """A folder or a table, of sounds or of features, by what it is.

        Raises DatasetError if it is neither.
        """
        place = Path(path)
        if place.is_dir():
            return cls.from_folder(place, groups=groups)
        if is_table(place):
            return cls.from_table(place, groups=groups)
        if not place.exists():
            raise missing(place)
        raise DatasetError(
            f"'{place}' is neither a folder nor a CSV or Parquet table. {picture(place.parent)}"
        )

    @classmethod
    def from_folder(cls, directory: Path | str, *, groups: str | None = None) -> Self:
        """Each first-level folder is a label; sounds at any depth below it are its clips.

        A folder without sounds but with JSON files is read as features, see `from_features`.

        Raises DatasetError: no such folder, or no labelled sound; ConfigError: bad `groups`.
        """
        root = Path(directory)
        if root.is_dir() and (kind := feature_format(root)):
            return cls._of_features(root, kind, groups)
        clips, problems = scan_folder(root)
        return cls._of(root, problems, with_groups(clips, groups))

    @classmethod
    def from_table(cls, file: Path | str, *, groups: str | None = None) -> Self:
        """CSV (comma, semicolon or tab; UTF-8) or Parquet: path, label, maybe group, fold, onset,
        offset (seconds). Relative paths are relative to the table's folder. A column `labels` in
        place of `label`, with `;` between several, makes a multi-label dataset.

        A table with a column of features is read as such, see `from_features`.

        Raises DatasetError: unreadable, a column missing, no good row; ConfigError: bad `groups`.
        """
        if kind := feature_format(Path(file)):
            return cls._of_features(Path(file), kind, groups)
        table = read_table(Path(file))
        clips, rows, problems = clips_of(table)
        grouped = with_groups(clips, groups, rows=rows, columns=table.columns)
        return cls._of(table.file.parent, problems, grouped)

    @classmethod
    def from_features(cls, path: Path | str, *, groups: str | None = None) -> Self:
        """What `earmark extract` wrote as CSV or Parquet, or as JSON in a folder, read back.

        The CSV has the columns `category` and one named by the front-end, such as `mfcc`. JSON may
        be Essentia's own, its folders the labels. A row that is wrong becomes a problem.

        Raises DatasetError: no such file, not of features, or no good row; ConfigError: bad
        `groups`.
        """
        place = Path(path)
        kind = feature_format(place)
        if kind is None:
            if not place.exists():
                raise missing(place)
            raise DatasetError(
                f"'{place}' holds no features. What does: a CSV with the columns category and the "
                "front-end's name, a Parquet file of earmark extract, or a folder of JSON files "
                "with lowLevel.mfcc"
            )
        return cls._of_features(place, kind, groups)

    @classmethod
    def _of_features(cls, path: Path, kind: FeatureFormat, groups: str | None) -> Self:
        grouped, problems, features = read_features(path, kind, groups)
        return replace(cls._of(path, problems, grouped), features=features)

    @classmethod
    def _of(cls, root: Path, problems: Sequence[Problem], grouped: Grouped) -> Self:
        every = (*problems, *grouped.problems, *similar_labels(grouped.clips))
        return cls(root, grouped.clips, every, grouped.group_source, grouped.fold_source)

    def __len__(self) -> int:
        return len(self.clips)

    @property
    def multilabel(self) -> bool:
        """Whether a clip may have several labels."""
        return bool(self.clips) and self.clips[0].labels is not None

    @cached_property
    def classes(self) -> tuple[str, ...]:
        """The labels, sorted."""
        return tuple(sorted({label for clip in self.clips for label in clip.tags}))

    @property
    def class_counts(self) -> dict[str, int]:
        """Clips of each class, in the order of `classes`."""
        counts = Counter(label for clip in self.clips for label in clip.tags)
        return {label: counts[label] for label in self.classes}

    @property
    def targets(self) -> npt.NDArray[np.int64]:
        """Index into `classes` of each clip, (clips,); of a multi-label dataset 1 for each label
        that a clip has and else 0, (clips, classes)."""
        index = {label: i for i, label in enumerate(self.classes)}
        if self.multilabel:
            matrix = np.zeros((len(self.clips), len(index)), dtype=np.int64)
            for row, clip in zip(matrix, self.clips, strict=True):
                row[[index[label] for label in clip.tags]] = 1
            return matrix
        return np.array([index[clip.label] for clip in self.clips], dtype=np.int64)

    @property
    def groups(self) -> npt.NDArray[np.str_]:
        """Group of each clip, (clips,); a clip without one has its file's name."""
        return np.array([clip.group or clip.file_name for clip in self.clips], dtype=np.str_)

    def subset(
        self, indices: Sequence[int] | npt.NDArray[np.integer] | npt.NDArray[np.bool_]
    ) -> Self:
        """The clips at `indices` (or where a mask is true), still sorted by name.

        `classes` and `targets` of a subset are its own: a class left out shifts the others.
        """
        chosen = np.asarray(indices)
        if chosen.dtype == np.bool_:
            if chosen.shape != (len(self.clips),):
                raise DatasetError(
                    f"a mask of shape {chosen.shape} does not fit {len(self.clips)} clips"
                )
            chosen = np.flatnonzero(chosen)
        order = sorted(int(i) for i in chosen)
        if order and not 0 <= order[0] <= order[-1] < len(self.clips):
            raise DatasetError(
                f"clip indices must be from 0 to {len(self.clips) - 1}; "
                f"got {order[0]} to {order[-1]}"
            )
        if len(set(order)) < len(order):
            raise DatasetError("a clip can be in a subset only once; got an index twice")
        features = None if self.features is None else self.features.subset(order)
        return replace(self, clips=tuple(self.clips[i] for i in order), features=features)

    def require_sounds(self, what: str) -> None:
        """Raise DatasetError, saying `what` needs them, if there are features and no sounds."""
        if self.features is not None:
            raise DatasetError(
                f"{what} needs the sounds themselves, and '{self.root}' holds features: give the "
                "folder or the table of the sounds they were made of"
            )

    def check_trainable(self) -> None:
        """Raise DatasetError if no honest training is possible: see `require_trainable`."""
        if self.strong:
            require_events(self.root, self.clips)
        else:
            require_trainable(self.root, self.clips, self.group_source, self.fewest_classes)


def similar_labels(clips: Sequence[Clip]) -> list[Problem]:
    """Labels that differ only in case are most often one class typed twice."""
    by_folded: dict[str, set[str]] = {}
    for clip in clips:
        for label in clip.tags:
            by_folded.setdefault(label.casefold(), set()).add(label)
    return [
        Problem("similar labels", "", f"{examples(sorted(same))} are taken as {len(same)} classes")
        for _, same in sorted(by_folded.items())
        if len(same) > 1
    ]
