"""Weights, gradients and activations of an epoch, sampled."""

import numpy as np
import pytest
import torch
from torch import nn

import earmark
from earmark.training.histograms import MOST, Histograms, sample


def test_samples_are_spread_over_the_whole():
    values = sample(torch.arange(25_000.0))
    assert len(values) <= MOST
    assert values[0] == 0
    assert values[-1] > 24_990
    np.testing.assert_array_equal(sample(torch.ones(3, 2)), np.ones(6))


def test_everything_of_the_last_step_is_seen():
    network = nn.Sequential(nn.Linear(4, 3), nn.ReLU(), nn.Linear(3, 2))
    histograms = Histograms(network)
    network(torch.zeros(5, 4))  # before the watch: not seen
    histograms.watch()
    x = torch.randn(5, 4)
    network(x).sum().backward()
    taken = histograms.take()
    assert set(taken) == {
        f"{kind}/{name}"
        for kind, names in {
            "activations": ["0", "1", "2"],
            "weights": ["0.weight", "0.bias", "2.weight", "2.bias"],
            "gradients": ["0.weight", "0.bias", "2.weight", "2.bias"],
        }.items()
        for name in names
    }
    np.testing.assert_allclose(
        taken["activations/1"], network[1](network[0](x)).detach().numpy().ravel()
    )
    np.testing.assert_allclose(taken["gradients/2.bias"], [5, 5])
    with torch.no_grad():
        network(torch.zeros(5, 4))
    assert not network[0]._forward_hooks


@pytest.mark.parametrize("histograms", [False, True])
def test_they_are_logged_where_asked_for(tone_dataset, tmp_path, histograms):
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    earmark.train(
        tone_dataset, "simple", tmp_path / "run", frontend="log_mel", epochs=2, workers=1,
        histograms=histograms,
    )  # fmt: skip
    log = EventAccumulator(str(tmp_path / "run" / "tensorboard"), size_guidance={"histograms": 0})
    log.Reload()
    names = log.Tags()["histograms"]
    assert {name.split("/")[0] for name in names} == (
        {"weights", "gradients", "activations"} if histograms else set()
    )
    if histograms:
        assert [event.step for event in log.Histograms(names[0])] == [1, 2]
