"""A bidirectional GRU that is exported as ONNX's own operator.

Left to itself the exporter writes one step of the recurrence after another: thousands of nodes for
a window of some seconds, slow to load and to run. ONNX has the whole recurrence as one node, but
with its gates in another order.
"""

from collections.abc import Sequence

import torch
from torch import Tensor, nn


class BidirectionalGRU(nn.Module):
    """(batch, frames, inputs) -> all states (batch, frames, 2 size), last states (batch, 2 size).

    Forwards stand first, then backwards, whose last state is that of the first frame.
    """

    def __init__(self, inputs: int, size: int) -> None:
        super().__init__()
        self.gru = nn.GRU(inputs, size, batch_first=True, bidirectional=True)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """States of every frame and the last of each direction."""
        if torch.onnx.is_in_onnx_export():
            return self._as_one_node(x)
        device = "cpu" if x.is_meta else x.device.type  # autocast knows no meta device
        # a state kept in bfloat16 would lose more with every frame
        with torch.autocast(device, enabled=False):
            states, last = self.gru(x.float())
        return states, last.transpose(0, 1).flatten(1)

    def _both(self, *names: str) -> Tensor:
        """Weights of both directions, (2, ...), in ONNX's order of gates; biases side by side."""
        return torch.stack(
            [
                torch.cat([self._gates(getattr(self.gru, f"{name}_l0{way}")) for name in names])
                for way in ("", "_reverse")
            ]
        )

    def _gates(self, weight: Tensor) -> Tensor:
        """torch has reset, update, new; ONNX has update, reset, new."""
        size = self.gru.hidden_size
        return torch.cat([weight[size : 2 * size], weight[:size], weight[2 * size :]])

    def _as_one_node(self, x: Tensor) -> tuple[Tensor, Tensor]:
        batch, frames, size = x.shape[0], x.shape[1], self.gru.hidden_size
        shapes: Sequence[Sequence[int]] = [(frames, 2, batch, size), (2, batch, size)]
        states, last = torch.onnx.ops.symbolic_multi_out(
            "GRU",
            [
                x.transpose(0, 1),  # (T, B, inputs)
                self._both("weight_ih"),  # (2, 3 size, inputs)
                self._both("weight_hh"),  # (2, 3 size, size)
                self._both("bias_ih", "bias_hh"),  # (2, 6 size)
            ],
            # torch multiplies the state before the reset gate closes on it
            {"hidden_size": size, "direction": "bidirectional", "linear_before_reset": 1},
            dtypes=[x.dtype, x.dtype],
            shapes=shapes,
        )
        return states.permute(2, 0, 1, 3).flatten(2), last.transpose(0, 1).flatten(1)
