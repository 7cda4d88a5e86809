"""Copies of a sound on both sides of a split: kept together, or the split refused.

Before features are computed the clips are listened to (again in a moment, from the cache). Copies
are put into one group, so that no split that Earmark makes parts them. A split that is given, by
official folds, is not bent: where it parts copies the training is refused, unless it is allowed.
"""

import contextlib
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from earmark.datasets import Dataset, Split
from earmark.datasets.audit.audit import Audit, audit_dataset, with_copies_united
from earmark.datasets.audit.files import JSON, write_json
from earmark.datasets.audit.unite import united
from earmark.datasets.conventions import Recognised, recognise
from earmark.datasets.grouping import UNGROUPED
from earmark.datasets.guesses import guess_groups
from earmark.datasets.official import official_of
from earmark.datasets.words import count
from earmark.errors import ConfigError, DatasetError
from earmark.models import Recipe
from earmark.training.options import TrainOptions
from earmark.training.splits import make_splits
from earmark.training.watcher import Watcher

SHOWN = 3  # pairs in an error or a line
KEPT = 100  # pairs in a score card


@dataclass(frozen=True)
class Guarded:
    """A dataset whose copies are known."""

    given: Dataset
    """As it came."""
    dataset: Dataset
    """With copies in one group wherever that is possible."""
    copy_of: Mapping[str, str]
    """For the name of each clip that has copies, the name of their set."""
    audit: Audit | None
    """None where there are features and no sounds."""

    def leak(self, dataset: Dataset, split: Split) -> dict[str, Any] | None:
        """What a score card says of a split whose test clips have copies in training, else None."""
        pairs = self.pairs(dataset, split)
        if not pairs:
            return None
        return {
            "test_clips": len({tested for tested, _ in pairs}),
            "of": len(split.test),
            "pairs": [list(pair) for pair in pairs[:KEPT]],
            "allowed_by": "--allow-leak",
        }

    def pairs(self, dataset: Dataset, split: Split) -> list[tuple[str, str]]:
        """Each test clip that has a copy among what is learned from, with the first such copy."""
        learned: dict[str, str] = {}
        for part in (split.train, split.validation):
            for index in part:
                name = dataset.clips[int(index)].name
                if name in self.copy_of:
                    learned.setdefault(self.copy_of[name], name)
        tested = (dataset.clips[int(index)].name for index in split.test)
        return [
            (name, learned[self.copy_of[name]])
            for name in tested
            if self.copy_of.get(name) in learned
        ]


def guard(
    dataset: Dataset,
    options: TrainOptions,
    recipe: Recipe,
    watcher: Watcher,
    *,
    parted: bool = True,
) -> Guarded:
    """Listen to the clips, tell what is doubtful, and keep copies together.

    With `parted` False all of them are learned from, so that no split has to be possible.

    DatasetError where the split parts copies, or cannot be made with copies kept together, and
    `options` do not allow it.
    """
    if dataset.features is not None:
        watcher.message("features and no sounds: copies are not looked for")
        return Guarded(dataset, dataset, {}, None)
    audit = audit_dataset(
        dataset,
        workers=options.workers,
        progress=watcher.listening,
        cache_dir=options.cache_dir,
        tags=False,
    )
    _tell(audit, watcher)
    sets = [same.clips for same in audit.duplicates if same.sure]
    names = [clip.name for clip in dataset.clips]
    found_in = united(names, sets)
    copy_of = {names[i]: found_in[i] for same in sets for i in same}
    found = Guarded(dataset, dataset, copy_of, audit)
    if _official(dataset, options):
        return _with_official(found, sets, options, recipe)
    joined = Guarded(dataset, audit.united, copy_of, audit)
    if joined.dataset is dataset:
        return found
    if not parted:
        return joined
    try:
        joined.dataset.check_trainable()
        make_splits(joined.dataset, options, recipe)
    except (DatasetError, ConfigError) as error:
        if options.allow_leak:
            return found
        raise DatasetError(
            f"with copies of a sound kept together there is no split: {error}. {_what_to_do(audit)}"
        ) from error
    return joined


def _official(dataset: Dataset, options: TrainOptions) -> bool:
    """Whether the split is a given one."""
    official, _ = official_of(dataset)
    if official is None:
        return False
    if options.folds in (None, "auto"):
        return True
    return bool(official.folds) and options.folds == len(official.folds)


