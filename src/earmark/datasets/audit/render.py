"""An audit in a terminal of 80 columns: the worst first, then what to do."""

import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from earmark.datasets.audit.audit import Audit
from earmark.datasets.audit.duplicates import Duplicate
from earmark.datasets.words import count

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.text import Text

MOST = 3  # of each kind; all of them are in the files
SERIOUS = ("not trainable", "truncated", "unreadable", "silent")


def share(value: float | None) -> str:
    """A share as percent.

    >>> share(0.9731), share(0.0), share(None)
    ('97.3 %', '0 %', '–')
    """
    if value is None:
        return "–"
    return "0 %" if value == 0 else f"{100 * value:.1f} %"


def summary(audit: Audit) -> str:
    """What the dataset is, in one line."""
    dataset = audit.dataset
    groups = (
        f"{count(len(set(dataset.groups)), 'group')} ({dataset.group_source})"
        if dataset.group_source
        else "no groups known"
    )
    return (
        f"{count(len(dataset), 'clip')}, {count(len(dataset.classes), 'class')}, "
        f"{length(sum(one.duration_s for one in audit.heard))} of sound, {groups}"
    )


def length(seconds: float) -> str:
    """Seconds, minutes or hours.

    >>> length(14), length(600), length(9000)
    ('14 s', '10 min', '2.5 h')
    """
    if seconds >= 7200:
        return f"{seconds / 3600:.1f} h"
    return f"{seconds / 60:.0f} min" if seconds >= 120 else f"{seconds:.0f} s"


def copies_line(audit: Audit, same: Duplicate) -> str:
    """A set of copies with how alike they are."""
    clips = audit.dataset.clips
    names = " = ".join(_plain(clips[index].name) for index in same.clips[:MOST])
    more = f" = {len(same.clips) - MOST} more" if len(same.clips) > MOST else ""
    how = "exact" if same.kind == "exact" else f"near, {share(same.similarity)}, {same.detail}"
    return f"{names}{more} ({how})"


def leak_lines(audit: Audit) -> list[str]:
    """What a random split shares, and what Earmark's does."""
    leak = audit.leakage
    lines = []
    if leak.random_group is not None:
        lines.append(
            f"a random 80/20 split: {share(leak.random_group)} of the test clips share a group "
            f"with training, {share(leak.random_copy)} have a copy in it"
        )
    else:
        lines.append(
            f"a random 80/20 split: {share(leak.random_copy)} of the test clips have a copy in "
            "training; more may be shared that no name tells"
        )
    if leak.copy is None:
        lines.append(f"Earmark's split: {leak.split}")
    else:
        group = "" if leak.random_group is None else f"{share(leak.group)} and "
        lines.append(
            f"Earmark's split ({leak.split.split('; seed')[0]}): {group}{share(leak.copy)}"
        )
    return lines


def next_line(audit: Audit, data: Path, out: Path | None) -> str:
    """What to type now."""
    if out is not None:
        return f"earmark train {shlex.quote(str(out / 'clips.csv'))}"
    place = shlex.quote(str(data))
    if any(p.kind == "not trainable" for p in audit.problems):
        return "see to 'Not trainable' first: no honest split can be made"
    if any(audit.exclude):
        left = sum(map(bool, audit.exclude))
        return (
            f"earmark inspect {place} --out audit   (a table that leaves out "
            f"{count(left, 'clip')}, and a report)"
        )
    return f"earmark train {place}"


def audit_table(audit: Audit, data: Path, out: Path | None = None) -> "RenderableType":
    """The audit for `rich.console.Console().print`; nothing is wider than the console."""
    from rich.console import Group
    from rich.padding import Padding
    from rich.text import Text

    parts: list[RenderableType] = [Text(summary(audit), style="bold")]

    def section(title: str, lines: Sequence[str], style: str = "") -> None:
        parts.extend([Text(), Text(title, style=style or "bold")])
        parts.extend(Padding(_hanging(line), (0, 0, 0, 2), expand=False) for line in lines)

    two = [p for p in audit.problems if p.kind == "two labels"]
    if two:
        labels = {clip.name: clip.label for clip in audit.dataset.clips}
        lines = [
            " = ".join(f"{_plain(path)} [{labels[path]}]" for path in p.paths[: MOST + 1])
            for p in two[:MOST]
        ]
        section(f"One sound under two labels: {len(two)}", [*lines, *_more(two)], "bold red")
    clips = audit.dataset.clips
    same = [d for d in audit.duplicates if len({clips[index].label for index in d.clips}) == 1]
    for kind in ("exact", "near"):
        own = [d for d in same if d.kind == kind]
        if own:
            number = count(len({index for d in own for index in d.clips}), "clip")
            of = " under one label" if two else ""
            title = f"{kind.capitalize()} copies{of}: {count(len(own), 'set')}, {number}"
            lines = [copies_line(audit, d) for d in own[:MOST]]
            section(title, [*lines, *_more(own)], "bold yellow")
    for problem in audit.problems:
        if problem.kind == "two labels":
            continue
        named = [_plain(path) for path in problem.paths[:MOST]]
        rest = ["..."] if len(problem.paths) > MOST else []
        names = [", ".join([*named, *rest])] if named else []
        serious = problem.kind in SERIOUS
        title = f"{problem.kind[:1].upper()}{problem.kind[1:]}"
        section(title, [_plain(problem.detail), *names], "bold yellow" if serious else "bold")
    if audit.guesses:
        lines = [
            f"{'strong' if guess.strong else 'weak'}: {guess.source}: {guess.evidence}. "
            f"By --groups {shlex.quote(guess.option)}"
            for guess in audit.guesses[:MOST]
        ]
        section("Groups that may be there", [*lines, *_more(audit.guesses)])
    section("What a split would leak", leak_lines(audit))
    section("Next", [next_line(audit, data, out)])
    return Group(*parts)


def _more(things: Sequence[object]) -> list[str]:
    return [f"... and {len(things) - MOST} more"] if len(things) > MOST else []


def _plain(text: str) -> str:
    """Text without line breaks and control characters."""
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in text)


def _hanging(line: str) -> "Text":
    from rich.text import Text

    return Text(line, overflow="fold")
