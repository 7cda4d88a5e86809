"""Scores over time of whole recordings: the mean of the windows that overlap."""

from collections.abc import Sequence

import numpy as np
import torch

from earmark.features.frontend import Array
from earmark.models.detector import Detector
from earmark.models.graph import FeatureClassifier
from earmark.training.detection.cut import SceneCut
from earmark.training.detection.recording import Recording

BATCH = 32


@torch.no_grad()
def tracks_of(
    classifier: FeatureClassifier,
    recordings: Sequence[Recording],
    cut: SceneCut,
    temperature: float,
) -> dict[str, Array]:
    """(scores, classes) of each recording by name, one every `cut.per_score` frames."""
    network = classifier.network
    assert isinstance(network, Detector)
    classifier.eval()
    places = [
        (number, int(start))
        for number, recording in enumerate(recordings)
        for start in cut.starts(len(recording.features))
    ]
    per = cut.per_score
    sums = [
        np.zeros((-(-len(recording.features) // per), network.classes), np.float32)
        for recording in recordings
    ]
    counts = [np.zeros((len(total), 1), np.float32) for total in sums]
    for first in range(0, len(places), BATCH):
        chosen = places[first : first + BATCH]
        windows = np.stack(
            [cut.window(recordings[number].features, start) for number, start in chosen]
        )
        scores = network.scores(classifier(torch.from_numpy(windows)).float(), temperature).numpy()
        for (number, start), rows in zip(chosen, scores, strict=True):
            at = start // per
            here = min(len(rows), len(sums[number]) - at)
            sums[number][at : at + here] += rows[:here]
            counts[number][at : at + here] += 1
    return {
        recording.name: total / count
        for recording, total, count in zip(recordings, sums, counts, strict=True)
    }
