"""The network for rhythm: what it reads, what it does not care for, and what it does."""

import pytest
import torch

from earmark.errors import ConfigError
from earmark.models import create_model, describe
from earmark.models.rhythm import TEMPI


@pytest.fixture
def network():
    torch.manual_seed(0)
    made = create_model("rhythm", 3).eval()
    torch.nn.init.normal_(made.attention.weight, std=0.05)  # as after some training
    return made


def windows(batch=2, frames=12, bins=360, seed=0):
    return torch.randn(batch, frames, bins, generator=torch.Generator().manual_seed(seed))


def test_it_is_small_and_hears_30_s():
    told = describe("rhythm")
    assert told.frontend == "tempogram"
    assert told.window_s == pytest.approx(30, abs=0.3)
    assert told.parameters == 112_880
    assert told.gmac < 0.01


def test_the_order_of_frames_does_not_matter(network):
    x = windows()
    with torch.no_grad():
        torch.testing.assert_close(network(x.flip(1)), network(x), rtol=1e-4, atol=1e-5)


def test_a_short_clip_repeated_has_the_logits_of_the_clip(network):
    x = windows()
    with torch.no_grad():
        torch.testing.assert_close(network(x.repeat(1, 3, 1)), network(x), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("bins", [slice(0, 40), slice(40, 120), slice(280, 360)])
def test_timbre_and_each_range_of_pitch_have_a_say(network, bins):
    x = windows()
    changed = x.clone()
    changed[:, :, bins] += 1
    with torch.no_grad():
        assert (network(changed) - network(x)).abs().max() > 1e-3


def test_the_same_pattern_at_another_tempo_is_another_answer(network):
    x = torch.zeros(1, 5, 360)
    x[:, :, 40 + 30 : 40 + 34] = 3
    with torch.no_grad():
        assert (network(x.roll(8, dims=2)) - network(x)).abs().max() > 1e-3


@pytest.mark.parametrize(("bins", "ranges", "levels"), [(80, 1, 0), (120, 1, 40), (160, 2, 0)])
def test_other_tempograms_are_read_too(bins, ranges, levels):
    made = create_model("rhythm", 3, frames=6, bins=bins).eval()
    assert (made.ranges, made.levels) == (ranges, levels)
    with torch.no_grad():
        assert made(windows(bins=bins)).shape == (2, 3)


def test_what_is_no_tempogram_is_refused():
    words = f"reads tempograms, of {TEMPI} tempi .* got 13 features a frame: take the front-end"
    with pytest.raises(ConfigError, match=words):
        create_model("rhythm", 3, frames=100, bins=13)
