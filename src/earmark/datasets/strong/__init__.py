"""Strong labels: which sound is heard from when to when, read from and written to label files."""

from earmark.datasets.strong.as_dataset import as_dataset
from earmark.datasets.strong.collection import StrongDataset, open_recordings
from earmark.datasets.strong.discover import has_recordings
from earmark.datasets.strong.event import Annotations, Event
from earmark.datasets.strong.files import read_annotations, write_annotations
from earmark.datasets.strong.recordings import match_recordings
from earmark.datasets.strong.tidy import merge_overlaps, tidy

__all__ = [
    "Annotations",
    "Event",
    "StrongDataset",
    "as_dataset",
    "has_recordings",
    "match_recordings",
    "merge_overlaps",
    "open_recordings",
    "read_annotations",
    "tidy",
    "write_annotations",
]
