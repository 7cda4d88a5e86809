"""Some clips of many: as many of each class as its share, in an order that may be cut short."""

from collections.abc import Sequence

import numpy as np

from earmark.datasets import Clip


def draw(clips: Sequence[Clip], most: int, rng: np.random.Generator) -> list[Clip]:
    """At most `most` of the clips, the classes in about the same shares, at least one of each.

    Any beginning of what is returned has about these shares too, so a run that is stopped has
    asked about every class.
    """
    by_label: dict[str, list[Clip]] = {}
    for clip in clips:
        by_label.setdefault(clip.label, []).append(clip)
    ranked = []
    for label in sorted(by_label):
        own = by_label[label]
        offset = rng.random()  # so that not all classes have their turn at once
        for place, index in enumerate(rng.permutation(len(own))):
            first = place == 0  # rare classes first: each has one clip, if there is room
            ranked.append((0.0 if first else (place + offset) / len(own), label, own[index]))
    return [clip for _, _, clip in sorted(ranked, key=lambda entry: entry[:2])][:most]
