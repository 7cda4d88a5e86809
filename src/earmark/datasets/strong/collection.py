"""Recordings with events: a folder of sounds and the label files that tell what is in them."""

import os
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Self

import numpy as np
import numpy.typing as npt

from earmark.datasets.clip import Clip, Problem
from earmark.datasets.dataset import similar_labels
from earmark.datasets.grouping import with_groups
from earmark.datasets.layout import missing
from earmark.datasets.strong.discover import Labelled, find_label_files, read_labelled
from earmark.datasets.strong.event import Annotations, Event
from earmark.datasets.strong.files import label_files_below
from earmark.datasets.strong.formats.format import LABEL_FORMATS
from earmark.datasets.strong.recordings import no_sound
from earmark.datasets.strong.sounds import Sounds
from earmark.datasets.strong.tidy import tidy
from earmark.datasets.table import Row
from earmark.datasets.words import count, examples, one_spelling, without_path
from earmark.errors import AudioError, DatasetError


@dataclass(frozen=True)
class StrongDataset:
    """Recordings sorted by name, and the events of each; none at all is an empty scene."""

    root: Path
    names: tuple[str, ...]
    """Posix paths below `root`, the same on every machine."""
    paths: tuple[Path, ...]
    events: tuple[tuple[Event, ...], ...]
    """Of each recording, within its length; those of one label do not overlap."""
    durations_s: tuple[float, ...]
    groups: tuple[str, ...]
    """Recordings of one group are never parted by a split; one without has its own name."""
    group_source: str | None
    """Where the groups come from, in words; None: each recording is its own."""
    fold: tuple[str | None, ...]
    """The official fold of each, or None of all."""
    fold_source: str | None
    problems: tuple[Problem, ...] = ()
    group_option: str | None = None
    """How groups were asked for, so that recordings which come later get theirs the same way."""

    def __len__(self) -> int:
        return len(self.names)

    @cached_property
    def classes(self) -> tuple[str, ...]:
        """Every label that occurs, sorted."""
        return tuple(sorted({event.label for events in self.events for event in events}))

    @property
    def annotations(self) -> Mapping[str, tuple[Event, ...]]:
        """The events by the recording's name."""
        return dict(zip(self.names, self.events, strict=True))

    def subset(
        self, indices: Sequence[int] | npt.NDArray[np.integer] | npt.NDArray[np.bool_]
    ) -> Self:
        """The recordings at `indices` (or where a mask is true), still sorted by name.

        `classes` of a subset are its own. Raises DatasetError: an index twice or out of range.
        """
        chosen = np.asarray(indices)
        if chosen.dtype == np.bool_:
            if chosen.shape != (len(self),):
                raise DatasetError(
                    f"a mask of shape {chosen.shape} does not fit {len(self)} recordings"
                )
            chosen = np.flatnonzero(chosen)
        order = sorted(int(index) for index in chosen)
        if order and not 0 <= order[0] <= order[-1] < len(self):
            raise DatasetError(
                f"indices of recordings must be from 0 to {len(self) - 1}; "
                f"got {order[0]} to {order[-1]}"
            )
        if len(set(order)) < len(order):
            raise DatasetError("a recording can be in a subset only once; got an index twice")
        return replace(
            self,
            names=tuple(self.names[i] for i in order),
            paths=tuple(self.paths[i] for i in order),
            events=tuple(self.events[i] for i in order),
            durations_s=tuple(self.durations_s[i] for i in order),
            groups=tuple(self.groups[i] for i in order),
            fold=tuple(self.fold[i] for i in order),
        )


def open_recordings(
    folder: str | os.PathLike[str],
    labels: str | os.PathLike[str] | None = None,
    groups: str | None = None,
    format: str | None = None,  # noqa: A002
) -> StrongDataset:
    """Recordings below a folder with the events that label files tell of.

    Left out, each told as a Problem: a recording that cannot be read, one that no label file names
    (nobody said it is empty), labels of a sound that is not there, what `tidy` mends.

    Args:
        folder: the sounds; or a label file, whose folder is meant.
        labels: a label file or a folder of them; None: those that lie in `folder`, but for a
            detector's answers (all events with scores), which nobody has looked at.
        groups: as of `Dataset`; a table's column 'group' is taken unasked, as is 'fold'.
        format: the kind of the label files; None: each is known by its content.
    Raises:
        DatasetError: no such folder, no label, no sound that is labelled, no event at all.
        ConfigError: `groups` or `format` unknown, or not fit for the recordings.
    """
    root, given = Path(folder), None if labels is None else Path(labels)
    only = None if format is None else LABEL_FORMATS[format]()
    for place in filter(None, (root, given)):
        if not place.exists():
            raise missing(place)
    if not root.is_dir():
        root, given = root.parent, given or root
    sounds = Sounds(root)
    if not sounds.paths:
        raise DatasetError(f"no sound below '{root}'; give the folder with the recordings")
    inside = set(sounds.paths)
    problems: list[Problem] = []
    if given is None:
        files = find_label_files(root)
        if only is not None:
            files = [path for path in files if path.name.lower().endswith(only.suffixes)]
    else:
        files = label_files_below(given, only) if given.is_dir() else [given]
    base = given if given is not None and given.is_dir() else None
    found = []
    for path in files:
        told: list[Problem] = []
        each = read_labelled(path, sounds, only, told, base)
        if each is not None and given is None and each.is_answer:
            problems.append(_answers(each))
            continue
        problems += told
        found += [] if each is None else [each]
    if not any(each.annotations for each in found):
        raise _no_labels(root, given, problems)
    joined = join_labelled(found, problems)
    if not joined.events:
        raise no_sound((name for each in found for name in each.annotations), root)
    unlabelled = sorted(inside - set(joined.events))
    if unlabelled:
        detail = (
            f"{count(len(unlabelled), 'sound')} that no label file names, left out: "
            f"{examples(unlabelled)}. If nothing is heard in one, say so: an empty label track, "
            "or a row of a table with the file alone"
        )
        problems.append(Problem("not labelled", "", detail))
    heard = with_durations(joined, sounds.paths, problems)
    return _grouped(root, heard, sounds.paths, groups, problems)


