"""PRCNN against the sizes its paper gives, and sums done by hand."""

import pytest
import torch

from earmark.features import create_frontend
from earmark.models import create_model, describe


def shapes(module, x):
    """The module's output and the shape (without the batch) after each of its layers."""
    passed = []
    for layer in module:
        x = layer(x)
        passed.append(tuple(x.shape[1:]))
    return x, passed


def parameters(module):
    return sum(weight.numel() for weight in module.parameters())


def test_the_paper_s_input_is_128_frames_of_513_lines():
    told = describe("prcnn", "paper")
    assert told.input_shape == (128, 513)
    assert told.window_s == pytest.approx(3, abs=0.03)


def test_each_layer_of_the_paper_s_convolutions_has_its_shape():
    network = create_model("prcnn", 10, "paper").eval()
    with torch.no_grad():
        seen, passed = shapes(network.convolutions, torch.zeros(1, 1, 128, 513))
    assert passed[0::3] == [  # convolutions
        (16, 128, 513),
        (32, 64, 256),
        (64, 32, 128),
        (128, 16, 64),
        (64, 4, 16),
    ]
    assert passed[2::3] == [  # max-pools
        (16, 64, 256),
        (32, 32, 128),
        (64, 16, 64),
        (128, 4, 16),
        (64, 1, 4),
    ]
    assert seen.flatten(1).shape == (1, 256)


def test_the_paper_s_recurrent_branch_has_its_shapes():
    network = create_model("prcnn", 10, "paper").eval()
    with torch.no_grad():
        pooled = network.pool(torch.zeros(2, 128, 513))
        assert pooled.shape == (2, 128, 256)
        embedded = network.embedding(pooled)
        assert embedded.shape == (2, 128, 128)
        states, last = network.recurrent(embedded)
    assert states.shape == (2, 128, 256)
    assert last.shape == (2, 256)
    assert network.head[-1].in_features == 512


def test_parameters_of_the_paper_by_hand():
    network = create_model("prcnn", 10, "paper")
    weights = [9 * 1 * 16, 9 * 16 * 32, 9 * 32 * 64, 9 * 64 * 128, 9 * 128 * 64]
    assert parameters(network.convolutions) == sum(weights) + 16 + 32 + 64 + 128 + 64 == 170_944
    assert parameters(network.embedding) == 256 * 128 + 128 == 32_896
    # three gates, two ways, from the input and from the state, with a bias each
    assert parameters(network.recurrent) == 2 * 3 * (128 * 128 + 128 * 128 + 2 * 128) == 198_144
    assert parameters(network.head) == 512 * 10 + 10 == 5130
    assert describe("prcnn", "paper", 10).parameters == 407_114


def test_the_cost_of_the_paper_by_hand():
    cells = [128 * 513, 64 * 256, 32 * 128, 16 * 64, 4 * 16]
    weights = [9 * 1 * 16, 9 * 16 * 32, 9 * 32 * 64, 9 * 64 * 128, 9 * 128 * 64]
    convolutions = sum(c * w for c, w in zip(cells, weights, strict=True))
    recurrent = 128 * (256 * 128 + 2 * 3 * 2 * 128 * 128)
    gmac = (convolutions + recurrent + 512 * 8) / 1e9
    assert describe("prcnn", "paper").gmac == pytest.approx(gmac, rel=1e-6)


def test_the_modern_one_is_affordable_and_keeps_the_sizes_of_both_halves():
    told = describe("prcnn", "modern")
    assert told.window_s == pytest.approx(3, abs=0.02)
    assert told.gmac < 0.15
    assert create_model("prcnn", 10, "modern").head[-1].in_features == 512


def test_the_modern_one_forgets_where_in_the_window_a_sound_was_seen():
    torch.manual_seed(0)
    network = create_model("prcnn", 3, "modern", frames=256, bins=32).eval()
    early = torch.zeros(1, 1, 256, 32)
    early[:, :, 112:116, 8:12] = 1
    late = early.roll(16, dims=2)  # by as much as all pools together: the same cells, later
    with torch.no_grad():
        pooled = [network.convolutions(x).amax(dim=(2, 3)) for x in (early, late)]
    torch.testing.assert_close(*pooled)


def test_the_paper_s_recipe_has_the_paper_s_rate_whatever_the_clips_rate(tone_dataset):
    from earmark.models.network import find_recipe
    from earmark.training.plan import choose_frontend

    recipe = find_recipe("prcnn", "paper")
    assert choose_frontend(recipe, tone_dataset.clips, None) == create_frontend("stft", 22_050)
    assert choose_frontend(recipe, tone_dataset.clips, 8000).rate_hz == 8000  # unless asked for
