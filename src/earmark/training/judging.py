"""What a classifier says of windows, and how good that is while it trains."""

from dataclasses import replace

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn

from earmark.evaluation.aggregate import clip_probabilities
from earmark.models.recipe import Recipe
from earmark.training.label_progress import validate_labels
from earmark.training.losses import soft_cross_entropy
from earmark.training.windows import Windows

PREDICT_BATCH = 64


@torch.no_grad()
def predict_logits(classifier: nn.Module, windows: Windows) -> NDArray[np.float32]:
    """Logits (windows, classes) in evaluation mode."""
    classifier.eval()
    parts = [
        classifier(
            torch.from_numpy(windows.batch(range(start, min(start + PREDICT_BATCH, len(windows)))))
        )
        for start in range(0, len(windows), PREDICT_BATCH)
    ]
    return np.asarray(torch.cat(parts).float().numpy())


def judge_windows(
    classifier: nn.Module, windows: Windows, recipe: Recipe
) -> tuple[dict[str, float], Tensor]:
    """The figures of the validation part, and which of its clips were mistaken, as 0 and 1."""
    logits = torch.from_numpy(predict_logits(classifier, windows))
    if windows.targets.ndim == 2:
        return validate_labels(logits, windows)
    wanted = F.one_hot(torch.from_numpy(windows.targets), logits.shape[1]).float()
    loss = soft_cross_entropy(logits, wanted, replace(recipe, label_smoothing=0.0)).item()
    probabilities = torch.softmax(logits, dim=1).numpy()
    by_clip = clip_probabilities(probabilities, windows.clip_of, len(windows.clips))
    mistakes = by_clip.argmax(axis=1) != windows.clip_targets
    accuracy = 1 - float(mistakes.mean())
    figures = {"validation_loss": loss, "validation_accuracy": accuracy}
    return figures, torch.from_numpy(mistakes.astype(np.float32))
