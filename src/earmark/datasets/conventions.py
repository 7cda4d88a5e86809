"""Well-known file names that say which recording, source or speaker a clip comes from.

A random split of these sets is worth 10 to 30 points too many, and the user need not know why:
where every name follows one convention, its groups and official folds are used and named.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath


@dataclass(frozen=True)
class Convention:
    """One way of naming files."""

    name: str
    """The set it is known from."""
    form: str
    """The name's fields, in words."""
    stem: re.Pattern[str]
    """Matches a whole file name without suffix; has the group `group` and maybe `fold`."""
    path_fold: re.Pattern[str] | None = None
    """Searched in the path for `fold`, where the fold is a folder."""

    @property
    def has_folds(self) -> bool:
        """Whether it tells official folds."""
        return "fold" in self.stem.groupindex or self.path_fold is not None

    @property
    def words(self) -> str:
        """The evidence, for the report."""
        return f"file names: {self.form} ({self.name})"


@dataclass(frozen=True)
class Recognised:
    """A convention every clip follows: group of each clip, and fold of each if there are any."""

    convention: Convention
    groups: tuple[str, ...]
    folds: tuple[str, ...] | None


@dataclass(frozen=True)
class Nearly:
    """A convention most names follow, and those that do not."""

    convention: Convention
    strangers: tuple[str, ...]
    groups: tuple[str | None, ...]
    """Of each clip; None for the strangers."""


CONVENTIONS = (
    Convention(
        "ESC-10 / ESC-50",
        "fold-source-take",
        re.compile(r"(?P<fold>[1-5])-(?P<group>[0-9]+)-[A-Z](-[0-9]+)?"),
    ),
    Convention(
        "Free Spoken Digits",
        "digit_speaker_index",
        re.compile(r"[0-9]_(?P<group>[^\W\d_]+)_[0-9]+"),
    ),
    Convention(
        # Numbers without leading zeros, or a date (2024-01-02-03) would pass for a source.
        "UrbanSound8K",
        "source-class-occurrence-slice",
        re.compile(r"(?P<group>[1-9][0-9]*)-[0-9]-(0|[1-9][0-9]*)-(0|[1-9][0-9]*)"),
        path_fold=re.compile(r"(?:^|/)fold(?P<fold>[0-9]+)/"),
    ),
    Convention(
        "Speech Commands",
        "speaker_nohash_index",
        re.compile(r"(?P<group>[0-9a-f]+)_nohash_[0-9]+"),
    ),
    Convention(
        # Albums-Cafe_Paradiso-05 is of Albums-Cafe_Paradiso, Media-103402 of Media-1034.
        "Ballroom",
        "CD and track",
        re.compile(r"(?P<group>Albums-\w+(?=-)|Media-[0-9]{4}(?=[0-9]))-?[0-9]{2}"),
    ),
)

NEARLY = 0.9  # share of names from which a stranger among them is worth a word; by judgement


def recognise(names: Sequence[str]) -> Recognised | Nearly | None:
    """The convention that all file names (posix paths) follow, or one that most of them do."""
    nearly: Nearly | None = None
    for convention in CONVENTIONS:
        stems = [convention.stem.fullmatch(PurePosixPath(name).stem) for name in names]
        matches = [match for match in stems if match is not None]
        if matches and len(matches) == len(names):
            groups = tuple(match["group"] for match in matches)
            return Recognised(convention, groups, _folds(convention, names, matches))
        if len(matches) >= NEARLY * len(names):
            strangers = [n for n, match in zip(names, stems, strict=True) if match is None]
            groups = tuple(None if match is None else match["group"] for match in stems)
            nearly = nearly or (Nearly(convention, tuple(strangers), groups) if matches else None)
    return nearly


def _folds(
    convention: Convention, names: Sequence[str], matches: Sequence[re.Match[str]]
) -> tuple[str, ...] | None:
    if "fold" in convention.stem.groupindex:
        return tuple(match["fold"] for match in matches)
    if convention.path_fold is None:
        return None
    found = [convention.path_fold.search(name) for name in names]
    folds = tuple(match["fold"] for match in found if match is not None)
    return folds if len(folds) == len(names) else None
