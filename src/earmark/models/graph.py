"""One graph from waveform to calibrated probabilities: what is exported is what was trained."""

from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from earmark.features import Frontend
from earmark.models.detector import Detector
from earmark.models.familiarity import Familiarity, with_hidden


def relative_level(features: Tensor, range_db: float) -> Tensor:
    """Decibels below the loudest bin of each window, no lower than `-range_db`.

    How loud a recording is says more of its microphone than of its class.
    """
    return (features - features.amax(dim=(1, 2), keepdim=True)).clamp(min=-range_db)


class FeatureClassifier(nn.Module):
    """Features (batch, frames, bins) -> logits: level, standardise, then the network."""

    mean: Tensor
    deviation: Tensor

    def __init__(
        self,
        network: nn.Module,
        mean: NDArray[np.float32],
        deviation: NDArray[np.float32],
        range_db: float | None = None,
    ) -> None:
        super().__init__()
        self.network = network
        self.range_db = range_db
        self.register_buffer("mean", torch.as_tensor(mean, dtype=torch.float32))
        self.register_buffer("deviation", torch.as_tensor(deviation, dtype=torch.float32))

    def standardised(self, features: Tensor) -> Tensor:
        """What the network takes, (batch, frames, bins)."""
        if self.range_db is not None:
            features = relative_level(features, self.range_db)
        return (features - self.mean) / self.deviation

    def forward(self, features: Tensor) -> Tensor:
        """Logits (batch, classes)."""
        logits: Tensor = self.network(self.standardised(features))
        return logits


class FamiliarClassifier(nn.Module):
    """Features (batch, frames, bins) -> logits (batch, classes), familiarity (batch, parts)."""

    def __init__(self, classifier: FeatureClassifier, familiarity: Familiarity) -> None:
        super().__init__()
        self.classifier, self.familiarity = classifier, familiarity
        tapped = None if familiarity.distance is None else with_hidden(classifier.network)
        self.network = classifier.network if tapped is None else tapped

    def forward(self, features: Tensor) -> tuple[Tensor, Tensor]:
        """Both; the network runs once."""
        windows = self.classifier.standardised(features)
        rows = self.network(windows)
        if self.familiarity.distance is None:
            return rows, self.familiarity(windows, None)
        classes = len(self.familiarity.centres)
        return rows[:, :classes], self.familiarity(windows, rows[:, classes:])


class WaveformClassifier(nn.Module):
    """Samples (batch, samples) -> calibrated probabilities (batch, classes).

    With `familiarity`, a second output: how familiar each window is, (batch, parts).
    """

    def __init__(
        self,
        frontend: Frontend,
        classifier: FeatureClassifier,
        *,
        frames: int,
        fill: Literal["silence", "wrap"],
        temperature: float,
        activation: Literal["softmax", "sigmoid"] = "softmax",
        familiarity: Familiarity | None = None,
    ) -> None:
        super().__init__()
        self.frontend = frontend.torch_module()
        self.classifier: nn.Module = classifier
        self.familiar = familiarity is not None
        if familiarity is not None:
            self.classifier = FamiliarClassifier(classifier, familiarity)
        self.frames = frames
        self.wrap = fill == "wrap"
        self.temperature = temperature
        self.sigmoid = activation == "sigmoid"  # each label by itself: rows need not sum to one

    def forward(self, waveform: Tensor) -> Tensor | tuple[Tensor, Tensor]:
        """Probabilities of windows that hold `frames` frames (fewer where short ones wrap)."""
        features = self.frontend(waveform)
        if self.wrap:
            # the exporter has no remainder by a symbolic size, so frames are counted as a tensor
            count = torch.ones_like(features[0, :, 0], dtype=torch.int64).sum()
            features = features[:, torch.remainder(torch.arange(self.frames), count)]
        answer = self.classifier(features)
        logits = (answer[0] if self.familiar else answer) / self.temperature
        scores = torch.sigmoid(logits) if self.sigmoid else torch.softmax(logits, dim=1)
        return (scores, answer[1]) if self.familiar else scores


class WaveformDetector(nn.Module):
    """Samples (batch, samples) -> calibrated scores (batch, scores, classes) over time."""

    familiar = wrap = False

    def __init__(
        self, frontend: Frontend, classifier: FeatureClassifier, *, temperature: float
    ) -> None:
        super().__init__()
        self.frontend = frontend.torch_module()
        self.classifier = classifier
        self.temperature = temperature

    def forward(self, waveform: Tensor) -> Tensor:
        """Scores of windows that hold as many frames as the network wants."""
        answers = self.classifier(self.frontend(waveform))
        network = self.classifier.network
        assert isinstance(network, Detector)
        return network.scores(answers, self.temperature)
