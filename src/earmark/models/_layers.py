"""Layers that torch has not: TensorFlow's 'same' padding and its response normalisation."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn


def same_padding(size: int, kernel: int, stride: int) -> tuple[int, int]:
    """Zeros (before, after) that make ceil(size / stride) outputs; the smaller half before.

    >>> same_padding(13, 2, 2)
    (0, 1)
    """
    total = max((-(-size // stride) - 1) * stride + kernel - size, 0)
    return total // 2, total - total // 2


def same_size(size: int, *strides: int) -> int:
    """What is left of a size after layers of these strides, padded 'same'.

    >>> same_size(1300, 4, 2, 2, 2)
    41
    """
    for stride in strides:
        size = -(-size // stride)
    return size


def reached(size: int, kernel: int, stride: int) -> tuple[int, int]:
    """First and last of the kernel's taps that meet data at all; the others see padding only.

    >>> reached(1, 3, 1), reached(2, 3, 1), reached(1300, 11, 4)
    ((1, 1), (0, 2), (0, 10))
    """
    before, _ = same_padding(size, kernel, stride)
    last_start = (same_size(size, stride) - 1) * stride - before
    return max(0, -last_start), min(kernel - 1, size - 1 + before)


class SamePool(nn.Module):
    """Max-pooling over (batch, channels, height, width), padded 'same': padding never wins."""

    def __init__(self, kernel: int, stride: int) -> None:
        super().__init__()
        self.kernel, self.stride = kernel, stride

    def forward(self, x: Tensor) -> Tensor:
        """Of size ceil(size / stride)."""
        kernel, stride = self.kernel, self.stride
        sizes = (x.shape[2], x.shape[3])
        pads = [same_padding(size, kernel, stride) for size in sizes]
        before = (pads[0][0], pads[1][0])
        # torch's own padding costs no copy; rounded up, it has the odd one after the input too
        rounded = [
            -(-(size + 2 * pad - kernel) // stride) + 1
            for size, pad in zip(sizes, before, strict=True)
        ]
        if rounded == [same_size(size, stride) for size in sizes]:
            return F.max_pool2d(x, kernel, stride, before, ceil_mode=True)
        (top, bottom), (left, right) = pads
        padded = F.pad(x, (left, right, top, bottom), value=float("-inf"))
        return F.max_pool2d(padded, kernel, stride)


class SameConv(nn.Conv2d):
    """Convolution with a square kernel, padded 'same'.

    Taps that would see padding alone are left out of the sum, which changes no result: on an
    input of width 1, as most of the seed's layers have, that is two thirds of a 3x3 kernel's work.
    """

    def __init__(self, inputs: int, outputs: int, kernel: int, stride: int = 1) -> None:
        super().__init__(inputs, outputs, kernel, stride)

    def forward(self, x: Tensor) -> Tensor:
        """Of size ceil(size / stride)."""
        (kernel, _), (stride, _) = self.kernel_size, self.stride
        weight, pads = self.weight, []
        for axis in (2, 3):
            size = x.shape[axis]
            before, after = same_padding(size, kernel, stride)
            if not x.is_meta:  # there nothing is computed but the cost, which is told in full
                first, last = reached(size, kernel, stride)
                weight = weight.narrow(axis, first, last + 1 - first)
                before, after = before - first, after - (kernel - 1 - last)
            pads.append((before, after))
        (top, bottom), (left, right) = pads
        if (top, left) == (bottom, right):
            return F.conv2d(x, weight, self.bias, stride, (top, left))
        return F.conv2d(F.pad(x, (left, right, top, bottom)), weight, self.bias, stride)


def conv_norm_relu(
    inputs: int, outputs: int, kernel: int | tuple[int, int], stride: int | tuple[int, int] = 1
) -> nn.Sequential:
    """Convolution, batch norm (Ioffe and Szegedy 2015), ReLU; the size is kept at stride 1."""
    sides = (kernel, kernel) if isinstance(kernel, int) else kernel
    return nn.Sequential(
        nn.Conv2d(
            inputs, outputs, sides, stride, padding=(sides[0] // 2, sides[1] // 2), bias=False
        ),
        nn.BatchNorm2d(outputs),
        nn.ReLU(),
    )


def with_place(features: Tensor) -> Tensor:
    """(B, T, bins) -> (B, 2, T, bins): beside each value which bin it is, from -1 to 1.

    CoordConv (Liu et al. 2018): a convolution alone does not know.
    """
    place = torch.linspace(-1, 1, features.shape[2], device=features.device)
    return torch.stack([features, place.expand_as(features)], dim=1)


FEWEST_BINS = 4


class HalvingPool(nn.MaxPool2d):
    """Halves the time, and the bins (`bins_left` of them remain) as long as more than 4 are there.

    The seed's networks halved the 13 coefficients until one was left, long before the last layer.
    """

    def __init__(self, bins: int) -> None:
        across = 2 if bins > FEWEST_BINS else 1
        super().__init__((2, across), ceil_mode=True)
        self.bins_left = -(-bins // across)


class OverTime(nn.Module):
    """Mean and maximum over time, bins kept apart: (B, channels, T, bins) -> (B, 2 channels bins).

    Any length of window gives as many features, and the next layer has no million weights.
    """

    def forward(self, x: Tensor) -> Tensor:
        """The pooled features."""
        return torch.cat([x.mean(dim=2), x.amax(dim=2)], dim=1).flatten(1)
