"""Clips whose features are at hand in place of their sound: read back from feature files."""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from earmark.datasets.clip import Clip, Problem
from earmark.datasets.feature_files import FORMATS, FeatureFormat
from earmark.datasets.grouping import Grouped, with_groups
from earmark.datasets.rows import repeated
from earmark.datasets.table import Row
from earmark.errors import ConfigError, DatasetError
from earmark.features import Frontend
from earmark.features.cache import Rows, features_digest
from earmark.features.extract import FeatureStore
from earmark.features.rows_file import RowsFile


@dataclass(frozen=True)
class _Kept:
    """What stays in memory of a row; its features are in a file."""

    clip: Clip
    row: Row
    rows: Rows
    digest: str


@dataclass(frozen=True, eq=False)
class FeatureTable:
    """Features of the clips of a dataset, in their order, and what they are."""

    source: Path
    frontend: Frontend
    store: FeatureStore

    def subset(self, indices: Sequence[int]) -> "FeatureTable":
        """The features of some of the clips, in the order given."""
        return dataclasses.replace(self, store=self.store.subset(indices))

    def check(self, frontend: str | None, rate_hz: int | None) -> None:
        """Raise ConfigError where another front-end or rate is asked for than is in the table."""
        have = self.frontend
        for option, asked, there in (
            ("frontend", frontend, have.name),
            ("rate_hz", rate_hz, have.rate_hz),
        ):
            if asked is not None and asked != there:
                raise ConfigError(
                    f"{option} must be {there} as in '{self.source}', got {asked}: that table "
                    f"holds features ({have.name} at {have.rate_hz} Hz) and no sound. Leave the "
                    "option away, or give the sounds themselves"
                )


def feature_format(path: Path) -> FeatureFormat | None:
    """The kind of feature file that `path` is, if it is one."""
    kinds = (FORMATS[name]() for name in FORMATS)
    return next((kind for kind in kinds if kind.recognises(path)), None)


def read_features(
    path: Path, kind: FeatureFormat, groups: str | None = None
) -> tuple[Grouped, list[Problem], FeatureTable]:
    """The clips of a feature file, sorted by name, what was skipped, and their features.

    DatasetError: unreadable, or not one good row; ConfigError: bad `groups`.
    """
    problems: list[Problem] = []
    by_name: dict[str, list[_Kept]] = {}
    file: RowsFile | None = None
    frontend: Frontend | None = None
    for item in kind.read(path):
        if isinstance(item, Problem):
            problems.append(item)
            continue
        name = item.clip.name
        if frontend is None:
            frontend, file = item.frontend, RowsFile(item.frontend.bins)
        assert file is not None
        if item.frontend != frontend:
            detail = (
                f"{item.row.place}: made by {_named(item.frontend)}, "
                f"the others by {_named(frontend)}"
            )
            problems.append(Problem("other front-end", name, detail))
            continue
        digest = item.digest or features_digest(item.features)
        kept = _Kept(item.clip, item.row, file.append(item.features), digest)
        by_name.setdefault(name, []).append(kept)
    good: list[_Kept] = []
    for name, same in sorted(by_name.items()):
        if len(same) > 1:
            problems.append(repeated(name, [(item.clip, item.row) for item in same]))
        if len({item.clip.label for item in same}) == 1:
            good.append(same[0])
    if not good or frontend is None or file is None:
        told = "; ".join(f"{problem.path}: {problem.detail}" for problem in problems[:3])
        raise DatasetError(f"'{path}' has no row of features that can be used: {told or 'no rows'}")
    clips = [item.clip for item in good]
    grouped = with_groups(
        clips,
        groups,
        rows=[item.row for item in good],
        columns=sorted({column for item in good for column in item.row.cells}),
    )
    store = FeatureStore(
        array=file.array(),
        rows=[item.rows for item in good],
        digests=[item.digest for item in good],
    )
    return grouped, problems, FeatureTable(path, frontend, store)


def _named(frontend: Frontend) -> str:
    return f"{frontend.name} ({frontend.rate_hz} Hz, {frontend.bins} bins)"
