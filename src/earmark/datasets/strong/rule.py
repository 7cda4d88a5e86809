"""The group of a recording that comes later, by the rule that gave the others theirs."""

import re
from collections.abc import Callable, Mapping, Sequence

from earmark.datasets.clip import Clip
from earmark.datasets.conventions import Recognised, recognise
from earmark.datasets.grouping import GUESSED, UNGROUPED, with_groups
from earmark.datasets.guesses import guess_groups
from earmark.datasets.strong.collection import StrongDataset, clip_of
from earmark.datasets.strong.rows import Row
from earmark.errors import ConfigError

Rule = Callable[[Clip, Mapping[str, str]], str | None]
"""The group of a recording with what a table says of it in other columns; None: it tells none."""

_COLUMN = re.compile(r"column '(.*)'")


def rule_of(recordings: StrongDataset | None) -> Rule:
    """How the groups of recordings came about, to be asked of others.

    So that a new recording of a place that is in the test part is known to be of that place.
    """
    source = None if recordings is None else recordings.group_source
    if recordings is None or source in (None, UNGROUPED):
        return lambda clip, cells: cells.get("group") if source is None else None
    if column := _COLUMN.fullmatch(str(source)):
        return lambda clip, cells: cells.get(column[1])
    option = recordings.group_option
    if option is None and str(source).startswith(GUESSED):
        columns = (recordings.paths, recordings.names, recordings.events)
        clips = [clip_of(*each) for each in zip(*columns, strict=True)]
        option = next((guess.option for guess in guess_groups(clips)), None)
    if option is None:
        return lambda clip, cells: _by_convention(clip, str(source))
    return lambda clip, cells: _by_option(clip, str(option))


def _by_convention(clip: Clip, source: str) -> str | None:
    known = recognise([clip.name])
    if isinstance(known, Recognised) and known.convention.words == source:
        return known.groups[0]
    return None


def _by_option(clip: Clip, option: str) -> str | None:
    try:
        return with_groups([clip], option).clips[0].group
    except ConfigError:  # it does not fit this name
        return None


def fold_of(group: str, rows: Sequence[Row]) -> str | None:
    """The official fold of a group that is there already; None: it is new, or in several."""
    folds = {row.fold for row in rows if row.group == group}
    return folds.pop() if len(folds) == 1 else None
