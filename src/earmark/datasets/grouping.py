"""Which clips belong together: from a column, the parent folder, a pattern, or the file names."""

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from earmark.datasets.clip import Clip, Problem
from earmark.datasets.conventions import Nearly, Recognised, recognise
from earmark.datasets.guesses import guess_groups
from earmark.datasets.guesses.candidates import below_label
from earmark.datasets.table import Row
from earmark.datasets.words import clean_label, count, examples
from earmark.errors import ConfigError

FORMS = (
    "'column:NAME' (a table's column), 'parent' (the folder below the label), 'tag:artist' or "
    "'tag:album', 'none', or a regular "
    r"expression with one capture group, such as '_([a-z]+)_\d+'"
)

GUESSED = "guessed from "
UNGROUPED = "none: every file is its own group"


@dataclass(frozen=True)
class Grouped:
    """Clips with their groups and folds, and where these come from in words."""

    clips: tuple[Clip, ...]
    problems: tuple[Problem, ...]
    group_source: str | None
    fold_source: str | None


def with_groups(
    clips: Sequence[Clip],
    option: str | None = None,
    *,
    rows: Sequence[Row] = (),
    columns: Sequence[str] = (),
) -> Grouped:
    """Give each clip its group: as `option` says, else a group column, else the file names: a known
    convention, or a strong guess.

    `rows` are the clips' table rows, `columns` the table's columns; none for a folder. Raises
    ConfigError for an option that is unknown or does not fit the clips.
    """
    known = recognise([clip.file_name for clip in clips])
    problems: list[Problem] = []
    folds, fold_source = _folds(clips, known, problems)
    groups: list[str | None]
    source: str | None
    if option is not None:
        groups, source = _by_option(clips, option, rows, columns)
    elif any(clip.group for clip in clips):
        groups, source = [clip.group for clip in clips], "column 'group'"
    elif isinstance(known, Recognised):
        groups, source = list(known.groups), known.convention.words
    elif isinstance(known, Nearly):
        groups, source = list(known.groups), known.convention.words
        problems.append(_nearly(known))
    else:
        groups, source = [None] * len(clips), None
        if (guesses := guess_groups(clips)) and guesses[0].strong:
            groups, source = list(guesses[0].groups), GUESSED + guesses[0].source
    told = isinstance(known, Nearly) and groups == list(known.groups)
    lone = [clip.name for clip, group in zip(clips, groups, strict=True) if group is None]
    if source is not None and lone and option != "none" and not told:
        detail = f"{count(len(lone), 'clip')} without a group, each on its own: {examples(lone)}"
        problems.append(Problem("missing group", "", detail))
    grouped = tuple(
        replace(clip, group=group, fold=fold)
        for clip, group, fold in zip(clips, groups, folds, strict=True)
    )
    return Grouped(grouped, tuple(problems), source, fold_source)


def _folds(
    clips: Sequence[Clip], known: Recognised | Nearly | None, problems: list[Problem]
) -> tuple[list[str | None], str | None]:
    """The official fold of each clip: all have one, or none is used."""
    lacking = [clip.name for clip in clips if clip.fold is None]
    if not lacking:
        return [clip.fold for clip in clips], "column 'fold'"
    if len(lacking) < len(clips):
        detail = (
            f"{count(len(lacking), 'clip')} without a fold, so no fold is used: {examples(lacking)}"
        )
        problems.append(Problem("missing fold", "", detail))
    elif isinstance(known, Recognised) and known.folds is not None:
        return list(known.folds), known.convention.words
    return [None] * len(clips), None


def _nearly(known: Nearly) -> Problem:
    detail = (
        f"the {known.convention.words} name the groups, but not of "
        f"{count(len(known.strangers), 'clip')}, each on its own: {examples(known.strangers)}. "
        + ("The official folds are not used. " if known.convention.has_folds else "")
        + "Rename or remove these, or give groups"
    )
    return Problem("convention not followed", "", detail)


