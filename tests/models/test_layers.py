"""TensorFlow's 'same' padding."""

import math

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st

from earmark.models._layers import same_conv, same_max_pool, same_padding

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
        assert same_conv(2, 3, kernel, stride)(x).shape == (1, 3, *shape)
        assert same_max_pool(kernel, stride)(x).shape == (1, 2, *shape)


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
    assert (same_max_pool(3, 2)(x) == -7).all()


def test_an_even_kernel_looks_forward():
    layer = same_conv(1, 1, 2)
    x = torch.randn(1, 1, 4, 4)
    wanted = F.conv2d(F.pad(x, (0, 1, 0, 1)), layer.layer.weight, layer.layer.bias)
    torch.testing.assert_close(layer(x), wanted)
