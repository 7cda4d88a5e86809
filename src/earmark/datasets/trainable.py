"""Whether a model can be trained on some clips and tested on others, and if not, why."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path, PurePosixPath

from earmark.datasets.clip import Clip
from earmark.datasets.layout import picture
from earmark.datasets.words import count, examples
from earmark.errors import DatasetError

PARTS = {"train", "training", "valid", "val", "validation", "dev", "test", "testing", "eval"}


def require_trainable(
    root: Path, clips: Sequence[Clip], group_source: str | None, fewest: int = 2
) -> None:
    """Raise DatasetError: too few classes, or a class that cannot be trained and tested both.

    The latter has a single clip, or all its clips in one group. A detector is content with 1 class
    (`fewest`): silence is what it is told from.
    """
    counts = Counter(label for clip in clips for label in clip.tags)
    if len(counts) < fewest:
        have = f"only the class {examples(counts)}" if counts else "no class"
        raise DatasetError(
            f"'{root}' has {have}; a {'classifier' if fewest > 1 else 'detector'} needs at least "
            f"{fewest}. "
            f"{_hint(root, clips)}{picture(root)}"
        )
    if {label.casefold() for label in counts} <= PARTS and len(_second_level(clips)) == 1:
        raise DatasetError(
            f"the folders of '{root}' are parts of a split ({examples(sorted(counts), 5)}), "
            "not labels. Open one of them, or give a table with the columns path, label and fold"
        )
    single = sorted(label for label, number in counts.items() if number == 1)
    if single:
        raise DatasetError(
            f"{count(len(single), 'class')} with a single clip: {examples(single, 5)}. It cannot "
            "be in both training and test: add clips or remove the class"
        )
    groups: dict[str, set[str]] = {}
    for clip in clips:
        for label in clip.tags:
            groups.setdefault(label, set()).add(clip.group or clip.file_name)
    alone = sorted(label for label, names in groups.items() if len(names) == 1)
    if alone:
        named = ", ".join(f"'{label}' (group '{min(groups[label])}')" for label in alone[:5])
        source = group_source or "every file is its own group"
        raise DatasetError(
            f"{count(len(alone), 'class')} with all clips in one group: {named}. Groups are not "
            f"parted ({source}), so it cannot be in both training and test: add recordings of it, "
            "or give other groups (groups='none' parts everything, and the score flatters)"
        )


def require_events(root: Path, clips: Sequence[Clip]) -> None:
    """Raise DatasetError: no label at all. One class is enough: silence is what it is told from."""
    if not any(clip.tags for clip in clips):
        raise DatasetError(
            f"the recordings of '{root}' have no event; a detector needs some to learn from"
        )


def _second_level(clips: Sequence[Clip]) -> set[frozenset[str]]:
    """The folder names just below each label, as one set a label; empty if one has none."""
    below: dict[str, set[str]] = {}
    for clip in clips:
        parts = PurePosixPath(clip.file_name).parts
        below.setdefault(clip.label, set()).update(parts[1:2] if len(parts) > 2 else ())
    return {frozenset(names) for names in below.values()} if all(below.values()) else set()


def _hint(root: Path, clips: Sequence[Clip]) -> str:
    """A word if the labels seem to be one folder deeper, as after unpacking an archive."""
    parts = [PurePosixPath(clip.file_name).parts for clip in clips]
    deeper = sorted({p[1] for p in parts if len(p) > 2})
    if len(deeper) < 2 or not all(len(p) > 2 for p in parts):
        return ""
    return f"Are {examples(deeper)} the labels? Then open '{root / parts[0][0]}'. "
