"""Han's network against the shapes and weights of the paper, counted by hand."""

import pytest
import torch

from earmark.features import create_frontend
from earmark.models import create_model, describe
from earmark.models.network import find_recipe


def test_a_window_of_the_paper_is_one_second_of_128_bands():
    recipe = find_recipe("han", "paper")
    frontend = create_frontend(recipe.frontend, **recipe.frontend_settings)
    assert (frontend.rate_hz, frontend.frame, frontend.hop, frontend.bins) == (
        22_050,
        1024,
        512,
        128,
    )
    told = describe("han", "paper")
    assert told.input_shape == (43, 128)
    assert told.window_s == pytest.approx(1.0, abs=0.005)


def test_each_block_of_the_paper_has_its_shape():
    with torch.device("meta"):
        network = create_model("han", 11, "paper").eval()
        x = torch.zeros(1, 1, 43, 128)
    shapes = []
    for block in network.blocks:
        for layer in block:
            x = layer(x)
            if not isinstance(layer, torch.nn.LeakyReLU | torch.nn.Dropout):
                shapes.append(tuple(x.shape[1:]))
    assert shapes == [
        (32, 45, 130),
        (32, 47, 132),
        (32, 15, 44),
        (64, 17, 46),
        (64, 19, 48),
        (64, 6, 16),
        (128, 8, 18),
        (128, 10, 20),
        (128, 3, 6),
        (256, 5, 8),
        (256, 7, 10),
        (256, 1, 1),
    ]


def test_the_weights_of_the_paper_are_those_counted_by_hand():
    def convolution(inputs, outputs):
        return 9 * inputs * outputs + outputs

    widths = (1, 32, 32, 64, 64, 128, 128, 256, 256)
    convolutions = sum(map(convolution, widths, widths[1:]))
    dense = 256 * 1024 + 1024 + 1024 * 11 + 11
    assert convolutions == 1_171_680
    assert describe("han", "paper", classes=11).parameters == convolutions + dense == 1_446_123


def test_the_paper_drops_a_quarter_after_each_block_and_half_of_the_dense_layer():
    network = create_model("han", 11, "paper")
    drops = [layer.p for layer in network.modules() if isinstance(layer, torch.nn.Dropout)]
    assert drops == [0.25] * 4 + [0.5]
    slopes = {m.negative_slope for m in network.modules() if isinstance(m, torch.nn.LeakyReLU)}
    assert slopes == {0.33}


def test_the_paper_is_trained_as_published():
    recipe = find_recipe("han", "paper")
    assert (recipe.loss, recipe.optimiser, recipe.schedule) == ("binary", "adam", "constant")
    assert (recipe.learning_rate, recipe.batch_size) == (1e-3, 128)


@pytest.mark.parametrize("rate_hz", [8000, 22_050, 32_000])
def test_the_modern_one_is_cheap_enough_for_two_cores(rate_hz):
    recipe = find_recipe("han", "modern")
    frontend = create_frontend(recipe.frontend, rate_hz)
    frames = round(frontend.frames_per_s)
    from torch.utils.flop_counter import FlopCounterMode

    with torch.device("meta"):
        network = create_model("han", 11, "modern", frames=frames, bins=frontend.bins).eval()
        counter = FlopCounterMode(display=False)
        with counter:
            network(torch.zeros(1, frames, frontend.bins))
    assert counter.get_total_flops() / 2e9 < 0.1  # milliard multiply-accumulates a second of sound
