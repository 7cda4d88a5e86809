"""How a training comes along where clips may have several labels, told without a threshold."""

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from earmark.evaluation.aggregate import clip_probabilities
from earmark.evaluation.multilabel.metrics import ranking_precision
from earmark.training.windows import Windows


def label_hits(logits: Tensor, wanted: Tensor) -> float:
    """Sum over a batch (batch, classes) of how well each window ranks its own labels first."""
    return float(ranking_precision(wanted.numpy(), logits.detach().float().numpy()).sum())


def validate_labels(logits: Tensor, windows: Windows) -> tuple[dict[str, float], Tensor]:
    """Loss of the windows, ranking precision of the clips, and what each clip lacks of the latter.

    What lacks stands for mistakes: it is 0 where a clip's labels all come before the others.
    """
    wanted = torch.from_numpy(windows.targets.astype(np.float32))
    loss = F.binary_cross_entropy_with_logits(logits, wanted).item()
    scores = torch.sigmoid(logits).numpy()
    by_clip = clip_probabilities(scores, windows.clip_of, len(windows.clips))
    precision = ranking_precision(windows.clip_targets, by_clip)
    figures = {"validation_loss": loss, "validation_accuracy": float(precision.mean())}
    return figures, torch.from_numpy((1 - precision).astype(np.float32))
