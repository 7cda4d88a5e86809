"""How much a window is like the sounds of the training: the graph's second output.

Two questions are asked of each window, and the less familiar answer counts:

`noise`: is it a sound at all, or what a microphone gives of its own accord? A logistic regression
on the mean, deviation and mean change of each feature bin, fitted between the training sounds and
noise, hum and silence made for it. The network itself is of no use here: white noise and rain have
the same last layer (docs/unknown.md has the figures of eight such scores).

`distance`: does the last hidden layer point where one of the classes does? The largest cosine
between it and the mean directions of the classes.

Each is counted from its threshold, in interquartile ranges of the training sounds: below 0, a
window is less familiar than known sounds are, but for the share of them that may be lost.
"""

import copy
from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn

LARGEST = 10.0  # in interquartile ranges: one window of digital silence must not outweigh a clip
Vector = NDArray[np.float32]


@dataclass(frozen=True)
class NoisePart:
    """A logistic regression on the statistics of standardised features."""

    mean: Vector  # (3 bins,)
    deviation: Vector  # (3 bins,)
    weight: Vector  # (3 bins,)
    bias: float
    threshold: float
    unit: float


@dataclass(frozen=True)
class DistancePart:
    """Mean directions of the classes in the last hidden layer."""

    centres: Vector  # (classes, hidden), rows of length 1
    threshold: float
    unit: float


class Both(nn.Module):
    """A dense layer that also gives its input: (B, H) -> (B, classes + H)."""

    def __init__(self, dense: nn.Linear) -> None:
        super().__init__()
        self.dense = dense

    def forward(self, hidden: Tensor) -> Tensor:
        """Logits, then what they were made from."""
        return torch.cat([self.dense(hidden), hidden], dim=1)


def with_hidden(network: nn.Module) -> nn.Module | None:
    """A copy of a network whose rows are logits and then its last hidden layer.

    The last dense layer in the order of the modules must be the one that gives the logits, as it is
    in every registered network (the contract test). None where there is no dense layer.
    """
    dense = [name for name, part in network.named_modules() if isinstance(part, nn.Linear)]
    if not dense:
        return None
    tapped = copy.deepcopy(network)
    place, _, name = dense[-1].rpartition(".")
    holder = tapped.get_submodule(place)
    last = tapped.get_submodule(dense[-1])
    assert isinstance(last, nn.Linear)
    setattr(holder, name, Both(last))
    return tapped


def statistics(windows: Tensor) -> Tensor:
    """Mean, deviation and mean change of each bin over time: (B, frames, bins) -> (B, 3 bins)."""
    mean = windows.mean(dim=1)
    deviation = (windows - mean.unsqueeze(1)).square().mean(dim=1).sqrt()
    if windows.shape[1] > 1:
        change = (windows[:, 1:] - windows[:, :-1]).abs().mean(dim=1)
    else:
        change = torch.zeros_like(mean)
    return torch.cat([mean, deviation, change], dim=1)


def cosines(hidden: Tensor, centres: Tensor) -> Tensor:
    """The largest cosine with a row of `centres`: (B, H), (classes, H) -> (B,)."""
    return (F.normalize(hidden, dim=1) @ centres.T).amax(dim=1)


class Familiarity(nn.Module):
    """Standardised windows and the last hidden layer -> (batch, parts), 0 at the threshold."""

    def __init__(self, noise: NoisePart, distance: DistancePart | None = None) -> None:
        super().__init__()
        self.noise, self.distance = noise, distance
        for name in ("mean", "deviation", "weight"):
            values = torch.as_tensor(getattr(noise, name), dtype=torch.float32)
            self.register_buffer(f"noise_{name}", values)
        if distance is not None:
            centres = torch.as_tensor(distance.centres, dtype=torch.float32)
            self.register_buffer("centres", centres)

    noise_mean: Tensor
    noise_deviation: Tensor
    noise_weight: Tensor
    centres: Tensor

    @property
    def parts(self) -> tuple[str, ...]:
        """Names of the columns."""
        return ("noise",) if self.distance is None else ("noise", "distance")

    def forward(self, windows: Tensor, hidden: Tensor | None) -> Tensor:
        """Windows (batch, frames, bins) as the network takes them, `hidden` (batch, hidden)."""
        scaled = (statistics(windows) - self.noise_mean) / self.noise_deviation
        logit = scaled @ self.noise_weight + self.noise.bias
        columns = [(logit - self.noise.threshold) / self.noise.unit]
        if self.distance is not None:
            assert hidden is not None
            cosine = cosines(hidden, self.centres)
            columns.append((cosine - self.distance.threshold) / self.distance.unit)
        return torch.stack(columns, dim=1).clamp(-LARGEST, LARGEST)
