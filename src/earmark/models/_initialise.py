"""Weight initialisation: as TFLearn 0.3 had it for the seed's recipes, He's for the others."""

import math

import torch
from torch import nn


@torch.no_grad()
def initialise_as_tflearn(network: nn.Module) -> None:
    """Convolutions uniform with variance 1 / fan_in, dense truncated normal .02, biases 0."""
    for module in network.modules():
        if isinstance(module, nn.Conv2d):
            fan_in = module.weight[0].numel()
            bound = math.sqrt(3 / fan_in)
            module.weight.uniform_(-bound, bound)
        elif isinstance(module, nn.Linear):
            nn.init.trunc_normal_(module.weight, std=0.02, a=-0.04, b=0.04)
        else:
            continue
        if module.bias is not None:
            module.bias.zero_()


@torch.no_grad()
def initialise_as_he(network: nn.Module) -> None:
    """Convolutions normal with variance 2 / fan_in (He et al. 2015), which a ReLU halves again.

    The last dense layer starts near 0: a network that knows nothing then answers nothing surely,
    and its first steps are not spent on taking that back.
    """
    last = None
    for module in network.modules():
        if isinstance(module, nn.Conv2d):
            nn.init.kaiming_normal_(module.weight, nonlinearity="relu")
        elif isinstance(module, nn.Linear):
            last = module
    if last is not None:
        nn.init.normal_(last.weight, std=0.01)
        nn.init.zeros_(last.bias)
