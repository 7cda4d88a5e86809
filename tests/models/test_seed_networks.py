"""The networks of the seed experiment against its tables: parameters, shapes, initial weights."""

import math

import pytest
import torch
from torch import nn

from earmark.models import MODELS, create_model, describe
from earmark.models._layers import SameConv, SamePool
from earmark.models._response_norm import ResponseNorm
from earmark.models.googlenet import Inception
from earmark.models.network import find_recipe

# name: parameters for 8 classes, for 10, and milliards of multiply-accumulates a clip
COSTS = {
    "simple": (85_214_440, 85_216_490, 0.125),
    "alexnet": (63_533_768, 63_541_962, 0.529),
    "vgg": (122_824_648, 122_832_842, 7.891),
    "vgg16": (117_514_952, None, 6.162),
    "googlenet": (6_303_160, 6_387_130, 0.675),
}
# Shape after each layer that changes it, with the parameters of the layer: (C, H, W), count.
ALEXNET = [
    ((96, 325, 4), 11_712),
    ((96, 163, 2), 0),
    ((256, 163, 2), 614_656),
    ((256, 82, 1), 0),
    ((384, 82, 1), 885_120),
    ((384, 82, 1), 1_327_488),
    ((256, 82, 1), 884_992),
    ((256, 41, 1), 0),
    ((10_496,), 0),
    ((4096,), 42_995_712),
    ((4096,), 16_781_312),
    ((8,), 32_776),
]
VGG = [
    ((64, 1300, 13), 640),
    ((64, 1300, 13), 36_928),
    ((64, 650, 7), 0),
    ((128, 650, 7), 73_856),
    ((128, 650, 7), 147_584),
    ((128, 325, 4), 0),
    ((256, 325, 4), 295_168),
    *[((256, 325, 4), 590_080)] * 3,
    ((256, 163, 2), 0),
    ((512, 163, 2), 1_180_160),
    *[((512, 163, 2), 2_359_808)] * 3,
    ((512, 82, 1), 0),
    *[((512, 82, 1), 2_359_808)] * 4,
    ((512, 41, 1), 0),
    ((20_992,), 0),
    ((4096,), 85_987_328),
    ((4096,), 16_781_312),
    ((8,), 32_776),
]
GOOGLENET = [
    ((64, 650, 7), 3_200),
    ((64, 325, 4), 0),
    ((64, 325, 4), 4_160),
    ((192, 325, 4), 110_784),
    ((192, 163, 2), 0),
    ((256, 163, 2), 163_696),
    ((480, 163, 2), 388_736),
    ((480, 82, 1), 0),
    ((512, 82, 1), 376_176),
    ((512, 82, 1), 449_160),
    ((512, 82, 1), 510_104),
    ((528, 82, 1), 605_376),
    ((832, 82, 1), 868_352),
    ((832, 41, 1), 0),
    ((832, 41, 1), 1_043_456),
    ((1024, 41, 1), 1_444_080),
    ((41_984,), 0),
    ((8,), 335_880),
]
LAYERS = {"alexnet": ALEXNET, "vgg": VGG, "googlenet": GOOGLENET}


@pytest.mark.parametrize("name", list(COSTS))
def test_the_seed_costs_what_the_report_says(name):
    for_8, for_10, gmac = COSTS[name]
    told = describe(name, "seed", 8)
    assert told.parameters == for_8
    assert for_10 is None or describe(name, "seed", 10).parameters == for_10
    assert told.input_shape == (1300, 13)
    assert told.gmac == pytest.approx(gmac, abs=1e-3)


@pytest.mark.parametrize("name", list(LAYERS))
def test_each_layer_of_the_seed_has_its_shape_and_parameters(name):
    with torch.device("meta"):
        network = create_model(name, 8, "seed")
        x = torch.zeros(1, 1, 1300, 13)
    got = []
    for layer in network.body:
        before, x = x.shape, layer(x)
        parameters = sum(weight.numel() for weight in layer.parameters())
        if x.shape != before or parameters:
            got.append((tuple(x.shape[1:]), parameters))
    assert got == LAYERS[name]


