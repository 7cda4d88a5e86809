"""Recordings as bars of truth and answer over time: those found worst, and some found best."""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from earmark.datasets.strong.event import Event, in_order
from earmark.datasets.strong.tidy import merge_overlaps
from earmark.errors import EarmarkError
from earmark.evaluation.events.collar import COLLAR_S, OFFSET_SHARE
from earmark.evaluation.events.matching import match
from earmark.evaluation.events.packed import DECIMALS
from earmark.inference.report.files import Folder, Rows

EVENTS_FILE = "events.csv"  # columns: part (truth or answer), file, onset_s, offset_s, label, score
LONGEST_S = 60.0  # of a longer recording a bar is too thin to be seen: it is cut in stretches
WORST, BEST = 6, 4
_THINNEST = 0.4  # percent of the width
_SLACK_S = 1e-3  # candidates are looked for a little too far; the exact test comes after


@dataclass(frozen=True)
class Scene:
    """A recording, or a stretch of one; times in seconds from the recording's begin."""

    file: str
    begin_s: float
    end_s: float
    truth: tuple[Event, ...]
    answers: tuple[Event, ...]
    right: tuple[tuple[bool, ...], tuple[bool, ...]]
    """Which events of the truth were found, and which answers found one."""
    part: str = ""
    """The fold it was tested in."""

    @property
    def missed(self) -> int:
        """Events that no answer fits."""
        return self.right[0].count(False)

    @property
    def vain(self) -> int:
        """Answers that fit no event."""
        return self.right[1].count(False)

    def to_dict(self) -> dict[str, Any]:
        """As it stands in the document."""
        whole = self.begin_s == 0
        labels = dict.fromkeys(event.label for event in (*self.truth, *self.answers))
        return {
            "name": self.file if whole else f"{self.file} from {self.begin_s:g} s",
            "file": self.file,
            "fold": self.part,
            "begin_s": self.begin_s,
            "end_s": self.end_s,
            "events": len(self.truth),
            "right": self.right[0].count(True),
            "missed": self.missed,
            "vain": self.vain,
            "rows": [self._row(label) for label in labels],
        }

    def _row(self, label: str) -> dict[str, Any]:
        sides = [
            [self._bar(one, ok) for one, ok in zip(side, right, strict=True) if one.label == label]
            for side, right in zip((self.truth, self.answers), self.right, strict=True)
        ]
        said = "; ".join(
            f"{name} "
            + (", ".join(f"{b['onset_s']:g} to {b['offset_s']:g} s" for b in bars) or "none")
            for name, bars in zip(("truth", "answer"), sides, strict=True)
        )
        return {"label": label, "truth": sides[0], "answers": sides[1], "said": f"{label}: {said}"}

    def _bar(self, event: Event, right: bool) -> dict[str, Any]:
        span_s = self.end_s - self.begin_s
        width = max(100 * event.duration_s / span_s, _THINNEST)
        x = min(100 * (event.onset_s - self.begin_s) / span_s, 100 - width)
        times = {"onset_s": event.onset_s, "offset_s": event.offset_s, "score": event.score}
        return {**times, "x": x, "width": width, "right": right}


def gather_scenes(
    parts: Sequence[tuple[str, Folder]], length_s: Callable[[str], float] = lambda _: 0.0
) -> dict[str, Any] | None:
    """The scenes of `events.csv` in the folders of a run or its folds; None where there is none.

    `length_s` gives the length of a recording by its name, 0 where it is not known. Rows that are
    no events are told as a remark and passed over.
    """
    scenes: list[Scene] = []
    files = 0
    for name, folder in parts:
        rows = folder.rows(EVENTS_FILE)
        if rows:
            found, bad = _recordings(rows)
            if bad:
                folder.remarks.append(f"{bad} of {len(rows)} rows of {EVENTS_FILE} are no events")
            files += len(found)
            for file, (truth, answers, end_s) in found.items():
                scenes += scenes_of(file, truth, answers, end_s or length_s(file), part=name)
    if not scenes:
        return None
    wrong = sorted(
        (one for one in scenes if one.missed + one.vain),
        key=lambda one: (-one.missed - one.vain, one.file, one.begin_s),
    )
    good = sorted(
        (one for one in scenes if any(one.right[0])),
        key=lambda one: (one.missed + one.vain, -len(one.truth), one.file, one.begin_s),
    )
    worst = wrong[:WORST]
    best = [one for one in good[:BEST] if one not in worst]
    return {
        "recordings": files,
        "pieces": len(scenes) > files,
        "longest_s": LONGEST_S,
        "worst": [one.to_dict() for one in worst],
        "best": [one.to_dict() for one in best],
    }


