"""Corrected label files go back among the recordings, each sound once, no group parted."""

import difflib
import os
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from earmark.datasets.clip import Clip, Problem
from earmark.datasets.layout import missing
from earmark.datasets.strong.collection import StrongDataset, with_durations
from earmark.datasets.strong.event import Annotations, Event
from earmark.datasets.strong.files import label_files_below, read_label_file
from earmark.datasets.strong.finder import Finder
from earmark.datasets.strong.rows import Row, rows_of, with_rows
from earmark.datasets.strong.rule import fold_of, rule_of
from earmark.datasets.words import count, examples, one_spelling
from earmark.errors import DatasetError
from earmark.features.cache import content_digest


@dataclass(frozen=True)
class Corrected:
    """Recordings with corrections in them."""

    recordings: StrongDataset
    """All of them, sorted by name; its problems include `problems`."""
    changed: tuple[str, ...]
    """Names of those that were there and have the corrected events now, in their own group."""
    added: tuple[str, ...]
    """Names of those that are new: for the training part, see `joined_split`."""
    problems: tuple[Problem, ...]
    """What was not found, could not be read or is doubtful of the corrections."""
    replaced: Mapping[str, tuple[Event, ...]] = field(default_factory=dict)
    """Of each that is changed, the events that it had."""

    @property
    def before(self) -> StrongDataset | None:
        """The recordings without those that are new: what a split is made of; None: all are new."""
        return self.unchanged(self.recordings)

    def unchanged(self, recordings: StrongDataset) -> StrongDataset | None:
        """`recordings`, some of these, without those that are new and with the events they had.

        A split goes by labels: with the new ones it would hold out other recordings than before.
        """
        new = set(self.added)
        old = [index for index, name in enumerate(recordings.names) if name not in new]
        if not old:
            return None
        kept = recordings.subset(old)
        had = zip(kept.names, kept.events, strict=True)
        return replace(kept, events=tuple(self.replaced.get(name, now) for name, now in had))

    @property
    def summary(self) -> str:
        """A line for people: 'corrections: 1 recording changed, 2 recordings new'."""
        changed, added = len(self.changed), len(self.added)
        return (
            f"corrections: {count(changed, 'recording')} changed, {count(added, 'recording')} new"
        )


@dataclass(frozen=True)
class _Said:
    """What one label file says of one sound."""

    source: str
    path: Path
    events: tuple[Event, ...]
    cells: Mapping[str, str]
    digest: str


def with_corrections(
    recordings: StrongDataset | None,
    corrections: str | os.PathLike[str],
    search: Sequence[Path] = (),
    *,
    classes: Collection[str] | None = None,
) -> Corrected:
    """Put the events of corrected label files in the place of those that recordings had.

    A sound is known by its content, whatever it is called: one of `recordings` has the corrected
    events and no others, and stays in its group. One that is not among them is added: in the group
    that the recordings' own rule gives it (a column, its folders, its name), else on its own. A
    file without events says that nothing is heard. Of two files about one sound the one saved last
    stands.

    Args:
        recordings: None: there are none yet, all are new.
        corrections: a label file or a folder of them, of any kinds.
        search: folders in which sounds are looked for that are neither found as they are named
            (absolute, or from the working folder) nor by the corrections nor by the recordings.
        classes: the labels that are known, or None for those of `recordings`; a new one is told.
    Raises:
        DatasetError: no such file, no label file, or not one of its recordings can be used.
    """
    place = Path(corrections)
    if not place.exists():
        raise missing(place)
    problems: list[Problem] = []
    roots = [] if recordings is None else [recordings.root]
    finder = Finder(place, [*roots, *map(Path, search)])
    said = _last_words(_read(place, finder, problems), problems)
    if not said:
        told = "; ".join(f"{p.path}: {p.detail}" for p in problems[:3])
        raise DatasetError(
            f"no correction in '{place}' can be used{f' ({told})' if told else ''}. Put the sounds "
            "beside their label files, or name them by their whole path"
        )
    known = {} if recordings is None else _known(recordings, said)
    root = finder.places[0] if recordings is None else recordings.root
    of: dict[str, _Said] = {}
    for digest, one in said.items():
        of |= dict.fromkeys(known.get(digest) or [_name(one.path, root)], one)
    fit = with_durations(
        Annotations({name: one.events for name, one in of.items()}),
        {name: one.path for name, one in of.items()},
        problems,
    )
    if not fit:
        raise DatasetError(f"no correction in '{place}' can be used: {problems[-1].detail}")
    if classes is None and recordings is not None:
        classes = recordings.classes
    if classes is not None:
        problems += _new_labels(fit, classes)
    there = [] if recordings is None else rows_of(recordings)
    changed = [row.name for row in there if row.name in fit]
    added = sorted(set(fit) - set(changed))
    rows = [
        replace(row, events=fit[row.name], duration_s=fit.durations_s[row.name])
        if row.name in fit
        else row
        for row in there
    ]
    rule = rule_of(recordings)
    for name in added:
        group = rule(Clip(of[name].path, name, ""), of[name].cells) or name
        events, length_s = fit[name], fit.durations_s[name]
        rows.append(Row(name, of[name].path, events, length_s, group, fold_of(group, there)))
    if recordings is None:
        recordings = StrongDataset(root, (), (), (), (), (), None, (), None)
    joined = with_rows(recordings, rows)
    if joined.group_source is None and joined.groups != joined.names:
        joined = replace(joined, group_source="column 'group' of the corrections")
    joined = replace(joined, problems=(*joined.problems, *problems))
    replaced = {row.name: row.events for row in there if row.name in fit}
    return Corrected(joined, tuple(changed), tuple(added), tuple(problems), replaced)


