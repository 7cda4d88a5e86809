"""The validation part of a detector: fixed windows, judged after each epoch."""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor, nn

from earmark.features import Frontend
from earmark.models.detector import Detector
from earmark.models.recipe import Recipe
from earmark.training.detection.cut import SceneCut
from earmark.training.detection.recording import Recording, marks
from earmark.training.detection.skill import frame_f1, lacking

BATCH = 32


class SceneExamination:
    """All windows of some recordings, one after another, with their targets."""

    def __init__(
        self,
        network: Detector,
        recordings: Sequence[Recording],
        classes: Sequence[str],
        frontend: Frontend,
        cut: SceneCut,
        *,
        bfloat16: bool = False,
    ) -> None:
        self.network, self.bfloat16 = network, bfloat16
        windows, targets = [], []
        for recording in recordings:
            for start in range(0, len(recording.features), cut.frames):
                found = marks(recording.events, classes, frontend.frames_per_s, start)
                windows.append(cut.window(recording.features, start))
                targets.append(network.encode(found))
        self.windows = torch.from_numpy(np.stack(windows))
        self.targets = torch.from_numpy(np.stack(targets))

    def __len__(self) -> int:
        return len(self.windows)

    @torch.no_grad()
    def answers(self, classifier: nn.Module, *, bfloat16: bool = False) -> Tensor:
        """Of all windows, in evaluation mode."""
        classifier.eval()
        parts = []
        for first in range(0, len(self.windows), BATCH):
            with torch.autocast("cpu", torch.bfloat16, enabled=bfloat16):
                answers = classifier(self.windows[first : first + BATCH])
            parts.append(answers.float())
        return torch.cat(parts)

    def judge(self, classifier: nn.Module, recipe: Recipe) -> tuple[dict[str, float], Tensor]:
        """Loss and frame F1, and what each window lacks of an F1 of 1."""
        answers = self.answers(classifier, bfloat16=self.bfloat16)
        presence, known = self.network.presence(answers), self.network.known(self.targets)
        figures = {
            "validation_loss": float(self.network.loss(answers, self.targets).item()),
            "validation_accuracy": frame_f1(presence, known),
        }
        return figures, lacking(presence, known)

    def fit_temperature(self, classifier: nn.Module) -> float:
        """The temperature of the presence that fits these windows best."""
        from earmark.evaluation.multilabel.decide import fit_temperature

        answers = self.answers(classifier)
        presence = self.network.presence(answers).flatten(0, 1)
        known = self.network.known(self.targets).flatten(0, 1)
        sure = ~torch.isnan(known).any(dim=1)
        return fit_temperature(presence[sure].numpy(), (known[sure] > 0.5).numpy())
