"""Local response normalisation (Krizhevsky et al. 2012), quick on a processor.

torch's own pools a padded five-dimensional copy, and its gradient runs through every step of that.
"""

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

RADIUS = 5  # channels on either side; with the three below, the defaults of TFLearn 0.3
ALPHA = 1e-4
BETA = 0.75
BIAS = 1.0


class ResponseNorm(nn.Module):
    """x / (1 + 1e-4 sum x^2) ^ .75, the sum over a channel and five on either side of it."""

    band: Tensor  # (channels, channels, 1, 1): ones where two channels are near

    def __init__(self, channels: int) -> None:
        super().__init__()
        place = torch.arange(channels)
        near = (place[:, None] - place[None, :]).abs() <= RADIUS
        self.register_buffer("band", near.float()[:, :, None, None], persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        """(batch, channels, height, width), of the same shape."""
        if x.requires_grad:
            normed: Tensor = _Normalise.apply(x, self.band)  # type: ignore[no-untyped-call]
            return normed
        return x * _power(BIAS + ALPHA * windowed_sum(x * x))[0]


def windowed_sum(x: Tensor) -> Tensor:
    """The sum over near channels, by operators that any runtime has."""
    across = x.flatten(2).transpose(1, 2)  # (B, H W, C)
    width = 2 * RADIUS + 1
    summed = width * F.avg_pool1d(across, width, 1, RADIUS)
    return summed.transpose(1, 2).reshape(x.shape)


def _power(x: Tensor) -> tuple[Tensor, Tensor]:
    """x^-.75 and x^-.5, of which roots are cheap and powers are not."""
    root = x.rsqrt()
    return root * root.sqrt(), root


class _Normalise(torch.autograd.Function):
    """The same with a gradient by hand: one product with a band of ones forward, one back.

    With y = x s^-b and s = 1 + a sum x^2: dx = g s^-b - 2 a b x sum(g x s^-(b + 1)).
    """

    @staticmethod
    @torch.amp.custom_fwd(device_type="cpu", cast_inputs=torch.float32)  # type: ignore[untyped-decorator]
    def forward(ctx: Any, x: Tensor, band: Tensor) -> Tensor:
        scale = F.conv2d(x * x, band).mul_(ALPHA).add_(BIAS)
        factor, root = _power(scale)
        ctx.save_for_backward(x, factor, root, band)
        return x * factor

    @staticmethod
    @torch.amp.custom_bwd(device_type="cpu")  # type: ignore[untyped-decorator]
    def backward(ctx: Any, gradient: Tensor) -> tuple[Tensor, None]:
        x, factor, root, band = ctx.saved_tensors
        direct = gradient * factor
        shared = F.conv2d((direct * x).mul_(root).mul_(root), band)  # symmetric: its own transpose
        return direct.sub_(shared.mul_(x).mul_(2 * ALPHA * BETA)), None
