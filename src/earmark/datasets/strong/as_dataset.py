"""Recordings with events as clips with several labels, for splits, groups and the copy guard."""

from earmark.datasets.dataset import Dataset
from earmark.datasets.strong.collection import StrongDataset, clip_of


def as_dataset(recordings: StrongDataset) -> Dataset:
    """Each recording as a clip of the labels heard in it, in the same order; maybe of none.

    What splits and joins groups of clips serves recordings by it; it trains no classifier.
    """
    clips = tuple(
        clip_of(path, name, events, None if recordings.group_source is None else group, fold)
        for path, name, events, group, fold in zip(
            recordings.paths,
            recordings.names,
            recordings.events,
            recordings.groups,
            recordings.fold,
            strict=True,
        )
    )
    return Dataset(
        recordings.root,
        clips,
        recordings.problems,
        recordings.group_source,
        recordings.fold_source,
    )
