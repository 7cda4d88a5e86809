"""What a run says of its parts: the split, and what was learned from."""

from collections.abc import Iterable
from typing import Any

from earmark.datasets.split import PARTS
from earmark.training.detection.options import DetectOptions
from earmark.training.detection.parts import Parts
from earmark.training.detection.prepare import Ready


def describe(parts: Parts, ready: Ready, options: DetectOptions, told: str) -> dict[str, Any]:
    """The split for the score card."""
    sources = sources_of(ready, parts)
    note = filter(None, (f"scored on {told}", parts.description, options.train.note))
    return {
        "kind": "holdout" if parts.name == "holdout" else parts.name.split(" ")[0],
        "name": parts.name,
        "description": "; ".join(note),
        "seed": options.train.seed,
        "clips": {part: len(sources[part]) for part in PARTS},
    }


def sources_of(ready: Ready, parts: Parts) -> dict[str, list[str]]:
    """Digests of the content of all clips and recordings of each part."""
    found = {}
    for part in PARTS:
        digests = [ready.digests[name] for name in parts.clips_of(part, ready.clips)]
        if ready.recordings is not None:
            names = (ready.recordings.names[index] for index in parts.recordings_of(part))
            digests += [ready.recorded_digests[name] for name in names]
        found[part] = digests
    return found


def learned_counts(ready: Ready, parts: Parts) -> dict[str, int]:
    """Clips and events of each class that were learned from."""
    clips = [] if parts.clips is None else list(map(int, parts.clips.train))
    return _count(ready, clips, parts.recordings_of("train"))


def counts_of(ready: Ready) -> dict[str, int]:
    """Clips and events of each class, in all parts."""
    clips, recordings = ready.clips, ready.recordings
    return _count(ready, range(len(clips or ())), range(len(recordings or ())))


def _count(ready: Ready, clips: Iterable[int], recordings: Iterable[int]) -> dict[str, int]:
    counts = dict.fromkeys(ready.classes, 0)
    if ready.clips is not None:
        for index in clips:
            for label in ready.clips.clips[index].tags:
                counts[label] += 1
    if ready.recordings is not None:
        for index in recordings:
            for event in ready.recordings.events[index]:
                counts[event.label] += 1
    return counts


def dataset_name(ready: Ready) -> str:
    source = ready.clips or ready.recordings
    assert source is not None
    return source.root.resolve().name
