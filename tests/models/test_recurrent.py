"""The recurrence by hand, in torch and as ONNX's own operator."""

import warnings

import numpy as np
import onnx
import onnxruntime
import pytest
import torch

from earmark.models._recurrent import BidirectionalGRU

INPUTS, SIZE, FRAMES = 5, 3, 7


@pytest.fixture(scope="module")
def recurrent():
    torch.manual_seed(0)
    return BidirectionalGRU(INPUTS, SIZE).eval()


@pytest.fixture(scope="module")
def exported(recurrent, tmp_path_factory):
    path = tmp_path_factory.mktemp("gru") / "gru.onnx"
    batch = torch.export.Dim("batch")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the exporter's own, as where models are saved
        torch.onnx.export(
            recurrent,
            (torch.zeros(2, FRAMES, INPUTS),),
            path,
            dynamo=True,
            external_data=False,
            opset_version=18,
            input_names=["x"],
            dynamic_shapes=({0: batch},),
            verbose=False,
        )
    return path


def by_hand(recurrent, x, way):
    """States (frames, size) of one direction over x (frames, inputs), by the formulas of a GRU."""
    weights = {name: value.detach().numpy() for name, value in recurrent.gru.named_parameters()}

    def parts(name):
        return np.split(weights[f"{name}_l0{way}"].astype(np.float64), 3)

    (wr, wz, wn), (ur, uz, un) = parts("weight_ih"), parts("weight_hh")
    (br, bz, bn), (cr, cz, cn) = parts("bias_ih"), parts("bias_hh")
    state, states = np.zeros(SIZE), []
    for row in x[::-1] if way else x:
        reset = 1 / (1 + np.exp(-(wr @ row + br + ur @ state + cr)))
        update = 1 / (1 + np.exp(-(wz @ row + bz + uz @ state + cz)))
        new = np.tanh(wn @ row + bn + reset * (un @ state + cn))
        state = (1 - update) * new + update * state
        states.append(state)
    return np.array(states[::-1] if way else states)


def wanted(recurrent, x):
    there = [by_hand(recurrent, row, "") for row in x]
    back = [by_hand(recurrent, row, "_reverse") for row in x]
    states = np.concatenate([there, back], axis=2)
    last = np.concatenate([[row[-1] for row in there], [row[0] for row in back]], axis=1)
    return states, last


@pytest.mark.parametrize("batch", [1, 2, 5])
def test_torch_and_onnx_follow_the_formulas(recurrent, exported, batch):
    x = np.random.default_rng(batch).standard_normal((batch, FRAMES, INPUTS)).astype(np.float32)
    session = onnxruntime.InferenceSession(exported, providers=["CPUExecutionProvider"])
    with torch.no_grad():
        by_torch = recurrent(torch.from_numpy(x))
    by_onnx = session.run(None, {"x": x})
    for ours, runtime, hand in zip(by_torch, by_onnx, wanted(recurrent, x), strict=True):
        np.testing.assert_allclose(ours.numpy(), hand, atol=1e-6)
        np.testing.assert_allclose(runtime, hand, atol=1e-6)


def test_the_graph_holds_one_recurrence_and_little_else(exported):
    model = onnx.load(exported)
    onnx.checker.check_model(model)
    nodes = [node.op_type for node in model.graph.node]
    assert nodes.count("GRU") == 1
    assert len(nodes) <= 8, nodes  # the weights were put in order while exporting


def test_under_bfloat16_the_state_stays_float32(recurrent):
    x = torch.randn(2, FRAMES, INPUTS, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        exact = recurrent(x.bfloat16().float())
        with torch.autocast("cpu", torch.bfloat16):
            under = recurrent(x.bfloat16())
    for state, same in zip(under, exact, strict=True):
        assert state.dtype == torch.float32
        torch.testing.assert_close(state, same)
