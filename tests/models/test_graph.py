"""From waveform to calibrated probabilities in one graph."""

import numpy as np
import pytest
import torch
from torch import nn

from earmark.features import create_frontend
from earmark.models.graph import FeatureClassifier, WaveformClassifier


class Sums(nn.Module):
    """A network whose logits can be worked out: sums of the first frame and of all."""

    def forward(self, features):
        return torch.stack([features[:, 0].sum(dim=1), features.sum(dim=(1, 2)) / 10], dim=1)


FRONTEND = create_frontend("log_mel", 8000, bins=4)


def graph(frames, fill="silence", temperature=1.0, activation="softmax"):
    mean, deviation = np.full(4, -60, np.float32), np.arange(1, 5, dtype=np.float32) * 40
    classifier = FeatureClassifier(Sums(), mean, deviation)
    return WaveformClassifier(
        FRONTEND,
        classifier,
        frames=frames,
        fill=fill,
        temperature=temperature,
        activation=activation,
    ).eval()


def sound(frames):
    rng = np.random.default_rng(1)
    return rng.uniform(-0.1, 0.1, FRONTEND.window_samples(frames)).astype(np.float32)


def expected(features, temperature=1.0):
    x = (features.astype(np.float64) + 60) / (np.arange(1, 5) * 40)
    logits = np.array([x[0].sum(), x.sum() / 10]) / temperature
    powers = np.exp(logits - logits.max())
    return powers / powers.sum()


@pytest.mark.parametrize("temperature", [0.5, 1.0, 3.0])
def test_features_standardised_then_logits_over_temperature(temperature):
    waveform = sound(6)
    with torch.no_grad():
        (got,) = graph(6, temperature=temperature)(torch.from_numpy(waveform)[None]).numpy()
    np.testing.assert_allclose(got, expected(FRONTEND(waveform)[:6], temperature), atol=1e-5)


@pytest.mark.parametrize("heard", [1, 2, 4, 6])
def test_short_recordings_wrap_inside_the_graph(heard):
    waveform = sound(heard)
    repeated = FRONTEND(waveform)[:heard][np.arange(6) % heard]
    with torch.no_grad():
        (got,) = graph(6, fill="wrap")(torch.from_numpy(waveform)[None]).numpy()
    np.testing.assert_allclose(got, expected(repeated), atol=1e-5)


def test_a_sigmoid_scores_each_label_by_itself():
    x = (FRONTEND(sound(6))[:6].astype(np.float64) + 60) / (np.arange(1, 5) * 40)
    logits = np.array([x[0].sum(), x.sum() / 10]) / 1.7
    with torch.no_grad():
        got = graph(6, temperature=1.7, activation="sigmoid")(torch.from_numpy(sound(6))[None])
    np.testing.assert_allclose(got[0].numpy(), 1 / (1 + np.exp(-logits)), rtol=1e-4)