def _with_official(
    found: Guarded, sets: Sequence[Sequence[int]], options: TrainOptions, recipe: Recipe
) -> Guarded:
    """Copies within one fold are joined; those in two are refused where a split parts them."""
    dataset, audit = found.given, found.audit
    assert audit is not None
    inside = [same for same in sets if len({dataset.clips[index].fold for index in same}) == 1]
    joined = Guarded(dataset, with_copies_united(dataset, inside), found.copy_of, audit)
    official, _ = official_of(joined.dataset)
    if official is None:  # joining groups parted one
        joined = found
    if not options.allow_leak:
        for split in make_splits(joined.dataset, options, recipe):
            refuse(joined, joined.dataset, split)
    return joined


def refuse(found: Guarded, dataset: Dataset, split: Split) -> None:
    """Raise DatasetError if test clips of a split have copies among what is learned from."""
    pairs = found.pairs(dataset, split)
    if not pairs or found.audit is None:
        return
    tested = len({name for name, _ in pairs})
    shown = ", ".join(f"'{one}' = '{two}'" for one, two in pairs[:SHOWN])
    more = f", ... ({len(pairs)} such pairs)" if len(pairs) > SHOWN else ""
    where = "the split" if split.name == "holdout" else split.name
    raise DatasetError(
        f"{where} ({dataset.fold_source}) has a copy in training of {tested} of "
        f"{count(len(split.test), 'test clip')}, so that the score would be too high: "
        f"{shown}{more}. {_what_to_do(found.audit)}"
    )


def _what_to_do(audit: Audit) -> str:
    place = shlex.quote(str(audit.dataset.root))
    return (
        f"earmark inspect {place} --out audit writes audit/clips.csv, which leaves "
        "copies out: train on that; or train anyway by --allow-leak (allow_leak=True), and the "
        "score card will say so for ever"
    )


def _tell(audit: Audit, watcher: Watcher) -> None:
    """What was found, in a line or two."""
    clips = audit.dataset.clips
    parts = []
    if audit.duplicates:
        sets = len({audit.copies[i] for same in audit.duplicates for i in same.clips})
        number = len({i for same in audit.duplicates for i in same.clips})
        parts.append(f"{count(number, 'clip')} in {count(sets, 'set')} of copies, not to be parted")
    for kind in ("silent", "clipped"):
        number = sum(len(p.paths) for p in audit.problems if p.kind == kind)
        if number:
            parts.append(f"{number} {kind}")
    if parts:
        watcher.message(f"sounds: {', '.join(parts)} ({JSON}; see earmark inspect)")
    wrong = [p for p in audit.problems if p.kind == "two labels"]
    labels = {clip.name: clip.label for clip in clips}
    for problem in wrong[:SHOWN]:
        same = " = ".join(f"'{path}' [{labels[path]}]" for path in problem.paths[: SHOWN + 1])
        watcher.message(f"warning: one sound under two labels: {same}")
    if len(wrong) > SHOWN:
        watcher.message(f"warning: ... and {len(wrong) - SHOWN} more, in {JSON}")
    if audit.dataset.group_source == UNGROUPED:
        known = recognise([clip.file_name for clip in clips])
        if isinstance(known, Recognised):
            source, number = known.convention.words, len(set(known.groups))
        elif (guesses := guess_groups(clips)) and guesses[0].strong:
            source, number = guesses[0].source, guesses[0].count
        else:
            return
        watcher.message(
            f"warning: not grouped, as asked, though the names tell {count(number, 'group')} "
            f"({source}): the score will flatter"
        )


def keep_audit(found: Guarded, out: Path) -> None:
    """Write the audit into a run's folder."""
    if found.audit is not None:
        write_json(found.audit, out / JSON)


def pooled(leaks: Sequence[Mapping[str, Any] | None]) -> dict[str, Any] | None:
    """The leaks of several folds as one."""
    there = [leak for leak in leaks if leak]
    if not there:
        return None
    return {
        "test_clips": sum(leak["test_clips"] for leak in there),
        "of": sum(leak["of"] for leak in there),
        "pairs": [pair for leak in there for pair in leak["pairs"]][:KEPT],
        "allowed_by": there[0]["allowed_by"],
    }


@contextlib.contextmanager
def empty_folder_goes(out: Path) -> Any:
    """A folder that was just made goes again where the training is refused."""
    try:
        yield
    except (DatasetError, ConfigError):
        with contextlib.suppress(OSError):
            out.rmdir()
        raise
