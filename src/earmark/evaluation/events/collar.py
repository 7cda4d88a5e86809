"""Event-based counts: an answer is right if it begins and ends about where the event does.

Source: Mesaros et al. 2016 (see `counts`), as sed_eval counts it: the onset within 200 ms; the
offset within 200 ms or 20 % of the event's length, whichever is more; as many pairs as can be made.
A substitution is an event and an answer left over that would have matched but for the label.
"""

import numpy as np
import numpy.typing as npt

from earmark.errors import ConfigError
from earmark.evaluation.checks import Floats, Labels
from earmark.evaluation.events.counts import Counts
from earmark.evaluation.events.matching import match
from earmark.evaluation.events.packed import DECIMALS, Packed, pairs_of, sums

COLLAR_S = 0.2
OFFSET_SHARE = 0.2
_SLACK_S = 1e-3  # candidates are looked for a little too far; the exact test comes after


def near(distance: Floats, limit: Floats | float, decimals: int | None) -> npt.NDArray[np.bool_]:
    """Whether distances are within limits, to so many decimals; None: as the floats are."""
    if decimals is None:
        return np.asarray(distance <= limit)
    return np.asarray(np.round(distance - limit, decimals) <= 0)


def collar_counts(
    packed: Packed,
    *,
    collar_s: float = COLLAR_S,
    offset_share: float = OFFSET_SHARE,
    offsets: bool = True,
    decimals: int | None = DECIMALS,
) -> Counts:
    """Count each file's events; `offsets`: whether ends must fit too.

    `decimals`: times are compared to so many; None as sed_eval does, where an onset .2 s off may
    or may not be within .2 s, by the rounding of floats.
    """
    if not (collar_s >= 0 and offset_share >= 0):
        raise ConfigError(
            f"collar_s and offset_share must be 0 or more, got {collar_s} and {offset_share}"
        )
    truth, answers = packed.truth, packed.answers
    of_truth, of_answer = _candidates(packed, collar_s)
    fits = near(np.abs(truth.onset_s[of_truth] - answers.onset_s[of_answer]), collar_s, decimals)
    if offsets:
        length = truth.offset_s - truth.onset_s
        limit = np.maximum(collar_s, offset_share * length)
        distance = np.abs(truth.offset_s[of_truth] - answers.offset_s[of_answer])
        fits &= near(distance, limit[of_truth], decimals)
    of_truth, of_answer = of_truth[fits], of_answer[fits]
    same = truth.label[of_truth] == answers.label[of_answer]
    matched_answer, matched_truth = match(of_answer[same], of_truth[same])
    right = np.zeros(len(truth), dtype=bool)
    right[matched_truth] = True
    used = np.zeros(len(answers), dtype=bool)
    used[matched_answer] = True
    swapped = _substitutions(of_truth, of_answer, right, used)
    found = np.stack(
        [sums(packed, truth, right), sums(packed, truth), sums(packed, answers)], axis=1
    )
    n_true, n_answered, n_right = (found[:, at].sum(axis=1) for at in (1, 2, 0))
    substituted = np.bincount(truth.file[swapped], minlength=len(packed.files))
    errors = [
        n_true,
        substituted,
        n_true - n_right - substituted,
        n_answered - n_right - substituted,
    ]
    return Counts(found, np.stack(errors, axis=1).astype(np.float64))


def _candidates(packed: Packed, collar_s: float) -> tuple[Labels, Labels]:
    """Events and answers of one file with onsets near each other, by event and then by answer."""
    truth, answers = packed.truth, packed.answers
    if len(truth) == 0 or len(answers) == 0:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    reach_s = collar_s + _SLACK_S
    span_s = max(truth.onset_s.max(), answers.onset_s.max()) + 2 * reach_s + 1
    order = np.argsort(answers.file * span_s + answers.onset_s, kind="stable")
    keys = (answers.file * span_s + answers.onset_s)[order]
    wanted = truth.file * span_s + truth.onset_s
    low = np.searchsorted(keys, wanted - reach_s, side="left")
    high = np.searchsorted(keys, wanted + reach_s, side="right")
    of_truth, place = pairs_of(low, high)
    of_answer = order[place]
    by_both = np.lexsort((of_answer, of_truth))
    return of_truth[by_both], of_answer[by_both]


def _substitutions(
    of_truth: Labels,
    of_answer: Labels,
    right: npt.NDArray[np.bool_],
    used: npt.NDArray[np.bool_],
) -> Labels:
    """The events left over that get an answer left over, first come, first served."""
    over = ~right[of_truth] & ~used[of_answer]
    given: set[int] = set()
    swapped: list[int] = []
    last = -1
    for truth, answer in zip(of_truth[over].tolist(), of_answer[over].tolist(), strict=True):
        if truth != last and answer not in given:
            given.add(answer)
            swapped.append(truth)
            last = truth
    return np.array(swapped, dtype=np.int64)
