"""Recordings one at a time, to change some and to add others."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from earmark.datasets.strong.collection import StrongDataset
from earmark.datasets.strong.event import Event


@dataclass(frozen=True)
class Row:
    """What a `StrongDataset` holds of one recording."""

    name: str
    path: Path
    events: tuple[Event, ...]
    duration_s: float
    group: str
    fold: str | None


def rows_of(recordings: StrongDataset) -> list[Row]:
    """The recordings in their order."""
    columns = (
        recordings.names,
        recordings.paths,
        recordings.events,
        recordings.durations_s,
        recordings.groups,
        recordings.fold,
    )
    return [Row(*values) for values in zip(*columns, strict=True)]


def with_rows(recordings: StrongDataset, rows: Iterable[Row]) -> StrongDataset:
    """The same with other recordings, sorted by name."""
    every = sorted(rows, key=lambda row: row.name)
    return replace(
        recordings,
        names=tuple(row.name for row in every),
        paths=tuple(row.path for row in every),
        events=tuple(row.events for row in every),
        durations_s=tuple(row.duration_s for row in every),
        groups=tuple(row.group for row in every),
        fold=tuple(row.fold for row in every),
    )