def _answers(labelled: Labelled) -> Problem:
    detail = (
        "every event has a score, as a detector's answers have; left out, as nobody has looked at "
        "them. If somebody has, name the file as the labels"
    )
    return Problem("answers", labelled.source, detail)


def join_labelled(found: Iterable[Labelled], problems: list[Problem]) -> Annotations:
    """Label files as annotations of sounds; events of a sound that has several are joined."""
    events: dict[str, list[Event]] = {}
    sources: dict[str, list[str]] = {}
    cells: dict[str, dict[str, str]] = {}
    for each in found:
        for name, sound in each.sounds.items():
            known = events.setdefault(sound, [])
            known += [event for event in each.annotations[name] if event not in known]
            sources.setdefault(sound, []).append(each.source)
            cells[sound] = {**each.annotations.cells.get(name, {}), **cells.get(sound, {})}
    for sound, files in sources.items():
        if len(files) > 1:
            detail = f"labelled in {examples(dict.fromkeys(files))}; the events are joined"
            problems.append(Problem("labelled twice", sound, detail))
    kept = {sound: tuple(events[sound]) for sound in sorted(events)}
    return Annotations(kept, cells=cells)


def with_durations(
    annotations: Annotations, paths: Mapping[str, Path], problems: list[Problem]
) -> Annotations:
    """Tidied by the lengths of the sounds themselves; one that cannot be read is left out."""
    from earmark.audio import probe

    def length_s(name: str) -> float | AudioError:
        try:
            return probe(paths[name]).duration_s
        except AudioError as error:
            return error

    names = list(annotations)
    with ThreadPoolExecutor() as pool:
        lengths = dict(zip(names, pool.map(length_s, names), strict=True))
    durations: dict[str, float] = {}
    for name, length in lengths.items():
        if isinstance(length, AudioError):
            detail = without_path(str(length), paths[name])
            problems.append(Problem("unreadable", name, detail))
        else:
            durations[name] = length
    kept = {name: annotations[name] for name in durations}
    fit = tidy(Annotations(kept, durations, cells=annotations.cells))
    problems += fit.problems
    return fit


def _grouped(
    root: Path,
    heard: Annotations,
    paths: Mapping[str, Path],
    option: str | None,
    problems: list[Problem],
) -> StrongDataset:
    names = sorted(heard)
    if not names:
        first = next(p for p in problems if p.kind == "unreadable")
        raise DatasetError(
            f"none of the labelled recordings below '{root}' can be read; the first: {first.path}: "
            f"{first.detail}"
        )
    if not heard.count:
        raise DatasetError(
            f"not one event in {count(len(names), 'labelled recording')} below '{root}'"
            f"{_first(problems)}; a detector needs some to learn from"
        )
    cells = [heard.cells.get(name, {}) for name in names]
    clips = [
        clip_of(paths[name], name, heard[name], each.get("group"), each.get("fold"))
        for name, each in zip(names, cells, strict=True)
    ]
    columns = sorted({column for each in cells for column in each})
    rows = [Row(name, dict(each)) for name, each in zip(names, cells, strict=True)]
    grouped = with_groups(clips, option, rows=rows, columns=columns)
    problems += [*grouped.problems, *similar_labels(grouped.clips)]
    return StrongDataset(
        root,
        tuple(names),
        tuple(clip.path for clip in grouped.clips),
        tuple(heard[name] for name in names),
        tuple(heard.durations_s[name] for name in names),
        tuple(clip.group or clip.name for clip in grouped.clips),
        grouped.group_source,
        tuple(clip.fold for clip in grouped.clips),
        grouped.fold_source,
        tuple(problems),
        option,
    )


def clip_of(
    path: Path,
    name: str,
    events: Iterable[Event],
    group: str | None = None,
    fold: str | None = None,
) -> Clip:
    """A recording as a clip of the labels that are heard in it, maybe none."""
    labels = tuple(sorted({event.label for event in events}))
    return Clip(path, name, ";".join(labels), group=group, fold=fold, labels=labels)


def _no_labels(root: Path, given: Path | None, problems: Sequence[Problem]) -> DatasetError:
    where = f"in '{given}'" if given is not None else f"beside the sounds in '{root}'"
    return DatasetError(
        f"no labels {where}{_first(problems)}. A detector needs to be told what is heard when: a "
        "table with the columns file, onset_s, offset_s and label, or a label track of Audacity "
        "for each recording (a.txt for a.wav), or Raven, JAMS or DESED's TSV"
    )


def _first(problems: Sequence[Problem]) -> str:
    """The first problems, in an error that they may explain."""
    told = [f"{problem.path}: {problem.detail}" for problem in problems[:2] if problem.path]
    return f" ({one_spelling('; '.join(told))})" if told else ""
