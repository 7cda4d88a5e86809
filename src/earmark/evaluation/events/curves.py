"""Precision and recall at every threshold, class by class, and where F1 is best.

Source: Ebbers et al. 2022 (see `changes`). The best F1 of a test part is chosen on it, and so is
too good: choose thresholds on validation, and look at curves to see what a threshold costs.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from earmark.evaluation.checks import Floats, Labels
from earmark.evaluation.events.changes import switches
from earmark.evaluation.events.collar import COLLAR_S, OFFSET_SHARE, near
from earmark.evaluation.events.counts import divide, f1_of
from earmark.evaluation.events.matching import match
from earmark.evaluation.events.packed import DECIMALS, EventMap, pack, pairs_of
from earmark.evaluation.events.psds import lengths
from earmark.evaluation.events.segments import SEGMENT_S, roll, starts_of
from earmark.evaluation.events.tracks import Runs, Track, Tracks, join_tracks, runs_of


@dataclass(frozen=True)
class Best:
    """The highest F1 of a class, and a threshold half way to where it changes."""

    f1: float
    precision: float
    recall: float
    threshold: float


@dataclass(frozen=True)
class Curve:
    """Of one class; answers are what scores at least the threshold. (points,) each."""

    threshold: Floats  # falling
    tp: Floats
    answered: Floats
    true: float  # events (or segments) of the truth

    @property
    def precision(self) -> Floats:
        """NaN where nothing is answered."""
        return divide(self.tp, self.answered)

    @property
    def recall(self) -> Floats:
        """NaN where the truth has none."""
        return divide(self.tp, np.asarray(self.true))

    @property
    def f1(self) -> Floats:
        """NaN where the truth has none."""
        return f1_of(self.tp, np.full(len(self.tp), self.true), self.answered)

    def best(self) -> Best | None:
        """None where the truth has no event, or nothing was ever answered."""
        f1 = self.f1
        if len(f1) == 0 or np.isnan(f1).any():
            return None
        at = int(f1.argmax())
        lower = self.threshold[at + 1 : at + 2]
        threshold = float(
            (self.threshold[at] + (lower[0] if len(lower) else self.threshold[at])) / 2
        )
        precision = self.precision[at]
        return Best(float(f1[at]), float(precision), float(self.recall[at]), threshold)


def collar_curves(
    truth: EventMap,
    tracks: Mapping[str, Track],
    classes: Iterable[str],
    *,
    collar_s: float = COLLAR_S,
    offset_share: float = OFFSET_SHARE,
) -> dict[str, Curve]:
    """Event-based curves, by class; see `collar.collar_counts`."""
    packed = pack(truth, {}, classes)
    joined = join_tracks(tracks, packed.files, len(packed.classes))
    found = {}
    for label, name in enumerate(packed.classes):
        runs = runs_of(joined.scores[:, label], joined.longest)
        chosen = packed.truth.label == label
        columns = (packed.truth.file, packed.truth.onset_s, packed.truth.offset_s)
        file, onset, offset = (column[chosen] for column in columns)
        order = np.lexsort((onset, file))
        events = (file[order], onset[order], offset[order])
        of_run, of_event = _hits(runs, joined, events, collar_s, offset_share)
        score, step = _matched(runs, joined, of_run, of_event, len(onset))
        gone = runs.vanishes > -np.inf
        found[name] = _curve(
            np.concatenate([runs.appears, runs.vanishes[gone], score]),
            np.concatenate([np.zeros(len(gone) + int(gone.sum())), step]),
            np.concatenate([np.ones(len(gone)), -np.ones(int(gone.sum())), np.zeros(len(score))]),
            len(onset),
        )
    return found


def segment_curves(
    truth: EventMap,
    tracks: Mapping[str, Track],
    durations_s: Mapping[str, float],
    classes: Iterable[str],
    *,
    segment_s: float = SEGMENT_S,
) -> dict[str, Curve]:
    """Segment-based curves, by class; a segment's score is the highest in it."""
    packed = pack(truth, {}, classes)
    lengths(truth, durations_s)  # all are known
    starts = starts_of(packed, durations_s, segment_s, DECIMALS)
    true = roll(packed, packed.truth, starts, segment_s, DECIMALS)
    best = np.full(true.shape, -np.inf)
    join_tracks(tracks, packed.files, len(packed.classes))  # checks
    for at, file in enumerate(packed.files):
        if file in tracks and len(tracks[file].scores):
            track = tracks[file]
            edges = np.round(track.edges_s, DECIMALS)
            bounds = np.round(segment_s * np.arange(starts[at + 1] - starts[at] + 1), DECIMALS)
            first = np.searchsorted(edges[1:], bounds[:-1], side="right")
            last = np.searchsorted(edges[:-1], bounds[1:], side="left")
            some = np.flatnonzero(last > first)
            # reduceat takes pairs; the odd results, between segments, are dropped
            ends = np.stack([first[some], last[some]], axis=1).ravel()
            padded = np.concatenate([track.scores, np.full((1, true.shape[1]), -np.inf)])
            if len(some):
                best[starts[at] + some] = np.maximum.reduceat(padded, ends, axis=0)[::2]
    found = {}
    for label, name in enumerate(packed.classes):
        score, on = best[:, label], true[:, label].astype(np.float64)
        heard = score > -np.inf
        found[name] = _curve(score[heard], on[heard], np.ones(int(heard.sum())), int(on.sum()))
    return found


