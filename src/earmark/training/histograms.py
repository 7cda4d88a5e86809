"""What a network holds at the end of an epoch: weights, gradients and activations."""

from typing import Any

import numpy as np
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.utils.hooks import RemovableHandle

MOST = 10_000  # values a tensor: a histogram needs no more, and some layers have 10^8


class Histograms:
    """Watches the last step of an epoch."""

    def __init__(self, network: nn.Module) -> None:
        self.network = network
        self.seen: dict[str, NDArray[np.float32]] = {}
        self.hooks: list[RemovableHandle] = []

    def watch(self) -> None:
        """Keep a sample of what each layer gives from now on."""
        for name, module in self.network.named_modules():
            if not list(module.children()) and name:
                self.hooks.append(module.register_forward_hook(self._keep(name)))

    def _keep(self, name: str) -> Any:
        def hook(module: nn.Module, given: Any, output: Any) -> None:
            if isinstance(output, Tensor):
                self.seen[f"activations/{name}"] = sample(output)

        return hook

    def take(self) -> dict[str, NDArray[np.float32]]:
        """Samples by name, such as "weights/network.body.0.weight"; the watch is over."""
        for hook in self.hooks:
            hook.remove()
        taken = self.seen
        for name, weight in self.network.named_parameters():
            taken[f"weights/{name}"] = sample(weight)
            if weight.grad is not None:
                taken[f"gradients/{name}"] = sample(weight.grad)
        return taken


def sample(values: Tensor) -> NDArray[np.float32]:
    """At most `MOST` of the values, evenly spread."""
    flat = values.detach().flatten()
    return np.asarray(flat[:: -(-len(flat) // MOST)].float().numpy(force=True))
