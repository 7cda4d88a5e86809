"""Find the sound file that a label file means, where the two are named alike but not the same."""

import os
from collections.abc import Iterable
from pathlib import Path

from earmark.datasets.clip import Problem
from earmark.datasets.strong.event import Annotations, Event, in_order
from earmark.datasets.strong.sounds import Sounds
from earmark.datasets.words import examples
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
    root = Path(folder)
    if not root.is_dir():
        raise DatasetError(f"no folder of recordings at '{root}'; give the one with the sounds")
    sounds = Sounds(root)
    events: dict[str, tuple[Event, ...]] = {}
    durations: dict[str, float] = {}
    paths: dict[str, Path] = {}
    problems = list(annotations.problems)
    for name in annotations:
        places = sounds.find(name)
        if len(places) != 1:
            problems.append(unmatched(name, places, root))
            continue
        (known,) = places
        events[known] = in_order([*events.get(known, ()), *annotations[name]])
        paths[known] = sounds.paths[known]
        if name in annotations.durations_s:
            durations[known] = annotations.durations_s[name]
    if not paths:
        raise no_sound(annotations, root)
    return Annotations(events, durations, tuple(problems)), paths


def unmatched(name: str, places: list[str], root: Path) -> Problem:
    """What is told of a recording that is found nowhere, or in several `places`."""
    if not places:
        return Problem("unknown path", name, f"no such sound below '{root}'; its labels are unused")
    return Problem("ambiguous name", name, f"it may mean {examples(places)}; its labels are unused")


def no_sound(names: Iterable[str], root: Path) -> DatasetError:
    """Not one labelled recording is found."""
    every = list(names)
    return DatasetError(
        f"not one of the {len(every)} labelled recordings is a sound below '{root}': "
        f"{examples(every)}; give the folder that their names start from"
    )
