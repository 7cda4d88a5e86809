"""The seed's Simple CNN against the numbers of its experiment."""

import pytest
import torch

from earmark.models import create_model, describe


@pytest.mark.parametrize(("classes", "parameters"), [(8, 85_214_440), (10, 85_216_490)])
def test_the_seed_has_its_parameters(classes, parameters):
    told = describe("simple", "seed", classes)
    assert told.parameters == parameters
    assert told.input_shape == (1300, 13)
    assert told.gmac == pytest.approx(0.125, abs=5e-4)


def test_each_layer_of_the_seed_has_its_shape_and_parameters():
    with torch.device("meta"):
        network = create_model("simple", 8, "seed")
        x = torch.zeros(1, 1, 1300, 13)
    shapes, parameters = [], []
    for layer in network.body:
        x = layer(x)
        shapes.append(tuple(x.shape[1:]))
        parameters.append(sum(weight.numel() for weight in layer.parameters()))
    assert shapes == [
        (32, 1300, 13),
        (32, 1300, 13),
        (32, 650, 7),
        (64, 650, 7),
        (64, 650, 7),
        (64, 325, 4),
        (83_200,),
        (1024,),
        (1024,),
        (1024,),
        (8,),
    ]
    assert [count for count in parameters if count] == [160, 8256, 85_197_824, 8200]


def test_the_seed_drops_a_fifth():
    network = create_model("simple", 8, "seed", frames=8, bins=13)
    (dropout,) = [layer for layer in network.modules() if isinstance(layer, torch.nn.Dropout)]
    assert dropout.p == pytest.approx(0.2)  # TFLearn's 0.8 is the share that is kept


def test_the_modern_one_is_small():
    assert describe("simple", "modern").parameters < 10**6