def scenes_of(
    file: str,
    truth: Iterable[Event],
    answers: Iterable[Event],
    end_s: float = 0.0,
    part: str = "",
) -> list[Scene]:
    """A recording as one scene, or cut in stretches of at most a minute.

    Events fit as the score card has it; `end_s` is where the recording ends, if that is known.
    """
    wanted, given = merge_overlaps(truth), merge_overlaps(answers)
    right = _right(wanted, given)
    end_s = max([end_s, *(event.offset_s for event in (*wanted, *given))])
    if end_s <= LONGEST_S:
        return [Scene(file, 0.0, end_s or 1.0, wanted, given, right, part)]
    scenes = []
    for number in range(math.ceil(end_s / LONGEST_S)):
        begin = number * LONGEST_S
        stop = min(begin + LONGEST_S, end_s)
        sides = [
            [(_cut(one, begin, stop), ok) for one, ok in zip(side, oks, strict=True)
             if one.onset_s < stop and (one.offset_s > begin or one.onset_s >= begin)]
            for side, oks in zip((wanted, given), right, strict=True)
        ]  # fmt: skip
        events = [tuple(one for one, _ in side) for side in sides]
        oks = [tuple(ok for _, ok in side) for side in sides]
        scenes.append(Scene(file, begin, stop, events[0], events[1], (oks[0], oks[1]), part))
    return scenes


def _cut(event: Event, begin_s: float, end_s: float) -> Event:
    onset_s, offset_s = max(event.onset_s, begin_s), min(event.offset_s, end_s)
    return Event(event.label, onset_s, offset_s, event.score)


def _right(
    truth: Sequence[Event], answers: Sequence[Event]
) -> tuple[tuple[bool, ...], tuple[bool, ...]]:
    """Which of both sides have a partner, as the event-based figures match them.

    Both are in the order of their onsets.
    """
    found = [np.zeros(len(side), bool) for side in (truth, answers)]
    onsets = [answer.onset_s for answer in answers]
    edges = []
    for t, event in enumerate(truth):
        first = bisect_left(onsets, event.onset_s - COLLAR_S - _SLACK_S)
        last = bisect_right(onsets, event.onset_s + COLLAR_S + _SLACK_S)
        edges += [(t, a) for a in range(first, last) if _fits(event, answers[a])]
    if edges:
        pairs = np.array(edges, np.int64)
        of_answer, of_truth = match(pairs[:, 1], pairs[:, 0])
        found[0][of_truth], found[1][of_answer] = True, True
    return tuple(found[0].tolist()), tuple(found[1].tolist())


def _fits(event: Event, answer: Event) -> bool:
    if event.label != answer.label:
        return False
    limit_s = max(COLLAR_S, OFFSET_SHARE * event.duration_s)
    onset = abs(event.onset_s - answer.onset_s) - COLLAR_S
    offset = abs(event.offset_s - answer.offset_s) - limit_s
    return round(onset, DECIMALS) <= 0 and round(offset, DECIMALS) <= 0


Found = Mapping[str, tuple[tuple[Event, ...], tuple[Event, ...], float]]


def _recordings(rows: Rows) -> tuple[Found, int]:
    """Truth, answers and length (0: not known) of each file, and how many rows are no events.

    A row of a file without times says that the file is there, maybe an empty scene.
    """
    found: dict[str, tuple[tuple[list[Event], list[Event]], list[float]]] = {}
    bad = 0
    for row in rows:
        try:
            side = ("truth", "answer").index(row["part"])
            file = found.setdefault(row["file"], (([], []), [0.0]))
            if row.get("duration_s"):
                file[1].append(float(row["duration_s"]))
            if not (row["onset_s"] or row["label"]):
                continue
            score = float(row["score"]) if row.get("score") else None
            event = Event(row["label"], float(row["onset_s"]), float(row["offset_s"]), score)
            file[0][side].append(event)
        except (KeyError, ValueError, EarmarkError):
            bad += 1
    known = {
        name: (in_order(truth), in_order(answers), max(ends))
        for name, ((truth, answers), ends) in found.items()
    }
    return known, bad
