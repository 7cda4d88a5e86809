"""The validation part: fixed windows, the same figures each time they are asked."""

import numpy as np
import pytest
import torch
from torch import nn

from earmark.models.detector import create_detector, find_detector
from earmark.training.detection.cut import scene_cut
from earmark.training.detection.examination import SceneExamination
from earmark.training.detection.recording import Recording

from .conftest import event, small

CLASSES = ("low", "sine")


class Says(nn.Module):
    """Answers what it was given, whatever it hears."""

    def __init__(self, answers):
        super().__init__()
        self.answers, self.at = answers, 0

    def forward(self, windows):
        """The next rows."""
        rows = self.answers[self.at : self.at + len(windows)]
        self.at = (self.at + len(windows)) % len(self.answers)
        return rows


@pytest.fixture(scope="module")
def asked(frontend):
    kind, recipe = find_detector("crnn")
    cut = scene_cut(small(recipe), kind, frontend)
    network = create_detector("crnn", 2, frames=cut.frames, bins=frontend.bins)
    hop_s = frontend.hop / frontend.rate_hz
    long = 2 * cut.frames + 3
    features = np.zeros((long, frontend.bins), np.float32)
    recordings = [
        Recording("a", features, (event("sine", 0.1, 0.9),), long * hop_s, "a"),
        Recording("b", features[:5], (event("other", 0, 0.1),), 5 * hop_s, "b"),
    ]
    return SceneExamination(network, recordings, CLASSES, frontend, cut), recipe


def test_windows_follow_one_another_and_cover_every_recording(asked):
    examination, _ = asked
    assert len(examination) == 3 + 1
    known = examination.network.known(examination.targets)
    frames_per_step = examination.network.stride
    heard_s = float(known[:3, :, 1].sum()) * frames_per_step * 128 / 8000
    assert heard_s == pytest.approx(0.8, abs=1e-3)
    assert not known[3].any()  # a label that is no class is nobody's


def test_right_answers_lack_nothing_and_wrong_ones_everything(asked):
    examination, recipe = asked
    known = (examination.network.known(examination.targets) > 0.5).float()
    right = torch.cat([20 * (2 * known - 1), torch.zeros_like(known)], dim=2)
    figures, lacks = examination.judge(Says(right), recipe)
    assert figures["validation_accuracy"] == 1
    assert lacks.tolist() == [0, 0, 0, 0]
    wrong, lacking = examination.judge(Says(-right), recipe)
    assert wrong["validation_accuracy"] == 0
    assert wrong["validation_loss"] > figures["validation_loss"]
    assert lacking.tolist() == [1, 1, 1, 1]


def test_too_sure_answers_are_cooled(asked):
    examination, _ = asked
    known = (examination.network.known(examination.targets) > 0.5).float()
    noise = torch.randn(known.shape, generator=torch.Generator().manual_seed(0))
    doubtful = 2 * known - 1 + 2 * noise
    rest = torch.zeros_like(known)
    modest = examination.fit_temperature(Says(torch.cat([doubtful, rest], dim=2)))
    boastful = examination.fit_temperature(Says(torch.cat([10 * doubtful, rest], dim=2)))
    assert boastful > 4 * modest  # not 10 times: few windows leave much to the prior
