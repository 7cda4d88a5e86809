"""The polyphonic sound detection score: what a detector finds, over all thresholds.

Source: Bilen et al. 2020 (see `intersection`); the settings are DCASE task 4's since 2021, and the
exact sum over thresholds is that of Ebbers et al. 2022 (see `changes`).

For each class, r(e) is the largest share of events found at any threshold at which the effective
rate of false answers is at most e an hour: false answers an hour + alpha_ct x the mean over other
classes of cross triggers per hour of their events. PSDS is the area under max(0, mean of r -
alpha_st x its standard deviation over classes) from e = 0 to 100, over 100.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from earmark.errors import ConfigError
from earmark.evaluation.checks import Floats
from earmark.evaluation.events.changes import AllChanges, intersection_changes
from earmark.evaluation.events.intersection import Tolerance
from earmark.evaluation.events.packed import EventMap
from earmark.evaluation.events.tracks import Track

HOUR_S = 3600.0


@dataclass(frozen=True)
class PsdsSetting:
    """Which answers count, and what is held against a detector."""

    tolerance: Tolerance
    cttc: float | None  # None: cross triggers are not counted
    alpha_ct: float
    alpha_st: float
    most: float = 100.0  # false answers an hour

    def __post_init__(self) -> None:
        if (self.cttc is None) != (self.alpha_ct == 0):
            raise ConfigError("cttc and an alpha_ct above 0 go together, got one of them")


PSDS1 = PsdsSetting(Tolerance(0.7, 0.7), None, 0.0, 1.0)  # to the point in time
PSDS2 = PsdsSetting(Tolerance(0.1, 0.1), 0.3, 0.5, 1.0)  # to the right class


@dataclass(frozen=True)
class Psds:
    """The score, that of each class by itself, and the curve it is the area of."""

    value: float
    by_class: dict[str, float | None]  # None: the truth has no event of it
    rate: Floats  # (points,) effective false answers an hour, rising from 0
    found: Floats  # (points,) effective share of events found from there on


def psds(
    truth: EventMap,
    tracks: Mapping[str, Track],
    durations_s: Mapping[str, float],
    classes: Iterable[str],
    setting: PsdsSetting = PSDS1,
) -> Psds:
    """PSDS of scores, exact over all thresholds.

    Args:
        truth: events of each recording. tracks: scores of each, see `tracks`; one without is
            never answered.
        durations_s: length of each recording.
        classes: names of the columns of scores.
    Raises:
        ConfigError: a recording without a length, a label or recording that is unknown, no event.

    >>> from earmark.datasets.strong import Event
    >>> from earmark.evaluation.events.tracks import frame_track
    >>> heard = {"a": [Event("dog", 1, 2)]}
    >>> psds(heard, {"a": frame_track([[0.1], [0.9], [0.1]], hop_s=1)}, {"a": 3.0}, ["dog"]).value
    1.0
    """
    names = tuple(classes)
    changes = intersection_changes(truth, tracks, names, setting.tolerance, setting.cttc)
    return from_changes(changes, lengths(truth, durations_s), setting)


def lengths(truth: EventMap, durations_s: Mapping[str, float]) -> Floats:
    """The length of each recording, (files,); ConfigError where it is not known."""
    lacking = [name for name in truth if name not in durations_s]
    if lacking:
        raise ConfigError(
            f"rates an hour need the length of each recording; that of '{lacking[0]}' is not "
            f"known ({len(lacking)} of {len(truth)})"
        )
    return np.array([durations_s[name] for name in truth], dtype=np.float64)


def from_changes(
    changes: AllChanges,
    length_s: Floats,
    setting: PsdsSetting,
    weights: Floats | None = None,
) -> Psds:
    """PSDS of changes, each file weighted by `weights` (files,); None: all alike."""
    weight = np.ones(len(length_s)) if weights is None else weights
    present = changes.true.sum(axis=0) > 0  # classes without events can be found by nobody
    if not present.any():
        raise ConfigError("PSDS needs at least 1 event in the truth, got 0")
    total_s = float(weight @ length_s)
    true, true_s = weight @ changes.true, weight @ changes.true_s
    curves = [
        _curve(changes, label, setting, weight, total_s, true, true_s)
        for label in map(int, np.flatnonzero(present))
    ]
    rates = np.unique(np.concatenate([[0.0], *(rate for rate, _ in curves)]))
    found = np.stack([_held(rate, share, rates) for rate, share in curves])  # (classes, points)
    effective = np.maximum(found.mean(axis=0) - setting.alpha_st * found.std(axis=0), 0)
    single = iter(_area(rate, share, setting.most) for rate, share in curves)
    by_class = {
        name: next(single) if known else None
        for name, known in zip(changes.classes, present, strict=True)
    }
    return Psds(_area(rates, effective, setting.most), by_class, rates, effective)


def _curve(
    changes: AllChanges,
    label: int,
    setting: PsdsSetting,
    weight: Floats,
    total_s: float,
    true: Floats,
    true_s: Floats,
) -> tuple[Floats, Floats]:
    """Rates, rising, and the largest share found up to each."""
    each = changes.by_class[label]
    if len(each.score) == 0:
        return np.zeros(1), np.zeros(1)
    closing = np.ones(len(each.score), dtype=bool)
    closing[:-1] = each.score[1:] != each.score[:-1]
    of_file = weight[each.file]
    share = np.cumsum(each.found * of_file)[closing] / true[label]
    rate = np.cumsum(each.false * of_file)[closing] / total_s
    if setting.alpha_ct:
        others = [o for o in np.flatnonzero(true_s > 0) if o != label]
        if others:
            crossed = np.cumsum(each.crossed[:, others] * of_file[:, None], axis=0)[closing]
            rate = rate + setting.alpha_ct * (crossed / true_s[others]).mean(axis=1)
    # sums of ups and downs end in rounding, not always in 0
    rate, share = np.maximum(HOUR_S * rate, 0), np.concatenate([[0.0], share])
    rate = np.concatenate([[0.0], rate])
    inside = rate <= setting.most
    rate, share = rate[inside], share[inside]
    order = np.lexsort((share, rate))
    rate, best = rate[order], np.maximum.accumulate(share[order])
    last = np.ones(len(rate), dtype=bool)
    last[:-1] = rate[1:] != rate[:-1]
    rate, best = rate[last], best[last]
    rises = np.concatenate([[True], best[1:] > best[:-1]])
    return rate[rises], best[rises]


def _held(rate: Floats, share: Floats, at: Floats) -> Floats:
    """The share at each of `at`: that of the last rate up to it."""
    return np.asarray(share[np.searchsorted(rate, at, side="right") - 1])


def _area(rate: Floats, share: Floats, most: float) -> float:
    """The area under the steps up to `most`, over `most`."""
    widths = np.diff(np.append(rate, most))
    return float((share * widths).sum() / most)