def _by_option(
    clips: Sequence[Clip], option: str, rows: Sequence[Row], columns: Sequence[str]
) -> tuple[list[str | None], str]:
    wanted = option.strip()
    if wanted == "none":
        return [None] * len(clips), UNGROUPED
    if wanted == "parent":
        return _by_parent(clips), "parent folder"
    if wanted.lower().startswith("column:"):
        return _by_column(wanted.partition(":")[2], rows, columns)
    if wanted.lower().startswith("tag:"):
        return _by_tag(clips, wanted.partition(":")[2].strip().lower())
    if wanted.lower() in columns:
        return _by_column(wanted, rows, columns)
    return list(_by_pattern(clips, wanted, columns)), f"pattern '{wanted}'"


def _by_column(
    name: str, rows: Sequence[Row], columns: Sequence[str]
) -> tuple[list[str | None], str]:
    column = name.strip().lower()
    if not columns:
        raise ConfigError(f"groups 'column:{name}' needs a table; a folder has no columns: {FORMS}")
    if column not in columns:
        near = difflib.get_close_matches(column, columns, n=1)
        hint = f"; did you mean '{near[0]}'?" if near else ""
        raise ConfigError(
            f"groups: the table has no column '{name}'{hint} It has: {', '.join(columns)}"
        )
    return [clean_label(row.cells.get(column, "")) or None for row in rows], f"column '{column}'"


def _by_parent(clips: Sequence[Clip]) -> list[str | None]:
    """The folders between the label's and the file: 'dog/park3/1.wav' is of group 'park3'."""
    groups = [below_label(clip) or None for clip in clips]
    if not any(groups):
        raise ConfigError(
            "groups 'parent' wants a folder a recording, DIR/label/recording/clip.wav; all files "
            f"are directly in their label's folder, such as {examples([clips[0].name])}"
        )
    return groups


def _by_tag(clips: Sequence[Clip], name: str) -> tuple[list[str | None], str]:
    """The artist or the album that stands in the files themselves."""
    from earmark.datasets.guesses.tags import TAGS, read_tags

    if name not in TAGS:
        raise ConfigError(f"groups 'tag:{name}' is none of: {', '.join(f'tag:{t}' for t in TAGS)}")
    groups = [read_tags(clip.path).get(name) for clip in clips]
    if not any(groups):
        raise ConfigError(
            f"groups 'tag:{name}': not one of {count(len(clips), 'clip')} has that tag, such as "
            f"{examples([clips[0].name])}; other ways: {FORMS}"
        )
    return groups, f"tag '{name}'"


def _by_pattern(clips: Sequence[Clip], text: str, columns: Sequence[str]) -> list[str]:
    plain = not re.search(r"[\\^$.|?*+()\[\]{}]", text)
    if plain:
        here = f" (columns here: {', '.join(columns)})" if columns else ""
        raise ConfigError(f"groups '{text}' is none of: {FORMS}{here}")
    try:
        pattern = re.compile(text)
    except re.error as error:
        where = "" if error.pos is None else f" at position {error.pos}"
        raise ConfigError(
            f"groups '{text}' is no regular expression{where}: {error.msg}"
        ) from error
    if not pattern.groups:
        raise ConfigError(
            f"groups '{text}' has no capture group: put brackets round the part of the name that "
            r"is the group, such as '_([a-z]+)_\d+'"
        )
    which: str | int = "group" if "group" in pattern.groupindex else 1
    found = [pattern.search(clip.name) for clip in clips]
    groups = [clean_label(match[which] or "") if match else "" for match in found]
    strangers = [clip.name for clip, group in zip(clips, groups, strict=True) if not group]
    if strangers:
        raise ConfigError(
            f"groups '{text}' does not match {len(strangers)} of {count(len(clips), 'clip')}: "
            f"{examples(strangers)}"
        )
    return groups
