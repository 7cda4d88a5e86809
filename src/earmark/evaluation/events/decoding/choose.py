"""The settings of each class that do best on validation recordings."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Literal

import numpy as np
import numpy.typing as npt

from earmark.errors import ConfigError
from earmark.evaluation.checks import Floats
from earmark.evaluation.events.collar import collar_counts
from earmark.evaluation.events.counts import Counts, class_f1
from earmark.evaluation.events.decoding.decode import decode_class
from earmark.evaluation.events.decoding.frames import check_scores
from earmark.evaluation.events.decoding.settings import Boxes, ClassSettings, Settings, Threshold
from earmark.evaluation.events.intersection import intersection_counts
from earmark.evaluation.events.packed import EventMap, Packed, Side, pack
from earmark.evaluation.events.segments import segment_counts

METRICS: dict[str, Callable[[Packed], Counts]] = {
    "event": collar_counts,
    "segment": segment_counts,
    "intersection": intersection_counts,
}
HIGHS = tuple(round(0.1 * step, 1) for step in range(1, 10))
MEDIANS_S, GAPS_S, LEASTS_S = (0.0, 0.14, 0.34), (0.0, 0.1, 0.3), (0.0, 0.1, 0.25)
LOWS = (1.0, 0.5)  # times the upper threshold
# of arXiv 2406.04212
STEPS_S, DEPTHS = (0.32, 0.48, 0.64), ((0.15, 1.5), (0.2, 2.0), (0.3, 3.0))
CONFIDENCES = tuple(round(0.05 + 0.1 * step, 2) for step in range(10))
Merit = tuple[float, float]
"""F1 by the metric asked for; of equals the event-based: a second in pieces is as good a second."""
_BETWEEN_S = 1.0  # silence between recordings: more than any filter or gap reaches over


def choose(
    scores: Mapping[str, npt.ArrayLike],
    truth: EventMap,
    hop_s: float,
    classes: tuple[str, ...] | list[str],
    *,
    metric: Literal["event", "segment", "intersection"] = "event",
    ways: tuple[str, ...] = ("threshold", "boxes"),
) -> Settings:
    """The best settings of each class by its F1; of equals the plainer.

    A class that the truth lacks gets a threshold of .5. What is chosen here must be scored on other
    recordings.

    Args:
        scores: of each recording, in [0, 1], (frames, classes).
        truth: events of each of these recordings.
        hop_s: seconds from frame to frame.
        metric: whose F1 counts. ways: which kinds of settings are tried.
    Raises:
        ConfigError: no recording, one without scores or truth, scores outside [0, 1], a metric or
            way that is unknown.
    """
    if metric not in METRICS:
        raise ConfigError(f"metric must be one of {', '.join(METRICS)}, got {metric!r}")
    if not ways or set(ways) - {"threshold", "boxes"}:
        raise ConfigError(f"ways must be of threshold and boxes, got {ways!r}")
    if not scores or set(scores) != set(truth):
        raise ConfigError(
            f"scores and truth must be of the same recordings, at least 1; got {len(scores)} and "
            f"{len(truth)}"
        )
    names = tuple(classes)
    joined = _Joined(scores, truth, hop_s, names)
    found: dict[str, ClassSettings] = {}
    for label, name in enumerate(names):
        found[name] = _best(joined, label, METRICS[metric], ways)
    return Settings(found)


class _Joined:
    """All recordings on one axis, so that each setting decodes once."""

    def __init__(
        self,
        scores: Mapping[str, npt.ArrayLike],
        truth: EventMap,
        hop_s: float,
        names: tuple[str, ...],
    ) -> None:
        self.packed, self.hop_s = pack(truth, {}, names), hop_s
        silence = np.zeros((int(_BETWEEN_S / hop_s) + 1, len(names)))
        parts, starts, at = [], [], 0
        for file in self.packed.files:
            array = check_scores(scores[file], 2)
            if array.shape[1] != len(names):
                raise ConfigError(
                    f"'{file}' has scores of {array.shape[1]} classes; wanted {len(names)}"
                )
            starts.append(at)
            parts += [array, silence]
            at += len(array) + len(silence)
        self.scores, self.starts = np.concatenate(parts), np.array(starts)

    def column(self, label: int) -> Floats:
        return np.ascontiguousarray(self.scores[:, label])

    def against(self, label: int, found: npt.NDArray[np.int64], sure: Floats) -> Packed:
        """Answers of one class beside its truth."""
        truth = self.packed.truth
        mine = truth.label == label
        columns = (truth.file, truth.onset_s, truth.offset_s, truth.score)
        file, onset, offset, score = (column[mine] for column in columns)
        zeros = np.zeros(len(file), dtype=np.int64)
        heard = np.searchsorted(self.starts, found[:, 0], side="right") - 1
        times = np.round(self.hop_s * (found - self.starts[heard][:, None]), 6)
        answers = Side(heard, np.zeros(len(heard), dtype=np.int64), times[:, 0], times[:, 1], sure)
        name = (self.packed.classes[label],)
        return Packed(self.packed.files, name, Side(file, zeros, onset, offset, score), answers)


def _best(
    joined: _Joined, label: int, count: Callable[[Packed], Counts], ways: tuple[str, ...]
) -> ClassSettings:
    if not (joined.packed.truth.label == label).any():
        return Threshold()
    column = joined.column(label)

    def merit(settings: ClassSettings) -> Merit:
        found, sure = decode_class(column, settings, joined.hop_s)
        return _merit(joined.against(label, found, sure), count)

    best: list[tuple[Merit, ClassSettings]] = []
    if "threshold" in ways:
        # in two steps: what is smooth and loud, then what is kept of it
        first = [Threshold(high, high, median) for median in MEDIANS_S for high in HIGHS]
        middle = sorted(first, key=lambda each: abs(each.high - 0.5))  # of equals the most usual
        start = max(middle, key=merit)
        assert isinstance(start, Threshold)
        second: list[ClassSettings] = [
            replace(start, low=round(low * start.high, 3), gap_s=gap, least_s=least)
            for low in LOWS
            for gap in GAPS_S
            for least in LEASTS_S
        ]
        chosen = max(second, key=merit)
        best.append((merit(chosen), chosen))
    if "boxes" in ways:
        for step in STEPS_S:
            for least, ratio in DEPTHS:
                best.append(_best_box(joined, label, count, Boxes(0.0, step, least, ratio)))
    return max(best, key=lambda pair: pair[0])[1]


def _merit(packed: Packed, count: Callable[[Packed], Counts]) -> Merit:
    first = float(class_f1(count(packed).total)[0])
    again = first if count is collar_counts else float(class_f1(collar_counts(packed).total)[0])
    return first, again


def _best_box(
    joined: _Joined, label: int, count: Callable[[Packed], Counts], plain: Boxes
) -> tuple[Merit, ClassSettings]:
    """The best confidence for boxes that are made once."""
    found, sure = decode_class(joined.column(label), plain, joined.hop_s)
    merits = []
    for confidence in CONFIDENCES:
        kept = sure >= confidence
        merits.append(_merit(joined.against(label, found[kept], sure[kept]), count))
    # the middle of the best stretch: its ends are chance
    top = [at for at, merit in enumerate(merits) if merit == max(merits)]
    at = top[len(top) // 2]
    return merits[at], replace(plain, confidence=CONFIDENCES[at])