def test_costs_are_told_for_any_input():
    told = describe("vgg", "modern", 10, frames=430, bins=13)
    assert told.input_shape == (430, 13)
    assert told.parameters == describe("vgg", "modern", 10).parameters
    assert told.gmac == pytest.approx(2 * describe("vgg", "modern", 10).gmac, rel=0.02)


def layers_of(name, kind):
    network = create_model(name, 8, "seed", frames=70, bins=13)
    return [layer for layer in network.modules() if isinstance(layer, kind)]


@pytest.mark.parametrize(
    ("name", "dropped"),
    [("alexnet", [0.5, 0.5]), ("vgg", [0.5, 0.5]), ("vgg16", [0.5, 0.5]), ("googlenet", [0.6])],
)
def test_what_is_dropped_is_what_tflearn_does_not_keep(name, dropped):
    assert [layer.p for layer in layers_of(name, nn.Dropout)] == pytest.approx(dropped)


@pytest.mark.parametrize(("name", "norms"), [("alexnet", 3), ("googlenet", 2), ("vgg", 0)])
def test_response_norms_stand_where_they_stood(name, norms):
    assert len(layers_of(name, ResponseNorm)) == norms


@pytest.mark.parametrize(("name", "layers"), [("vgg", 19), ("vgg16", 16), ("alexnet", 8)])
def test_the_layers_with_weights_are_as_many_as_the_name_says(name, layers):
    assert len(layers_of(name, SameConv)) + len(layers_of(name, nn.Linear)) == layers


def test_only_one_inception_branch_is_linear():
    without = [
        (number, branch)
        for number, module in enumerate(layers_of("googlenet", Inception))
        for branch, layers in enumerate(module.branches)
        if not isinstance([*layers.modules()][-1], nn.ReLU)
    ]
    assert without == [(1, 2)]  # 3b's 5x5, forgotten in TFLearn's example


@pytest.mark.parametrize("name", list(COSTS))
def test_weights_begin_as_tflearns(name):
    torch.manual_seed(0)
    for layer in layers_of(name, (SameConv, nn.Linear)):
        if isinstance(layer, SameConv):
            bound = math.sqrt(3 / layer.weight[0].numel())
            assert layer.weight.abs().max() <= bound
            deviation = bound / math.sqrt(3)
        else:
            assert layer.weight.abs().max() <= 0.04
            deviation = 0.88 * 0.02  # of a normal cut at two deviations
        if layer.weight.numel() > 2000:
            assert layer.weight.std().item() == pytest.approx(deviation, rel=0.05)
        assert not layer.bias.any()


@pytest.mark.parametrize(
    ("name", "optimiser", "rate"),
    [
        ("simple", "adam", 1e-3),
        ("vgg", "adam", 1e-3),
        ("alexnet", "momentum", 1e-3),
        ("googlenet", "momentum", 1e-3),
        ("vgg16", "rmsprop", 1e-4),
    ],
)
def test_the_seed_is_trained_as_the_report_ran_it(name, optimiser, rate):
    recipe = find_recipe(name, "seed")
    assert (recipe.optimiser, recipe.learning_rate, recipe.schedule) == (
        optimiser,
        rate,
        "constant",
    )
    assert (recipe.epochs, recipe.batch_size, recipe.keep) == (100, 64, "last")
    assert (recipe.frontend, recipe.window_frames) == ("mfcc", 1300)
    assert (recipe.fill, recipe.truncate) == ("wrap", True)
    assert not recipe.standardise
    assert recipe.loss == "clipped"
    assert recipe.validate_on == "test"


@pytest.mark.parametrize("name", ["simple", *LAYERS, "vgg16"])
def test_the_modern_ones_keep_bins_alive_and_are_small(name):
    assert describe(name, "modern").parameters < 2 * 10**6
    network = create_model(name, 8, "modern", frames=215, bins=13).eval()
    assert not [layer for layer in network.modules() if isinstance(layer, SamePool)]
    x = torch.randn(1, 215, 13, requires_grad=True)
    network(x)[0, 0].backward()
    assert (x.grad.abs().sum(dim=(0, 1)) > 0).all()  # every coefficient is heard


def test_no_seed_network_is_left_untested():
    seeds = {name for name in MODELS if "seed" in MODELS[name].recipes}
    assert seeds == set(COSTS)
