"""What changes at which score: the intersection-based counts of every threshold at once.

Source: J. Ebbers, R. Serizel, R. Haeb-Umbach, "Threshold independent evaluation of sound event
detection scores", ICASSP 2022: counts change only where the threshold passes a score, so the
changes of all files, sorted by score and summed up, are the counts at every threshold there is.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from earmark.evaluation.checks import Floats, Labels
from earmark.evaluation.events.intersection import Tolerance, enough, without_overlaps
from earmark.evaluation.events.packed import EventMap, Side, pack, pairs_of, sums
from earmark.evaluation.events.tracks import Runs, Track, Tracks, join_tracks, runs_of


@dataclass(frozen=True)
class Changes:
    """Of one class, as the threshold falls to each score: (changes,) each, the highest first."""

    score: Floats
    file: Labels
    found: Floats  # events found, +1 or -1
    false: Floats  # answers that do not count
    crossed: Floats  # (changes, classes): such answers that lie on another class's events


@dataclass(frozen=True)
class AllChanges:
    """Of every class, and what their rates are taken of."""

    classes: tuple[str, ...]
    by_class: tuple[Changes, ...]
    true: Floats  # (files, classes): events
    true_s: Floats  # (files, classes): their time


def intersection_changes(
    truth: EventMap,
    tracks: Mapping[str, Track],
    classes: Iterable[str],
    tolerance: Tolerance,
    cttc: float | None = None,
) -> AllChanges:
    """The changes of counts by `tolerance` and, with `cttc`, of cross triggers.

    An answer that does not count is a cross trigger with another class if at least the share `cttc`
    of it lies within events of that class.
    """
    packed = pack(truth, {}, classes)
    events = without_overlaps(packed.truth)
    joined = join_tracks(tracks, packed.files, len(packed.classes))
    number = range(len(packed.classes))
    covered = [_covered(events, label, joined) for label in number]
    by_class = []
    for label in number:
        runs = runs_of(joined.scores[:, label], joined.longest)
        by_class.append(_class_changes(events, label, runs, joined, covered, tolerance, cttc))
    true_s = np.zeros(packed.shape)
    np.add.at(true_s, (events.file, events.label), events.offset_s - events.onset_s)
    return AllChanges(packed.classes, tuple(by_class), sums(packed, events), true_s)


def _covered(events: Side, label: int, joined: Tracks) -> tuple[Floats, Floats]:
    """How much time of a class's events lies before each frame's begin and end, in its file."""
    chosen = np.flatnonzero(events.label == label)
    file, onset, offset = (c[chosen] for c in (events.file, events.onset_s, events.offset_s))
    begin, end = np.zeros(len(joined.file)), np.zeros(len(joined.file))
    if len(chosen) == 0:
        return begin, end
    # files are in order on both sides, so that each has one stretch of frames and one of events
    known = np.unique(file)
    real = np.flatnonzero(joined.file >= 0)
    low = np.searchsorted(joined.file[real], known, side="left")
    high = np.searchsorted(joined.file[real], known, side="right")
    first = np.searchsorted(file, known, side="left")
    last = np.searchsorted(file, known, side="right")
    for a, b, f, g in zip(low, high, first, last, strict=True):
        at = real[a:b]
        lengths = np.concatenate([[0.0], np.cumsum(offset[f:g] - onset[f:g])])
        for times, out in ((joined.begin_s, begin), (joined.end_s, end)):
            t = times[at]
            begun = np.searchsorted(onset[f:g], t, side="right")
            before = lengths[begun]
            running = np.maximum(begun - 1, 0)
            rest = np.where(begun > 0, np.maximum(offset[f:g][running] - t, 0), 0)
            out[at] = before - rest
    return begin, end


def _class_changes(
    events: Side,
    label: int,
    runs: Runs,
    joined: Tracks,
    covered: list[tuple[Floats, Floats]],
    tolerance: Tolerance,
    cttc: float | None,
) -> Changes:
    onset, offset = joined.begin_s[runs.first], joined.end_s[runs.last]
    length = offset - onset
    begin, end = covered[label]
    counts = enough(end[runs.last] - begin[runs.first], tolerance.dtc * length)
    wrong = np.flatnonzero(~counts)
    crossed = np.zeros((len(runs.first), len(covered)))
    if cttc is not None:
        need = cttc * length[wrong]
        for other, (begin, end) in enumerate(covered):
            if other != label:
                have = end[runs.last[wrong]] - begin[runs.first[wrong]]
                crossed[wrong, other] = enough(have, need)
    file = joined.file[runs.first]
    gone = np.flatnonzero(~counts & (runs.vanishes > -np.inf))
    came = wrong
    found_score, found_file, found_step = _found(events, label, runs, joined, counts, tolerance.gtc)
    blank = np.zeros((len(found_score), len(covered)))
    score = np.concatenate([runs.appears[came], runs.vanishes[gone], found_score])
    order = np.argsort(-score, kind="stable")
    none = np.zeros(len(found_score))
    false = np.concatenate([np.ones(len(came)), -np.ones(len(gone)), none])
    return Changes(
        score[order],
        np.concatenate([file[came], file[gone], found_file])[order],
        np.concatenate([np.zeros(len(came) + len(gone)), found_step])[order],
        false[order],
        np.concatenate([crossed[came], -crossed[gone], blank])[order],
    )


def _found(
    events: Side,
    label: int,
    runs: Runs,
    joined: Tracks,
    counts: npt.NDArray[np.bool_],
    gtc: float,
) -> tuple[Floats, Labels, Floats]:
    """Where events of a class become found or lost: score, file, +1 or -1."""
    chosen = np.flatnonzero((events.label == label) & (events.offset_s > events.onset_s))
    file, onset, offset = events.file[chosen], events.onset_s[chosen], events.offset_s[chosen]
    good = np.flatnonzero(counts)
    if len(chosen) == 0 or len(good) == 0:
        return np.zeros(0), np.zeros(0, dtype=np.int64), np.zeros(0)
    run_file = joined.file[runs.first[good]]
    run_onset, run_offset = joined.begin_s[runs.first[good]], joined.end_s[runs.last[good]]
    span_s = max(float(offset.max()), float(run_offset.max())) + 1
    slack_s = 1e-3
    low = np.searchsorted(file * span_s + offset, run_file * span_s + run_onset - slack_s)
    high = np.searchsorted(file * span_s + onset, run_file * span_s + run_offset + slack_s)
    of_run, of_event = pairs_of(low, high)
    begin = np.maximum(run_onset[of_run], onset[of_event])
    shared = np.minimum(run_offset[of_run], offset[of_event]) - begin
    keep = (shared > 0) & (run_file[of_run] == file[of_event])
    of_run, of_event, shared = of_run[keep], of_event[keep], shared[keep]
    of_run = good[of_run]
    gone = runs.vanishes[of_run] > -np.inf
    score = np.concatenate([runs.appears[of_run], runs.vanishes[of_run][gone]])
    event = np.concatenate([of_event, of_event[gone]])
    change_s = np.concatenate([shared, -shared[gone]])
    score, event, step = switches(score, event, change_s, gtc * (offset - onset))
    return score, file[event], step


def switches(
    score: Floats, event: Labels, change: Floats, need: Floats
) -> tuple[Floats, Labels, Floats]:
    """Where the sum of an event's changes comes to reach its need, or not to: score, event, +-1.

    Changes come as the threshold falls; need (events,).
    """
    if len(event) == 0:
        return score, event, change
    order = np.lexsort((-score, event))
    score, event, change = score[order], event[order], change[order]
    held = np.cumsum(change)
    starts = np.concatenate([[True], event[1:] != event[:-1]])
    held = held - (held - change)[starts][np.cumsum(starts) - 1]
    closing = np.ones(len(event), dtype=bool)  # only the last of equal scores is a threshold
    closing[:-1] = starts[1:] | (score[1:] != score[:-1])
    score, event, held = score[closing], event[closing], held[closing]
    reached = enough(held, need[event]).astype(np.float64)
    before = np.concatenate([[0.0], reached[:-1]])
    before[np.concatenate([[True], event[1:] != event[:-1]])] = 0
    step = reached - before
    moved = step != 0
    return score[moved], event[moved], step[moved]
