"""Clips whose label does not fit what is heard, by confident learning (library: cleanlab).

Every clip was answered by a network that had not learned from it. Where such answers contradict a
label more than that class's usual confidence explains, the label is doubted: Northcutt, Jiang and
Chuang, Confident learning, J. Artif. Intell. Res. 70, 2021. What is only hard to hear is flagged as
well: it is a list to listen to, not one to delete.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from earmark.errors import ConfigError
from earmark.evaluation.checks import Floats, as_labels, as_probabilities, same_length

Flags = npt.NDArray[np.bool_]
# As many as confident learning counts, the least probable labels first. Of cleanlab's rules the one
# that found most of planted errors with the fewest others (docs/label-errors.md).
RULE = "low_self_confidence"


@dataclass(frozen=True)
class Doubted:
    """A clip whose label does not fit what is heard."""

    name: str
    label: str
    """As given; several with ';' between them."""
    suggested: str
    """What it seems to be."""
    quality: float
    """Probability of the given label, from 0 (surely wrong) to 1; of several, the least one."""
    group: str
    probabilities: tuple[float, ...]
    """Of every class, in the order of the classes."""

    def to_dict(self, classes: Sequence[str]) -> dict[str, Any]:
        """As JSON."""
        scores = dict(zip(classes, self.probabilities, strict=True))
        return {**vars(self), "probabilities": scores}


def doubtful(targets: npt.ArrayLike, probabilities: npt.ArrayLike, rule: str = RULE) -> Flags:
    """Which labels look wrong, (clips,): class numbers (clips,), probabilities (clips, classes).

    The probabilities must come from networks that had not learned from the clip. Classes without a
    clip are passed over. `rule` is cleanlab's `filter_by`. Raises ConfigError: shapes that do not
    fit; ModuleNotFoundError: cleanlab is not installed.
    """
    table = np.asarray(probabilities)
    if table.ndim != 2:
        raise ConfigError(f"probabilities must have shape (clips, classes), got {table.shape}")
    true = as_labels("targets", targets, table.shape[1])
    rows = as_probabilities("probabilities", table, len(true), table.shape[1])
    present = np.unique(true)
    if len(present) < 2:
        return np.zeros(len(true), np.bool_)
    from cleanlab.filter import find_label_issues

    kept = np.maximum(rows[:, present], 1e-12)
    kept /= kept.sum(axis=1, keepdims=True)
    found = find_label_issues(np.searchsorted(present, true), kept, filter_by=rule, n_jobs=1)
    # never one that is answered as it is labelled: only a class left out could be the reason
    flags: Flags = np.asarray(found, np.bool_) & (rows.argmax(axis=1) != true)
    return flags


def doubted_clips(
    names: Sequence[str],
    targets: npt.ArrayLike,
    probabilities: npt.ArrayLike,
    groups: Sequence[str],
    classes: Sequence[str],
) -> list[Doubted]:
    """The clips whose one label looks wrong, the worst first; see `doubtful`."""
    rows, true = np.asarray(probabilities, np.float64), np.asarray(targets)
    same_length("names", len(names), "targets", len(true))
    found = [
        Doubted(
            name=names[at],
            label=classes[true[at]],
            suggested=classes[int(rows[at].argmax())],
            quality=float(rows[at, true[at]]),
            group=str(groups[at]),
            probabilities=tuple(map(float, rows[at])),
        )
        for at in map(int, np.flatnonzero(doubtful(true, rows)))
    ]
    return sorted(found, key=lambda clip: (clip.quality, clip.name))


def doubted_sets(
    names: Sequence[str],
    targets: npt.ArrayLike,
    scores: npt.ArrayLike,
    groups: Sequence[str],
    classes: Sequence[str],
) -> list[Doubted]:
    """The same where clips may have several labels: each label is asked about by itself.

    `targets` (clips, classes) are true where a clip has the label; of a doubted clip the labels
    that look wrong are turned round in what is suggested.
    """
    marks, rows = np.asarray(targets, np.bool_), np.asarray(scores, np.float64)
    same_length("names", len(names), "targets", len(marks))
    flags = np.stack([_doubtful_mark(marks[:, k], rows[:, k]) for k in range(len(classes))], 1)
    own = np.where(marks, rows, 1 - rows)  # probability of what is given
    every = np.array(classes)
    found = [
        Doubted(
            name=names[at],
            label=";".join(every[marks[at]]),
            suggested=";".join(every[marks[at] ^ flags[at]]),
            quality=float(own[at][flags[at]].min()),
            group=str(groups[at]),
            probabilities=tuple(map(float, rows[at])),
        )
        for at in map(int, np.flatnonzero(flags.any(axis=1)))
    ]
    return sorted(found, key=lambda clip: (clip.quality, clip.name))


def _doubtful_mark(marks: Flags, scores: Floats) -> Flags:
    return doubtful(marks.astype(np.int64), np.stack([1 - scores, scores], 1))
