"""Label files among the sounds they are about, told from all else that lies in such folders."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from earmark.datasets.clip import Problem
from earmark.datasets.strong.event import Annotations
from earmark.datasets.strong.files import guess_format, label_suffixes, read_label_file
from earmark.datasets.strong.formats.format import LabelFormat
from earmark.datasets.strong.formats.table import lists_clips
from earmark.datasets.strong.recordings import unmatched
from earmark.datasets.strong.sounds import Sounds, files_below
from earmark.datasets.words import one_spelling
from earmark.errors import DatasetError

SURE = 2  # the likeness from which a file's first lines leave no doubt
HEAD = 1 << 20  # bytes that are looked at: a table of features may have gigabytes


@dataclass(frozen=True)
class Labelled:
    """What one label file tells, under the names of the sounds it means."""

    source: str
    """The label file, for people."""
    sounds: Mapping[str, str]
    """The sound of each recording, by the name that the label file has for it."""
    annotations: Annotations
    """Under the label file's own names."""

    @property
    def is_answer(self) -> bool:
        """Whether all its events have scores: a detector's answer, which no one has looked at."""
        scores = [event.score for events in self.annotations.values() for event in events]
        return bool(scores) and None not in scores


def has_recordings(folder: str | os.PathLike[str]) -> bool:
    """Whether there are recordings with events here, and no folder of clips for each label.

    That is: a label file has an event of a sound that lies here too. A label file itself will do.
    """
    where = Path(folder)
    try:
        if where.is_dir():
            root, files = where, find_label_files(where)
        else:
            root, files = where.parent, [where] if _is_label_file(where, set()) else []
        if not files:
            return False
        sounds = Sounds(root)
        read = (read_labelled(path, sounds, None, problems=[]) for path in files)
        found = (each for each in read if each and not (where.is_dir() and each.is_answer))
        return any(each.annotations[name] for each in found for name in each.sounds)
    except OSError:
        return False


def find_label_files(root: Path) -> list[Path]:
    """The files below a folder that are label files without doubt, or blank ones named as a sound.

    Others with such names (settings, features, a list of clips) are passed over in silence.
    """
    from earmark.audio import is_audio

    suffixes = label_suffixes()
    every = files_below(root)
    sounds = {str(path.with_suffix("")) for path in every if is_audio(path)}
    sounds |= {str(path) for path in every if is_audio(path)}
    files = [path for path in every if path.name.lower().endswith(suffixes)]
    return [path for path in files if _is_label_file(path, sounds)]


def _is_label_file(path: Path, sounds: set[str]) -> bool:
    try:
        with path.open("rb") as file:
            head = file.read(HEAD).decode("utf-8-sig", "replace")
            if file.read(1):  # the last line may be cut off
                head = head.rpartition("\n")[0]
        kind = guess_format(head, path)
    except (OSError, DatasetError):
        return False
    if not head.strip():  # an emptied track is an empty scene, if it is of a sound
        return kind.one_recording and kind.recording_of(str(path)) in sounds
    return kind.likeness(head) >= SURE and not (kind.name == "table" and lists_clips(head))


def read_labelled(
    path: Path,
    sounds: Sounds,
    only: LabelFormat | None,
    problems: list[Problem],
    labels_root: Path | None = None,
) -> Labelled | None:
    """What a label file tells of sounds; None, with a Problem, if it cannot be read.

    `labels_root`: the folder its name is told from, by default that of the sounds.
    """
    base = labels_root or sounds.root
    inside = path.is_relative_to(base)
    name = one_spelling(path.relative_to(base).as_posix() if inside else path.name)
    try:
        kind, found = read_label_file(path, name, only)
    except DatasetError as error:
        problems.append(Problem("unreadable labels", name, str(error)))
        return None
    problems += found.problems
    own = kind.recording_of(name) if kind.one_recording else None
    here = path.parent.absolute()
    root = sounds.root.absolute()
    beside = here.relative_to(root).as_posix() if here.is_relative_to(root) else ""
    known = {}
    for recording in found:
        if recording == own:
            places = sounds.find_own(_from_root(recording, beside))
        else:
            places = sounds.find(recording, beside)
        if len(places) == 1:
            known[recording] = places[0]
        else:
            problems.append(unmatched(recording, places, sounds.root))
    return Labelled(name, known, found)


def _from_root(own: str, beside: str) -> str:
    """A label file's own name seen from the sounds' root, where it lies below that."""
    if beside in ("", "."):
        return own
    return f"{beside}/{PurePosixPath(own).name}"
