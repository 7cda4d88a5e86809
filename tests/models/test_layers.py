"""TensorFlow's 'same' padding."""

import math

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st

from earmark.models._layers import (
    HalvingPool,
    OverTime,
    SameConv,
    SamePool,
    conv_norm_relu,
    same_padding,
    same_size,
)
from earmark.models._response_norm import ResponseNorm

sizes, kernels, strides = st.integers(1, 60), st.integers(1, 12), st.integers(1, 8)


@given(sizes, kernels, strides)
def test_the_padding_is_tensorflows(size, kernel, stride):
    out = math.ceil(size / stride)
    total = max((out - 1) * stride + kernel - size, 0)
    before, after = same_padding(size, kernel, stride)
    assert before + after == total
    assert before == total // 2
    assert (size + total - kernel) // stride + 1 == out or kernel < stride


@settings(max_examples=40, deadline=None)
@given(sizes, sizes, kernels, strides)
def test_outputs_number_size_over_stride_rounded_up(height, width, kernel, stride):
    shape = (math.ceil(height / stride), math.ceil(width / stride))
    x = torch.zeros(1, 2, height, width)
    with torch.no_grad():
        assert SameConv(2, 3, kernel, stride)(x).shape == (1, 3, *shape)
        assert SamePool(kernel, stride)(x).shape == (1, 2, *shape)


@pytest.mark.parametrize(
    ("size", "kernel", "stride", "padding"),
    [
        (1300, 2, 1, (0, 1)),
        (1300, 11, 4, (3, 4)),
        (13, 11, 4, (5, 5)),
        (13, 3, 2, (1, 1)),
        (650, 3, 2, (0, 1)),
        (4, 2, 3, (0, 1)),
        (3, 1, 2, (0, 0)),
    ],
)
def test_padding_by_hand(size, kernel, stride, padding):
    assert same_padding(size, kernel, stride) == padding


def test_padding_never_wins_the_maximum():
    x = torch.full((1, 1, 5, 5), -7.0)
    assert (SamePool(3, 2)(x) == -7).all()


@settings(max_examples=80, deadline=None)
@given(sizes, sizes, kernels, strides)
def test_the_maximum_is_that_over_the_padded_input(height, width, kernel, stride):
    x = torch.randn(1, 2, height, width)
    top, bottom = same_padding(height, kernel, stride)
    left, right = same_padding(width, kernel, stride)
    padded = F.pad(x, (left, right, top, bottom), value=float("-inf"))
    wanted = F.max_pool2d(padded, kernel, stride)
    assert torch.equal(SamePool(kernel, stride)(x), wanted)


def test_an_even_kernel_looks_forward():
    layer = SameConv(1, 1, 2)
    x = torch.randn(1, 1, 4, 4)
    wanted = F.conv2d(F.pad(x, (0, 1, 0, 1)), layer.weight, layer.bias)
    torch.testing.assert_close(layer(x), wanted)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 14), st.integers(1, 14), kernels, st.integers(1, 5))
def test_taps_left_out_change_neither_result_nor_gradient(height, width, kernel, stride):
    layer = SameConv(2, 3, kernel, stride)
    x = torch.randn(2, 2, height, width)
    top, bottom = same_padding(height, kernel, stride)
    left, right = same_padding(width, kernel, stride)
    whole = F.conv2d(F.pad(x, (left, right, top, bottom)), layer.weight, layer.bias, stride)
    torch.testing.assert_close(layer(x), whole, rtol=1e-4, atol=1e-5)
    (wanted,) = torch.autograd.grad(whole.square().sum(), layer.weight)
    (got,) = torch.autograd.grad(layer(x).square().sum(), layer.weight)
    torch.testing.assert_close(got, wanted, rtol=1e-3, atol=1e-3)


@given(sizes, st.lists(strides, max_size=4))
def test_sizes_follow_layer_by_layer(size, layers):
    wanted = size
    for stride in layers:
        wanted = math.ceil(wanted / stride)
    assert same_size(size, *layers) == wanted


@pytest.mark.parametrize("channels", [1, 3, 11, 40])
@pytest.mark.parametrize("scale", [1.0, 300.0])
def test_response_norm_equals_torchs_own(channels, scale):
    # TFLearn's alpha is a summand's, torch's is of the whole window of 11 channels
    reference = torch.nn.LocalResponseNorm(11, alpha=11e-4, beta=0.75, k=1.0)
    x = scale * torch.randn(3, channels, 5, 2)
    torch.testing.assert_close(ResponseNorm(channels)(x), reference(x), rtol=1e-4, atol=1e-4)
    mine, other = x.clone().requires_grad_(), x.clone().requires_grad_()
    weight = torch.randn_like(x)
    (ResponseNorm(channels)(mine) * weight).sum().backward()
    (reference(other) * weight).sum().backward()
    torch.testing.assert_close(mine.grad, other.grad, rtol=1e-3, atol=1e-4)


def test_the_gradient_of_response_norm_is_that_of_finite_differences():
    layer = ResponseNorm(7).double()
    # the gradient is written for float32: sums are large enough to be seen there
    x = 30 * torch.randn(1, 7, 2, 1)
    got = torch.zeros_like(x)
    for place in range(x.numel()):
        step = torch.zeros(x.numel())
        step[place] = 1.0
        ahead, behind = (
            layer((x + sign * step.reshape(x.shape)).double()).sum() for sign in (1, -1)
        )
        got.view(-1)[place] = (ahead - behind) / 2
    known = x.clone().requires_grad_()
    ResponseNorm(7)(known).sum().backward()
    torch.testing.assert_close(known.grad, got, rtol=2e-3, atol=2e-4)


def test_response_norm_works_under_autocast():
    x = torch.randn(2, 16, 4, 1).requires_grad_()
    with torch.autocast("cpu", torch.bfloat16):
        ResponseNorm(16)(x.bfloat16()).float().sum().backward()
    assert torch.isfinite(x.grad).all()


@pytest.mark.parametrize(("bins", "left"), [(13, 7), (7, 4), (4, 4), (96, 48), (1, 1)])
def test_bins_are_halved_while_more_than_four_are_left(bins, left):
    pool = HalvingPool(bins)
    assert pool.bins_left == left
    assert pool(torch.zeros(1, 2, 9, bins)).shape == (1, 2, 5, left)


def test_pooling_over_time_keeps_bins_apart():
    x = torch.randn(2, 3, 10, 4)
    pooled = OverTime()(x)
    assert pooled.shape == (2, 24)
    torch.testing.assert_close(pooled[:, :12].reshape(2, 3, 4), x.mean(dim=2))
    torch.testing.assert_close(pooled[:, 12:].reshape(2, 3, 4), x.amax(dim=2))


def test_a_convolution_with_norm_keeps_the_size():
    assert conv_norm_relu(1, 4, (11, 5))(torch.zeros(2, 1, 9, 13)).shape == (2, 4, 9, 13)
    assert conv_norm_relu(1, 4, 7, (2, 1))(torch.zeros(2, 1, 9, 13)).shape == (2, 4, 5, 13)
