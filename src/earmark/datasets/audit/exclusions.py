"""Which clips a training does better without, and why."""

from collections.abc import Sequence

from earmark.datasets.audit.duplicates import Duplicate
from earmark.datasets.audit.heard import Heard
from earmark.datasets.clip import Clip
from earmark.datasets.words import examples

SURE = 0.9  # similarity: what is merely much alike is kept together, but not thrown away
LOSSLESS = {".wav", ".wave", ".flac", ".aif", ".aiff", ".aifc", ".caf", ".au", ".w64", ".rf64"}


def exclusions(
    clips: Sequence[Clip], heard: Sequence[Heard], duplicates: Sequence[Duplicate]
) -> list[str]:
    """Why each clip should be left out; empty: it should not.

    Of copies under one label the longest is kept, then the one of the highest rate, then a lossless
    one, then the first. Of copies under two labels none is kept: which label is right is not heard.
    Near sets less similar than `SURE`, or that may be second takes, are left whole.
    """
    reasons = [_by_itself(one) for one in heard]
    duplicates = [same for same in duplicates if same.sure and same.similarity >= SURE]
    for same in duplicates:
        labels = sorted({clips[index].label for index in same.clips})
        if len(labels) > 1:
            for index in same.clips:
                reasons[index] = reasons[index] or f"one sound under {examples(labels)}"
    for same in duplicates:
        left = [index for index in same.clips if not reasons[index]]
        if len(left) < 2:
            continue
        best = max(left, key=lambda index: (*_worth(clips[index], heard[index]), -index))
        for index in left:
            if index != best:
                word = "exact" if same.kind == "exact" else "near"
                reasons[index] = f"{word} copy of {clips[best].name}"
    return reasons


def _by_itself(one: Heard) -> str:
    if one.truncated:
        return "truncated"
    if one.error:
        return "unreadable"
    return "silent" if one.silent else ""


def _worth(clip: Clip, one: Heard) -> tuple[float, int, bool]:
    return one.duration_s, one.rate_hz, clip.path.suffix.lower() in LOSSLESS
