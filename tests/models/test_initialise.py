"""TFLearn's first weights."""

import pytest
import torch
from torch import nn

from earmark.models._initialise import initialise_as_tflearn


@pytest.fixture(autouse=True)
def _seed():
    torch.manual_seed(0)


@pytest.mark.parametrize(("inputs", "kernel"), [(3, 5), (32, 2), (64, 3)])
def test_convolutions_are_uniform_with_variance_one_over_fan_in(inputs, kernel):
    layer = nn.Conv2d(inputs, 256, kernel)
    initialise_as_tflearn(layer)
    fan_in = inputs * kernel**2
    weights = layer.weight.detach().double()
    assert weights.var().item() * fan_in == pytest.approx(1, abs=0.05)
    assert weights.abs().max().item() <= (3 / fan_in) ** 0.5
    assert weights.abs().max().item() == pytest.approx((3 / fan_in) ** 0.5, rel=0.01)
    kurtosis = (weights**4).mean() / (weights**2).mean() ** 2
    assert kurtosis.item() == pytest.approx(1.8, abs=0.05)  # uniform: 9/5, normal: 3
    assert (layer.bias == 0).all()


def test_dense_weights_are_normal_of_deviation_002_cut_at_two():
    layer = nn.Linear(400, 500)
    initialise_as_tflearn(layer)
    weights = layer.weight.detach().double()
    assert weights.abs().max().item() <= 0.04
    # the variance of a normal cut at two deviations is 0.7737 of the whole one's
    assert weights.var().item() == pytest.approx(0.02**2 * 0.7737, rel=0.02)
    assert weights.mean().item() == pytest.approx(0, abs=2e-4)
    assert (layer.bias == 0).all()


def test_layers_without_a_bias_and_of_other_kinds_are_left():
    network = nn.Sequential(nn.Conv2d(2, 3, 2, bias=False), nn.BatchNorm2d(3))
    initialise_as_tflearn(network)
    assert (network[1].weight == 1).all()
