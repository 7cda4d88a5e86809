"""Where a detector's training data is: isolated clips, recordings with strong labels, or both."""

from dataclasses import dataclass, replace
from pathlib import Path

from earmark.datasets import Dataset
from earmark.datasets.strong import (
    Corrected,
    StrongDataset,
    has_recordings,
    open_recordings,
    with_corrections,
)
from earmark.errors import ConfigError
from earmark.training.detection.chosen import chosen_recipe
from earmark.training.detection.options import DetectOptions


@dataclass(frozen=True)
class Sources:
    """What there is to learn from; at least one of the two."""

    root: Path
    clips: Dataset | None
    recordings: StrongDataset | None
    corrected: Corrected | None = None
    """The corrections that `recordings` has in it already."""

    @property
    def classes(self) -> tuple[str, ...]:
        """The labels of both, sorted."""
        found: set[str] = set()
        for source in (self.clips, self.recordings):
            found |= set() if source is None else set(source.classes)
        return tuple(sorted(found))


def open_sources(
    data: Dataset | str | Path, options: DetectOptions, groups: str | None = None
) -> Sources:
    """Open what `data` is: a folder of isolated clips, or of recordings with labels beside them.

    Raises:
        ConfigError: no such network, options that do not go together; told before a file is read.
        DatasetError: as of what is opened.
    """
    chosen_recipe(options)
    clips: Dataset | None = None
    recordings: StrongDataset | None = None
    if isinstance(data, Dataset):
        clips, root = data, data.root
    else:
        root = Path(data)
        strong = options.recordings is None and (options.labels is not None or has_recordings(root))
        if strong:
            recordings = open_recordings(root, options.labels, groups=groups)
        else:
            clips = Dataset.open(root, groups=groups)
    if options.recordings is not None:
        recordings = open_recordings(options.recordings, options.labels)
    elif options.labels is not None and clips is not None:
        raise ConfigError(
            "labels are of recordings: name their folder as the data, or by --recordings beside "
            "the isolated clips"
        )
    corrected = None
    if options.corrections is not None:
        search = [root, *([options.recordings] if options.recordings is not None else [])]
        known = {label for source in (clips, recordings) if source for label in source.classes}
        corrected = with_corrections(recordings, options.corrections, search, classes=known)
        recordings = corrected.recordings
    clips = None if clips is None else replace(clips, fewest_classes=1)
    return Sources(root, clips, recordings, corrected)
