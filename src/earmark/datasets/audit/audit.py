"""A dataset listened to once: what is wrong with it, what belongs together, what would leak."""

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from earmark.datasets.audit.duplicates import Duplicate, find_duplicates
from earmark.datasets.audit.exclusions import exclusions
from earmark.datasets.audit.findings import Finding, find
from earmark.datasets.audit.heard import Heard
from earmark.datasets.audit.leakage import Leakage, leakage_of
from earmark.datasets.audit.listen import listen
from earmark.datasets.audit.unite import united
from earmark.datasets.dataset import Dataset
from earmark.datasets.guesses import Guess, guess_groups
from earmark.parallel import Progress

TOGETHER = ", copies together"


@dataclass(frozen=True)
class Audit:
    """Everything that was found out about a dataset."""

    dataset: Dataset
    heard: tuple[Heard, ...]
    """What each clip holds, in the order of the dataset's clips."""
    duplicates: tuple[Duplicate, ...]
    """Sets of copies, by positions of clips; those under two labels first."""
    guesses: tuple[Guess, ...] = ()
    """Groups that names or tags suggest, where none were given."""

    @cached_property
    def problems(self) -> tuple[Finding, ...]:
        """What is wrong or doubtful, the most important first."""
        return tuple(find(self.dataset, self.heard, self.duplicates))

    @cached_property
    def exclude(self) -> tuple[str, ...]:
        """Why each clip should be left out of a training; empty: it should not."""
        return tuple(exclusions(self.dataset.clips, self.heard, self.duplicates))

    @cached_property
    def copies(self) -> tuple[str, ...]:
        """A name for each clip's set of copies; of a clip without copies its own."""
        names = [clip.name for clip in self.dataset.clips]
        return tuple(united(names, [same.clips for same in self.duplicates]))

    @cached_property
    def united(self) -> Dataset:
        """The dataset with copies in one group, so that no split parts them."""
        return with_copies_united(self.dataset, [same.clips for same in self.duplicates])

    @cached_property
    def leakage(self) -> Leakage:
        """What a random split and Earmark's own would share between test and training."""
        return leakage_of(self.dataset, self.copies, self.united)

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for JSON; paths are relative to the dataset's root."""
        clips = self.dataset.clips
        groups = self.dataset.groups
        return {
            "clips": len(clips),
            "classes": self.dataset.class_counts,
            "problems": [problem.to_dict() for problem in self.problems],
            "duplicates": [
                {
                    "kind": same.kind,
                    "paths": [clips[index].name for index in same.clips],
                    "labels": [clips[index].label for index in same.clips],
                    "similarity": same.similarity,
                    "detail": same.detail,
                }
                for same in self.duplicates
            ],
            "groups": {
                "source": self.dataset.group_source,
                "count": len(set(groups)),
                "with_copies_united": len(set(self.united.groups)),
                "guesses": [guess.to_dict() for guess in self.guesses],
            },
            "leakage": self.leakage.to_dict(),
            "excluded": {
                clip.name: why for clip, why in zip(clips, self.exclude, strict=True) if why
            },
        }


def with_copies_united(dataset: Dataset, sets: Sequence[Sequence[int]]) -> Dataset:
    """The dataset with the groups of each set of clips joined; as it is where nothing changes."""
    before = [str(group) for group in dataset.groups]
    after = united(before, sets)
    if before == after:
        return dataset
    clips = tuple(
        clip if group == own else dataclasses.replace(clip, group=group)
        for clip, own, group in zip(dataset.clips, before, after, strict=True)
    )
    source = dataset.group_source or "every file is its own group"
    return dataclasses.replace(dataset, clips=clips, group_source=source + TOGETHER)


def audit_dataset(
    dataset: Dataset,
    *,
    workers: int | None = None,
    progress: Progress | None = None,
    comparing: Progress | None = None,
    cache_dir: Path | None = None,
    tags: bool = True,
) -> Audit:
    """Listen to every clip and say what is wrong, what is twice and what belongs together.

    `progress` hears of clips, `comparing` of possible copies. `tags` reads artist and album too.
    Raises DatasetError where the dataset holds features and no sound.
    """
    dataset.require_sounds("inspect")
    heard = listen(dataset.clips, workers=workers, progress=progress, cache_dir=cache_dir)
    found = find_duplicates(heard, workers=workers, progress=comparing)
    duplicates = [same for same in found if not _parts_of_one_file(dataset, same)]
    clips = dataset.clips
    duplicates.sort(key=lambda same: len({clips[i].label for i in same.clips}) < 2)
    guesses: list[Guess] = []
    if all(clip.group is None for clip in clips) or (dataset.group_source or "").startswith("gue"):
        guesses = guess_groups(clips)
        if tags:
            from earmark.datasets.guesses.tags import guess_from_tags

            guesses += guess_from_tags(clips)
    return Audit(dataset, tuple(heard), tuple(duplicates), tuple(guesses))


def _parts_of_one_file(dataset: Dataset, same: Duplicate) -> bool:
    """Parts that overlap in a table share sound by their rows' own word."""
    files = {dataset.clips[index].file_name for index in same.clips}
    return same.kind == "near" and len(files) == 1
