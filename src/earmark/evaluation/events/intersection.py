"""Intersection-based counts: an answer is right if enough of it lies within events of its label.

Source: C. Bilen, G. Ferroni, F. Tuveri, J. Azcarreta, S. Krstulovic, "A framework for the robust
evaluation of sound event detection", ICASSP 2020. With DTC, an answer counts if at least that share
of it is covered by events of its class; with GTC, an event is found if at least that share of it
is covered by answers that count. Overlapping events of one label are one.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from earmark.errors import ConfigError
from earmark.evaluation.checks import Floats, Labels
from earmark.evaluation.events.counts import Counts
from earmark.evaluation.events.packed import DECIMALS, Packed, Side, pairs_of, sums


@dataclass(frozen=True)
class Tolerance:
    """The two criteria, each a share above 0 and at most 1."""

    dtc: float
    gtc: float

    def __post_init__(self) -> None:
        for name in ("dtc", "gtc"):
            if not 0 < getattr(self, name) <= 1:
                raise ConfigError(f"{name} must lie in (0, 1], got {getattr(self, name)}")


HALF = Tolerance(0.5, 0.5)  # DCASE task 4's "intersection-based F1"


def intersection_counts(packed: Packed, tolerance: Tolerance = HALF) -> Counts:
    """Count each file's events; answers of no length are none. Substitutions are not told apart.

    What is answered is taken as sed_scores_eval does: events found plus answers that do not count.
    """
    truth = without_overlaps(packed.truth)
    answers = without_overlaps(packed.answers)
    heard = answers.offset_s > answers.onset_s
    answers = Side(*(column[heard] for column in vars(answers).values()))
    of_answer, of_truth, shared_s = _shared(packed, truth, answers)
    covered_s = np.bincount(of_answer, weights=shared_s, minlength=len(answers))
    counts = enough(covered_s, tolerance.dtc * (answers.offset_s - answers.onset_s))
    kept = counts[of_answer]
    found_s = np.bincount(of_truth[kept], weights=shared_s[kept], minlength=len(truth))
    length_s = truth.offset_s - truth.onset_s
    # what has no length can be covered by nothing: it is missed
    found = enough(found_s, tolerance.gtc * length_s) & (length_s > 0)
    tp, true = sums(packed, truth, found), sums(packed, truth)
    answered = tp + sums(packed, answers, ~counts)
    missed, false = (true - tp).sum(axis=1), (answered - tp).sum(axis=1)
    errors = np.stack([true.sum(axis=1), np.zeros(len(true)), missed, false], axis=1)
    return Counts(np.stack([tp, true, answered], axis=1), errors)


def enough(have_s: npt.NDArray[Any], need_s: Floats) -> npt.NDArray[np.bool_]:
    """Whether times reach what is needed, to the microsecond."""
    return np.asarray(np.round(have_s, DECIMALS) >= np.round(need_s, DECIMALS))


def without_overlaps(side: Side) -> Side:
    """Events of one file and label that overlap as one, in order; those that touch stay two."""
    if len(side) == 0:
        return side
    order = np.lexsort((side.offset_s, side.onset_s, side.label, side.file))
    file, label, onset, offset, score = (column[order] for column in vars(side).values())
    fresh = np.ones(len(order), dtype=bool)
    new_class = (file[1:] != file[:-1]) | (label[1:] != label[:-1])
    block = np.concatenate([[0], np.cumsum(new_class)])
    # the furthest offset so far within a block: blocks lie apart by more than any time
    apart = float(offset.max()) + 1
    reach = np.maximum.accumulate(offset + block * apart) - block * apart
    same_moment = (onset[1:] == offset[1:]) & (onset[1:] == onset[:-1]) & (onset[1:] == reach[:-1])
    # the sum above is rounded: so is the comparison
    overlap = np.round(onset[1:] - reach[:-1], DECIMALS) < 0
    fresh[1:] = new_class | ~(overlap | same_moment)
    starts = np.flatnonzero(fresh)
    return Side(
        file[starts],
        label[starts],
        onset[starts],
        np.maximum.reduceat(offset, starts),
        np.fmax.reduceat(score, starts),
    )


def _shared(packed: Packed, truth: Side, answers: Side) -> tuple[Labels, Labels, Floats]:
    """Answers and events of one file and label that intersect, and for how long."""
    classes = len(packed.classes)
    if len(truth) == 0 or len(answers) == 0:
        none = np.zeros(0, dtype=np.int64)
        return none, none, np.zeros(0)
    span_s = max(truth.offset_s.max(), answers.offset_s.max()) + 1
    base, asked = (
        (side.file * classes + side.label).astype(np.float64) * span_s for side in (truth, answers)
    )
    slack_s = 1e-3  # the sums are rounded; what does not intersect is left out below
    low = np.searchsorted(base + truth.offset_s, asked + answers.onset_s - slack_s)
    high = np.searchsorted(base + truth.onset_s, asked + answers.offset_s + slack_s)
    of_answer, of_truth = pairs_of(low, high)
    begin = np.maximum(truth.onset_s[of_truth], answers.onset_s[of_answer])
    shared_s = np.minimum(truth.offset_s[of_truth], answers.offset_s[of_answer]) - begin
    same = (truth.file[of_truth] == answers.file[of_answer]) & (
        truth.label[of_truth] == answers.label[of_answer]
    )
    keep = same & (shared_s > 0)
    return of_answer[keep], of_truth[keep], shared_s[keep]
