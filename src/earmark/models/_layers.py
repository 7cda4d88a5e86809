"""Layers that torch has not: TensorFlow's 'same' padding, as the seed's networks had it."""

from collections.abc import Callable

import torch.nn.functional as F
from torch import Tensor, nn


def same_padding(size: int, kernel: int, stride: int) -> tuple[int, int]:
    """Zeros (before, after) that make ceil(size / stride) outputs; the smaller half before.

    >>> same_padding(13, 2, 2)
    (0, 1)
    """
    total = max((-(-size // stride) - 1) * stride + kernel - size, 0)
    return total // 2, total - total // 2


class Same(nn.Module):
    """A convolution or pooling over (batch, channels, height, width), padded as TensorFlow does."""

    def __init__(self, layer: nn.Conv2d | nn.MaxPool2d, value: float = 0.0) -> None:
        super().__init__()
        self.layer = layer
        self.value = value
        pair: Callable[[object], tuple[int, int]] = lambda v: v if isinstance(v, tuple) else (v, v)  # noqa: E731
        self.kernel, self.stride = pair(layer.kernel_size), pair(layer.stride)

    def forward(self, x: Tensor) -> Tensor:
        """The layer's output, of size ceil(size / stride)."""
        top, bottom = same_padding(x.shape[2], self.kernel[0], self.stride[0])
        left, right = same_padding(x.shape[3], self.kernel[1], self.stride[1])
        output: Tensor = self.layer(F.pad(x, (left, right, top, bottom), value=self.value))
        return output


def same_conv(inputs: int, outputs: int, kernel: int, stride: int = 1) -> Same:
    """Convolution with 'same' padding."""
    return Same(nn.Conv2d(inputs, outputs, kernel, stride))


def same_max_pool(kernel: int, stride: int) -> Same:
    """Max-pooling with 'same' padding: the padding never wins."""
    return Same(nn.MaxPool2d(kernel, stride), value=float("-inf"))