def _curve(score: Floats, tp: Floats, answered: Floats, true: int) -> Curve:
    """Changes at scores, summed up."""
    order = np.argsort(-score, kind="stable")
    score, tp, answered = score[order], np.cumsum(tp[order]), np.cumsum(answered[order])
    closing = np.ones(len(score), dtype=bool)
    closing[:-1] = score[1:] != score[:-1]
    score, tp, answered = score[closing], tp[closing], answered[closing]
    same = np.zeros(len(score), dtype=bool)  # where nothing changes there is no point
    same[1:] = (tp[1:] == tp[:-1]) & (answered[1:] == answered[:-1])
    return Curve(score[~same], tp[~same], answered[~same], float(true))


def _hits(
    runs: Runs,
    joined: Tracks,
    events: tuple[Labels, Floats, Floats],
    collar_s: float,
    offset_share: float,
) -> tuple[Labels, Labels]:
    """Runs and events within the collars of each other; events by file and onset."""
    file, onset, offset = events
    run_file = joined.file[runs.first]
    run_onset, run_offset = joined.begin_s[runs.first], joined.end_s[runs.last]
    if len(file) == 0 or len(run_file) == 0:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    reach_s = collar_s + 1e-3
    span_s = max(float(onset.max()), float(run_onset.max())) + 2 * reach_s + 1
    keys, wanted = file * span_s + onset, run_file * span_s + run_onset
    low = np.searchsorted(keys, wanted - reach_s, side="left")
    high = np.searchsorted(keys, wanted + reach_s, side="right")
    of_run, of_event = pairs_of(low, high)
    limit = np.maximum(collar_s, offset_share * (offset - onset))[of_event]
    fits = near(np.abs(run_onset[of_run] - onset[of_event]), collar_s, DECIMALS)
    fits &= near(np.abs(run_offset[of_run] - offset[of_event]), limit, DECIMALS)
    return of_run[fits], of_event[fits]


def _matched(
    runs: Runs, joined: Tracks, of_run: Labels, of_event: Labels, events: int
) -> tuple[Floats, Floats]:
    """How the number of matched pairs changes with the threshold: score, change."""
    if len(of_run) == 0:
        return np.zeros(0), np.zeros(0)
    several = np.bincount(of_run)[of_run] > 1
    file = joined.file[runs.first[of_run]]
    hard = np.isin(file, file[several])
    gone = runs.vanishes[of_run] > -np.inf
    plain, leaving = ~hard, ~hard & gone
    score, _, step = switches(
        np.concatenate([runs.appears[of_run[plain]], runs.vanishes[of_run[leaving]]]),
        np.concatenate([of_event[plain], of_event[leaving]]),
        np.concatenate([np.ones(int(plain.sum())), -np.ones(int(leaving.sum()))]),
        np.ones(events),
    )
    scores, steps = [score], [step]
    for each in np.unique(file[hard]):  # one answer fits several events: pairs must be sought
        mine = file == each
        runs_here, events_here = of_run[mine], of_event[mine]
        appears, vanishes = runs.appears[runs_here], runs.vanishes[runs_here]
        every = np.unique(np.concatenate([appears, vanishes[vanishes > -np.inf]]))[::-1]
        number = [
            len(match(runs_here[on], events_here[on])[0])
            for on in ((appears >= threshold) & (vanishes < threshold) for threshold in every)
        ]
        scores.append(every)
        steps.append(np.diff(np.array([0, *number], dtype=np.float64)))
    return np.concatenate(scores), np.concatenate(steps)
