"""Find the sound file that a label file means, where the two are named alike but not the same."""

import os
from collections import defaultdict
from pathlib import Path

from earmark.datasets.clip import Problem
from earmark.datasets.strong.event import Annotations, Event, in_order
from earmark.datasets.words import examples, one_spelling
from earmark.errors import DatasetError


def match_recordings(
    annotations: Annotations, folder: str | os.PathLike[str]
) -> tuple[Annotations, dict[str, Path]]:
    """The annotations under the names of the sound files below `folder`, and those files.

    A recording is found by its path below the folder, by that without its suffix (`a.txt` of an
    Audacity track means `a.wav`), or by its file name alone where only one file has it. What is
    found nowhere, or in several places, is left out and told.

    Raises:
        DatasetError: no such folder, or not one recording is found.
    """
    from earmark.audio import is_audio

    root = Path(folder)
    if not root.is_dir():
        raise DatasetError(f"no folder of recordings at '{root}'; give the one with the sounds")
    found: dict[str, list[Path]] = defaultdict(list)
    for path in sorted(root.rglob("*")):
        if path.is_file() and is_audio(path):
            inside = Path(one_spelling(path.relative_to(root).as_posix()))
            keys = (inside.as_posix(), inside.with_suffix("").as_posix(), inside.name, inside.stem)
            for key in dict.fromkeys(keys):
                found[key].append(path)
    events: dict[str, tuple[Event, ...]] = {}
    durations: dict[str, float] = {}
    paths: dict[str, Path] = {}
    problems = list(annotations.problems)
    for name in annotations:
        wanted = Path(one_spelling(name.replace("\\", "/"))).as_posix()
        exact = root / wanted
        places = [exact] if exact.is_file() and is_audio(exact) else found.get(wanted, [])
        if len(places) != 1:
            problems.append(_unmatched(name, places, root))
            continue
        known = places[0].relative_to(root).as_posix() if places[0] != exact else wanted
        known = one_spelling(known)
        events[known] = in_order([*events.get(known, ()), *annotations[name]])
        paths[known] = places[0]
        if name in annotations.durations_s:
            durations[known] = annotations.durations_s[name]
    if not paths:
        raise DatasetError(
            f"not one of the {len(annotations)} labelled recordings is a sound below '{root}': "
            f"{examples(annotations)}; give the folder that their names start from"
        )
    return Annotations(events, durations, tuple(problems)), paths


def _unmatched(name: str, places: list[Path], root: Path) -> Problem:
    if not places:
        return Problem("unknown path", name, f"no such sound below '{root}'; its labels are unused")
    several = examples(path.relative_to(root).as_posix() for path in places)
    return Problem("ambiguous name", name, f"it may mean {several}; its labels are unused")
