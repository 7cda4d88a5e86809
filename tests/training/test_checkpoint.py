"""Training state on disk: what is read is what was written."""

import pytest
import torch
from torch import nn

from earmark.errors import ModelError
from earmark.training.checkpoint import (
    module_tensors,
    optimiser_tensors,
    read_tensors,
    restore_module,
    restore_optimiser,
    write_tensors,
)


def network():
    return nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Linear(4, 2))


def step(model, optimiser):
    optimiser.zero_grad()
    model(torch.arange(15, dtype=torch.float32).reshape(5, 3)).square().sum().backward()
    optimiser.step()


def test_tensors_and_notes_come_back_as_they_were(tmp_path):
    tensors = {"a": torch.randn(3, 4).T, "b.c": torch.tensor(7), "half": torch.ones(2).bfloat16()}
    notes = {"epoch": 3, "loss": 0.1 + 0.2, "best": None, "rows": [{"ä": float("inf")}]}
    write_tensors(tmp_path / "state", tensors, notes)
    there, said = read_tensors(tmp_path / "state")
    assert said == notes
    assert set(there) == set(tensors)
    for name, tensor in tensors.items():
        assert there[name].dtype == tensor.dtype
        assert torch.equal(there[name], tensor)
    assert [path.name for path in tmp_path.iterdir()] == ["state"]


@pytest.mark.parametrize(
    "make",
    [
        lambda weights: torch.optim.AdamW(weights, lr=0.1),
        lambda weights: torch.optim.Adam(weights, lr=0.1),
        lambda weights: torch.optim.SGD(weights, lr=0.01, momentum=0.9),
    ],
)
def test_an_optimiser_goes_on_as_if_it_had_not_stopped(tmp_path, make):
    torch.manual_seed(0)
    model = network()
    optimiser = make(model.parameters())
    step(model, optimiser)
    tensors = module_tensors("model", model) | optimiser_tensors(optimiser)
    write_tensors(tmp_path / "state", tensors, {})
    step(model, optimiser)

    other = network()
    again = make(other.parameters())
    there, _ = read_tensors(tmp_path / "state")
    restore_module("model", other, there)
    restore_optimiser(again, there)
    step(other, again)
    for name, tensor in model.state_dict().items():
        assert torch.equal(other.state_dict()[name], tensor), name


@pytest.mark.parametrize("content", [b"", b"no checkpoint", bytes(200)])
def test_a_damaged_checkpoint_is_said(tmp_path, content):
    path = tmp_path / "checkpoint.safetensors"
    path.write_bytes(content)
    with pytest.raises(ModelError, match=r"checkpoint\.safetensors: not a readable checkpoint"):
        read_tensors(path)


def test_a_cut_checkpoint_is_said(tmp_path):
    path = tmp_path / "state"
    write_tensors(path, {"a": torch.ones(1000)}, {})
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(ModelError, match="not a readable checkpoint"):
        read_tensors(path)


def test_a_write_that_fails_leaves_the_old_one(tmp_path, monkeypatch):
    path = tmp_path / "state"
    write_tensors(path, {"a": torch.ones(3)}, {"epoch": 1})

    def fail(_):
        raise OSError("killed")

    monkeypatch.setattr("earmark.training.checkpoint.os.fsync", fail)
    with pytest.raises(OSError, match="killed"):
        write_tensors(path, {"a": torch.zeros(3)}, {"epoch": 2})
    there, notes = read_tensors(path)
    assert notes == {"epoch": 1}
    assert torch.equal(there["a"], torch.ones(3))