def _read(place: Path, finder: Finder, problems: list[Problem]) -> list[tuple[float, _Said]]:
    """What each label file says of the sounds that are found, with when it was saved."""
    folder = place.is_dir()
    files = label_files_below(place, None) if folder else [place]
    said = []
    for path in files:
        name = one_spelling(path.relative_to(place).as_posix() if folder else path.name)
        try:
            kind, found = read_label_file(path, name, None)
        except DatasetError as error:
            problems.append(Problem("unreadable labels", name, str(error)))
            continue
        problems += [*found.problems, *_untouched(name, found)]
        own = kind.recording_of(name) if kind.one_recording else None
        for recording, events in found.items():
            places = finder.find(recording, path, own=recording == own)
            if len(places) != 1:
                problems.append(_not_found(recording, places, finder))
                continue
            try:
                digest = content_digest(places[0])
            except OSError as error:
                detail = f"cannot be read: {error.strerror}"
                problems.append(Problem("unreadable", recording, detail))
                continue
            cells = found.cells.get(recording, {})
            one = _Said(name, places[0], events, cells, digest)
            said.append((path.stat().st_mtime, one))
    return said


def _untouched(source: str, found: Annotations) -> Iterator[Problem]:
    scores = [event.score for events in found.values() for event in events]
    if scores and None not in scores:
        detail = (
            "every event has a score, as a detector's answers have; taken as corrected. If nobody "
            "has looked at them, the detector learns its own mistakes"
        )
        yield Problem("answers", source, detail)


def _not_found(name: str, places: Sequence[Path], finder: Finder) -> Problem:
    if places:
        several = examples(str(path) for path in places)
        return Problem("ambiguous name", name, f"it may mean {several}; its labels are unused")
    looked = examples([str(place) for place in finder.places], 5)
    detail = f"no such sound, neither as named nor below {looked}; its labels are unused"
    return Problem("unknown path", name, detail)


def _last_words(said: Sequence[tuple[float, _Said]], problems: list[Problem]) -> dict[str, _Said]:
    """One word for each sound, by content: that of the file saved last, of equals the last name.

    Where one file names a sound twice (under two names), both are meant.
    """
    kept: dict[str, _Said] = {}
    sources: dict[str, list[str]] = {}
    for _, one in sorted(said, key=lambda each: (each[0], each[1].source)):
        before = kept.get(one.digest)
        if before is not None and before.source == one.source:
            one = replace(before, events=(*before.events, *one.events))
        kept[one.digest] = one
        sources.setdefault(one.digest, []).append(one.source)
    for digest, files in sources.items():
        if len(set(files)) > 1:
            one = kept[digest]
            detail = f"in {examples(dict.fromkeys(files))}; '{one.source}', saved last, stands"
            problems.append(Problem("corrected twice", one.path.name, detail))
    return kept


def _known(recordings: StrongDataset, said: Mapping[str, _Said]) -> dict[str, list[str]]:
    """The names of recordings by content; only files as long as a corrected one are read."""
    sizes = {one.path.stat().st_size for one in said.values()}
    found: dict[str, list[str]] = {}
    for name, path in zip(recordings.names, recordings.paths, strict=True):
        if path.stat().st_size in sizes:
            found.setdefault(content_digest(path), []).append(name)
    return found


def _name(path: Path, root: Path) -> str:
    """The way from the recordings' folder to the file; the whole path where there is none."""
    try:
        way = Path(os.path.relpath(path.absolute(), root.absolute()))
    except ValueError:  # another drive
        way = path.absolute()
    return one_spelling(way.as_posix())


def _new_labels(fit: Annotations, classes: Collection[str]) -> Iterator[Problem]:
    """Labels that were not known, each told once: a class of its own, or a slip."""
    for label in fit.labels:
        if label in classes:
            continue
        holding = [name for name in fit if any(event.label == label for event in fit[name])]
        near = difflib.get_close_matches(label, classes, n=3, cutoff=0.5)
        hint = f"; or did you mean {' or '.join(map(repr, near))}?" if near else ""
        where = f"in {count(len(holding), 'recording')}"
        detail = f"'{label}' ({where}) is new, a class of its own{hint}"
        yield Problem("new label", holding[0], detail)
