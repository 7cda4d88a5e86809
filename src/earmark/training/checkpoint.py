"""Training state on disk without pickle: tensors in safetensors, all else as JSON beside them."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor, nn

from earmark.errors import ModelError

# What schedule-free optimisers know of all weights together.
OF_GROUPS = ("k", "weight_sum", "lr_max", "scheduled_lr", "train_mode")


def write_tensors(path: Path, tensors: Mapping[str, Tensor], notes: Mapping[str, Any]) -> None:
    """Write tensors and JSON-able notes to one file, which appears whole or not at all."""
    temporary = path.with_name(path.name + ".part")
    plain = {name: _alone(tensor.detach()) for name, tensor in tensors.items()}
    save_file(plain, temporary, metadata={"notes": json.dumps(notes)})
    with temporary.open("r+b") as file:
        os.fsync(file.fileno())
    temporary.replace(path)


def _alone(tensor: Tensor) -> Tensor:
    """The tensor in memory of its own, as safetensors wants it; a copy only where it is a view."""
    whole = tensor.untyped_storage().nbytes() == tensor.numel() * tensor.element_size()
    return tensor if whole and tensor.is_contiguous() else tensor.contiguous().clone()


def read_tensors(path: Path) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """What `write_tensors` wrote."""
    try:
        with safe_open(path, framework="pt") as file:
            notes = json.loads((file.metadata() or {}).get("notes", "{}"))
            return {name: file.get_tensor(name) for name in file.keys()}, notes  # noqa: SIM118
    except (SafetensorError, OSError, ValueError) as error:
        raise ModelError(f"{path}: not a readable checkpoint: {error}") from error


def optimiser_tensors(optimiser: torch.optim.Optimizer) -> dict[str, Tensor]:
    """The state of an optimiser as named tensors."""
    state = optimiser.state_dict()["state"]
    weights = {
        f"optimiser.{index}.{name}": torch.as_tensor(value)
        for index, values in state.items()
        for name, value in values.items()
    }
    groups = {
        f"group.{index}.{name}": torch.tensor(group[name], dtype=torch.float64)
        for index, group in enumerate(optimiser.param_groups)
        for name in OF_GROUPS
        if name in group
    }
    return weights | groups


def restore_optimiser(optimiser: torch.optim.Optimizer, tensors: Mapping[str, Tensor]) -> None:
    """Put back what `optimiser_tensors` gave."""
    weights = [weight for group in optimiser.param_groups for weight in group["params"]]
    state: dict[int, dict[str, Tensor]] = {}
    for name, tensor in tensors.items():
        kind, _, rest = name.partition(".")
        if kind == "optimiser":
            index, _, field = rest.partition(".")
            weight = weights[int(index)]
            if tensor.shape == weight.shape:  # laid out as the weight is: fused steps rely on it
                tensor = torch.empty_like(weight).copy_(tensor)
            state.setdefault(int(index), {})[field] = tensor
    groups = optimiser.state_dict()["param_groups"]
    for number, group in enumerate(groups):
        for name in OF_GROUPS:
            if name in group and f"group.{number}.{name}" in tensors:
                value = tensors[f"group.{number}.{name}"].item()
                group[name] = type(group[name])(value)
    optimiser.load_state_dict({"state": state, "param_groups": groups})


def module_tensors(prefix: str, module: nn.Module) -> dict[str, Tensor]:
    """A module's weights and buffers under a prefix."""
    return {f"{prefix}.{name}": tensor for name, tensor in module.state_dict().items()}


def restore_module(prefix: str, module: nn.Module, tensors: Mapping[str, Tensor]) -> None:
    """Put back what `module_tensors` gave."""
    start = f"{prefix}."
    module.load_state_dict(
        {name[len(start) :]: value for name, value in tensors.items() if name.startswith(start)}
    )


def remembered(store: dict[str, Tensor], tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Copy tensors into `store`, where its own are of the same shape without new memory."""
    for name, tensor in tensors.items():
        if name in store and store[name].shape == tensor.shape:
            store[name].copy_(tensor.detach())
        else:
            store[name] = tensor.detach().clone()
    return store
