"""What is wrong or doubtful with the sounds of a dataset, the most important first."""

import math
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from earmark.datasets.audit.duplicates import Duplicate
from earmark.datasets.audit.exclusions import SURE
from earmark.datasets.audit.heard import Heard
from earmark.datasets.clip import Clip
from earmark.datasets.dataset import Dataset
from earmark.datasets.words import count, examples
from earmark.errors import DatasetError

CLIPPED = 0.005  # share of samples flat at the peak that is heard as distortion; by judgement
FEW = 10  # clips of a class: below, neither training nor score say much
UNEVEN = 3  # times: from here `--balance auto` acts
FAR = 4  # times the middle length, or its part: an outlier, if most others are near
NEAR = 2
MOSTLY = 0.9  # of a class's clips


@dataclass(frozen=True)
class Finding:
    """One sort of thing that is wrong or doubtful, and the clips concerned."""

    kind: str
    paths: tuple[str, ...]
    """Names of clips relative to the dataset's root; none where it is about the whole."""
    detail: str

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return {"kind": self.kind, "paths": list(self.paths), "detail": self.detail}


def find(
    dataset: Dataset, heard: Sequence[Heard], duplicates: Sequence[Duplicate]
) -> list[Finding]:
    """Everything but the duplicates themselves; those under two labels come first."""
    return [
        *two_labels(dataset.clips, duplicates),
        *_trainable(dataset),
        *_of_single(heard),
        *_mixed("rates", "Hz", dataset, heard, lambda one: one.rate_hz),
        *_mixed("channels", "channels", dataset, heard, lambda one: one.channels),
        *_lengths(heard),
        *_sizes(dataset),
        *(Finding(p.kind, (p.path,) if p.path else (), p.detail) for p in dataset.problems),
    ]


def two_labels(clips: Sequence[Clip], duplicates: Sequence[Duplicate]) -> list[Finding]:
    """The same sound under two labels: one of them must be wrong."""
    found: list[Finding] = []
    told: set[frozenset[int]] = set()
    for same in sorted(duplicates, key=lambda d: -len(d.clips)):
        labels = sorted({clips[index].label for index in same.clips})
        if len(labels) < 2 or any(set(same.clips) <= other for other in told):
            continue
        told.add(frozenset(same.clips))
        how = "the same sound" if same.kind == "exact" else f"a near copy ({same.detail})"
        paths = tuple(clips[index].name for index in same.clips)
        sure = same.sure and same.similarity >= SURE
        end = f"{count(len(labels) - 1, 'label')} must be wrong" if sure else "or much alike"
        detail = f"{how} under {examples(labels)}: {end}"
        found.append(Finding("two labels", paths, detail))
    return sorted(found, key=lambda one: one.paths)


def _trainable(dataset: Dataset) -> Iterator[Finding]:
    """Why nothing can be trained as it stands."""
    try:
        dataset.check_trainable()
    except DatasetError as error:
        yield Finding("not trainable", (), str(error).partition("\n")[0])


def _of_single(heard: Sequence[Heard]) -> Iterator[Finding]:
    """What is told of clips one by one."""
    tests: tuple[tuple[str, Callable[[Heard], bool], str], ...] = (
        ("truncated", lambda h: bool(h.truncated), "cut short: the file ends before its header"),
        ("unreadable", lambda h: bool(h.error) and not h.truncated, "cannot be read"),
        ("silent", lambda h: not h.error and h.silent, "nothing to hear"),
        ("clipped", lambda h: not h.error and h.clipped_share >= CLIPPED, "flat at the peak"),
    )
    for kind, test, words in tests:
        found = [h for h in heard if test(h)]
        if not found:
            continue
        detail = f"{count(len(found), 'clip')}: {words}"
        if kind == "clipped":
            worst = max(one.clipped_share for one in found)
            detail += f", up to {100 * worst:.1f} % of the samples"
        elif found[0].error:
            detail += f"; the first: {found[0].error}"
        yield Finding(kind, tuple(one.name for one in found), detail)


def _mixed(
    kind: str, unit: str, dataset: Dataset, heard: Sequence[Heard], value: Callable[[Heard], int]
) -> Iterator[Finding]:
    """Several rates or numbers of channels; worst where they tell the label."""
    known = [(clip, value(one)) for clip, one in zip(dataset.clips, heard, strict=True)]
    known = [(clip, found) for clip, found in known if found]
    counts = Counter(found for _, found in known)
    if len(counts) < 2:
        return
    usual = counts.most_common(1)[0][0]
    told = ", ".join(f"{number} at {found} {unit}" for found, number in counts.most_common(4))
    paths = tuple(clip.name for clip, found in known if found != usual)
    yield Finding(f"mixed {kind}", paths, f"{told}; Earmark converts them")
    for label in dataset.classes:
        own = Counter(found for clip, found in known if label in clip.tags)
        if not own:
            continue
        most, number = own.most_common(1)[0]
        others = sum(found == most for clip, found in known if label not in clip.tags)
        rest = len(known) - own.total()
        if number >= MOSTLY * own.total() and rest and others <= (1 - MOSTLY) * rest:
            detail = (
                f"{number} of {own.total()} clips of '{label}' have {most} {unit}, {others} of the "
                f"{rest} others: a network may hear the recorder instead of the sound"
            )
            yield Finding(f"{kind} tell the label", (), detail)


def _lengths(heard: Sequence[Heard]) -> Iterator[Finding]:
    lengths = [one.duration_s for one in heard if not one.error and one.duration_s > 0]
    if not lengths:
        return
    middle = median(lengths)
    far = [
        one
        for one in heard
        if not one.error
        and one.duration_s > 0
        and abs(math.log(one.duration_s / middle)) > math.log(FAR)
    ]
    near = sum(abs(math.log(length / middle)) <= math.log(NEAR) for length in lengths)
    if far and near >= MOSTLY * len(lengths):
        low, high = min(one.duration_s for one in far), max(one.duration_s for one in far)
        detail = (
            f"{count(len(far), 'clip')} of {low:.2g} to {high:.3g} s, where {middle:.3g} s is usual"
        )
        yield Finding("odd lengths", tuple(one.name for one in far), detail)


def _sizes(dataset: Dataset) -> Iterator[Finding]:
    counts = dataset.class_counts
    few = {label: number for label, number in counts.items() if number < FEW}
    if few:
        told = ", ".join(f"'{label}' {number}" for label, number in list(few.items())[:4])
        more = ", ..." if len(few) > 4 else ""
        detail = f"{count(len(few), 'class')} of fewer than {FEW} clips: {told}{more}"
        yield Finding("few clips", (), detail)
    if counts and max(counts.values()) > UNEVEN * min(counts.values()):
        large, small = max(counts, key=lambda c: counts[c]), min(counts, key=lambda c: counts[c])
        detail = (
            f"'{large}' has {counts[large]} clips, '{small}' {counts[small]}: see --balance of "
            "earmark train"
        )
        yield Finding("uneven classes", (), detail)
