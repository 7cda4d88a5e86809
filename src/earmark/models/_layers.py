"""Layers that torch has not: TensorFlow's 'same' padding, as the seed's networks had it."""

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
    """A layer over (batch, channels, height, width) with a square kernel, padded 'same'."""

    def __init__(self, layer: nn.Module, kernel: int, stride: int, value: float = 0.0) -> None:
        super().__init__()
        self.layer, self.kernel, self.stride, self.value = layer, kernel, stride, value

    def forward(self, x: Tensor) -> Tensor:
        """The layer's output, of size ceil(size / stride)."""
        top, bottom = same_padding(x.shape[2], self.kernel, self.stride)
        left, right = same_padding(x.shape[3], self.kernel, self.stride)
        output: Tensor = self.layer(F.pad(x, (left, right, top, bottom), value=self.value))
        return output


def same_conv(inputs: int, outputs: int, kernel: int, stride: int = 1) -> Same:
    """Convolution with 'same' padding."""
    return Same(nn.Conv2d(inputs, outputs, kernel, stride), kernel, stride)


def same_max_pool(kernel: int, stride: int) -> Same:
    """Max-pooling with 'same' padding: the padding never wins."""
    return Same(nn.MaxPool2d(kernel, stride), kernel, stride, value=float("-inf"))
