"""Score whatever model on whatever data, where the two fit: clips or recordings with events."""

from collections.abc import Sequence
from pathlib import Path

from earmark.datasets import Dataset
from earmark.datasets.strong.collection import StrongDataset, open_recordings
from earmark.datasets.strong.discover import has_recordings
from earmark.errors import ConfigError, DatasetError
from earmark.inference.evaluate import evaluate
from earmark.inference.evaluate_events import evaluate_events
from earmark.inference.evaluation import Evaluation
from earmark.inference.model import Model, load
from earmark.parallel import Progress

Data = Dataset | StrongDataset | str | Path
CLIPS = "a folder with a folder of sounds for each label, or a table"


def evaluate_any(
    model: Model | str | Path,
    data: Data,
    *,
    labels: str | Path | None = None,
    groups: str | None = None,
    include_training: bool = False,
    against: Sequence[Model | str | Path] = (),
    progress: Progress | None = None,
) -> Evaluation:
    """Score a classifier on clips, or a detector on recordings with events, as the model is.

    Args:
        data: opened, or where it is. labels: of a detector, a label file or a folder of them
            where they are not in the folder of the recordings.
        groups: as of `Dataset`. The others are those of `evaluate`.
    Raises:
        ConfigError: labels for a classifier, a comparison of detectors.
        DatasetError: clips for a detector, recordings with events for a classifier; and what
            `evaluate`, `evaluate_events` and opening the data raise.
    """
    first, *others = (each if isinstance(each, Model) else load(each) for each in (model, *against))
    if first.config.task == "detect":
        if others:
            raise ConfigError(
                "detectors are scored one at a time: evaluate each by itself and read the cards "
                "side by side"
            )
        return evaluate_events(
            first,
            _recordings(first, data, labels, groups),
            include_training=include_training,
            progress=progress,
        )
    if labels is not None:
        raise ConfigError(
            f"labels of events are for a detector, and {first.directory} is a classifier: give it "
            f"{CLIPS}, without labels"
        )
    if isinstance(data, StrongDataset):
        raise _no_clips(data.root, first)
    try:
        clips = data if isinstance(data, Dataset) else Dataset.open(data, groups=groups)
        return evaluate(
            first, clips, include_training=include_training, against=others, progress=progress
        )
    except DatasetError as error:
        if not isinstance(data, Dataset) and has_recordings(data):
            raise _no_clips(data, first) from error
        raise


def _recordings(
    model: Model, data: Data, labels: str | Path | None, groups: str | None
) -> StrongDataset:
    if isinstance(data, StrongDataset):
        return data
    if isinstance(data, Dataset):
        raise DatasetError(
            f"{model.directory} is a detector: give it the folder of recordings whose events are "
            "labelled, or what open_recordings makes of it; a Dataset has clips"
        )
    return open_recordings(data, labels, groups)


def _no_clips(place: str | Path, model: Model) -> DatasetError:
    return DatasetError(
        f"{place}: its label files tell what is heard when, and {model.directory} is a "
        f"classifier, which says one thing of a whole clip: give it {CLIPS}; or score a detector "
        "here"
    )
