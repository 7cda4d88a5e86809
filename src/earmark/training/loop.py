"""The training loop: from windows to weights, read from top to bottom.

Order, augmentation and dropout of an epoch follow from (seed, epoch) alone, and the rate from the
step; so a run that goes on from a checkpoint ends with the weights of one that was never stopped.
"""

import copy
import math
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn

from earmark.errors import ModelError
from earmark.evaluation.aggregate import clip_probabilities
from earmark.models.graph import FeatureClassifier
from earmark.models.recipe import Recipe
from earmark.training.balance import weighted_loss
from earmark.training.checkpoint import (
    module_tensors,
    optimiser_tensors,
    read_tensors,
    restore_module,
    restore_optimiser,
    write_tensors,
)
from earmark.training.histograms import Histograms
from earmark.training.label_progress import label_hits, validate_labels
from earmark.training.learning_rate import learning_rate
from earmark.training.memory import keep_freed_memory
from earmark.training.watcher import Watcher
from earmark.training.windows import AugmentedWindows, Windows

CHECKPOINT = "checkpoint.safetensors"
PREDICT_BATCH = 64
MOMENTUM = 0.9
WRITING = 0.05  # largest share of the time that checkpoints may take: some have a gigabyte
CLIP_NORM = 5.0  # far above the norms of healthy steps (measured): only a runaway step meets it


@dataclass(frozen=True)
class LoopSettings:
    """What the loop needs beside the recipe, all of it decided."""

    epochs: int
    batch_size: int
    seed: int
    bfloat16: bool
    checkpoint_every_s: float = 20.0
    histograms: bool = False


@dataclass
class Fit:
    """What a training gave."""

    classifier: FeatureClassifier
    history: list[dict[str, float]]
    epoch: int
    """The epoch (from 1) whose weights were kept."""
    seconds: float
    """Time spent training, interruptions left out."""
    interrupted: bool = False


def processor_has_bfloat16() -> bool:
    """Whether matrix products in bfloat16 run in hardware; without that they are far slower."""
    check: Callable[[], bool] | None = getattr(torch.cpu, "_is_avx512_bf16_supported", None)
    return bool(check()) if check is not None else False


def soft_cross_entropy(logits: Tensor, targets: Tensor, recipe: Recipe) -> Tensor:
    """Mean loss of logits (batch, classes) against target distributions of the same shape."""
    if recipe.loss == "binary":
        spread = recipe.label_smoothing  # evenly over yes and no
        wanted = targets * (1 - spread) + spread / 2
        return F.binary_cross_entropy_with_logits(logits, wanted)
    if recipe.loss == "clipped":  # TFLearn: no gradient once a probability falls below 1e-10
        clipped = torch.softmax(logits, dim=1).clamp(1e-10, 1.0)
        return -(targets * clipped.log()).sum(dim=1).mean()
    return F.cross_entropy(logits, targets, label_smoothing=recipe.label_smoothing)


def make_optimiser(network: nn.Module, recipe: Recipe) -> torch.optim.Optimizer:
    """The recipe's optimiser; biases and norms are not decayed."""
    weights, rate = network.parameters(), recipe.learning_rate
    if recipe.optimiser == "momentum":
        return torch.optim.SGD(weights, lr=rate, momentum=MOMENTUM, fused=True)
    if recipe.optimiser == "adam":
        return torch.optim.Adam(weights, lr=rate, fused=True)
    if recipe.optimiser == "rmsprop":  # TFLearn's decay and epsilon
        return torch.optim.RMSprop(weights, lr=rate, alpha=0.9, eps=1e-10)
    decayed = [weight for weight in network.parameters() if weight.ndim > 1]
    plain = [weight for weight in network.parameters() if weight.ndim <= 1]
    groups = [
        {"params": decayed, "weight_decay": recipe.weight_decay},
        {"params": plain, "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, lr=recipe.learning_rate)


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


def _validate(
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


def significantly_worse(mistakes: Tensor, fewest: Tensor) -> bool:
    """Whether mistakes (clips,) exceed the fewest ones by over one standard error and one clip.

    The one-standard-error rule (Breiman et al. 1984), on paired differences: among epochs that a
    small validation part cannot tell apart, the later is kept, as its rate has come further down.
    Mistakes are counted and not losses, as calibration mends a loss that is too sure of itself.
    """
    difference = mistakes - fewest
    error = difference.std(correction=0) / len(difference) ** 0.5
    one_clip = 1 / len(difference)
    return bool(difference.mean() > max(error.item(), one_clip))


def fit(
    classifier: FeatureClassifier,
    training: AugmentedWindows,
    validation: Windows | None,
    recipe: Recipe,
    settings: LoopSettings,
    out: Path,
    watcher: Watcher,
    check: Callable[[], None] = lambda: None,
) -> Fit:
    """Train `classifier`; state is kept in `out`, and gone on from if it is there already.

    `check` is called before every step, and may raise KeyboardInterrupt to stop there.
    """
    keep_freed_memory()
    order_length = len(training.epoch_order(settings.seed, 0))
    steps_per_epoch = -(-order_length // settings.batch_size)
    steps = steps_per_epoch * settings.epochs
    classifier = classifier.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    optimiser = make_optimiser(classifier.network, recipe)
    averaged = copy.deepcopy(classifier) if recipe.ema else None
    judged = averaged or classifier  # the weights that are validated and kept
    keeps_last = recipe.keep == "last" or validation is None
    best = judged if keeps_last else copy.deepcopy(judged)
    state: dict[str, Any] = {"epoch": 0, "kept": 0, "fewest": 0, "history": [], "seconds": 0.0}
    fewest = torch.zeros(0)  # mistakes (clips,) of the epoch with the fewest in validation

    def save() -> None:
        tensors = module_tensors("model", classifier) | {"fewest": fewest}
        if not keeps_last:
            tensors |= module_tensors("best", best)
        if averaged is not None:
            tensors |= module_tensors("averaged", averaged)
        write_tensors(out / CHECKPOINT, tensors | optimiser_tensors(optimiser), state)

    if (out / CHECKPOINT).exists():
        tensors, state = read_tensors(out / CHECKPOINT)
        restore_module("model", classifier, tensors)
        if not keeps_last:
            restore_module("best", best, tensors)
        fewest = tensors["fewest"]
        if averaged is not None:
            restore_module("averaged", averaged, tensors)
        restore_optimiser(optimiser, tensors)
        for row in state["history"]:
            watcher.epoch(row, steps_per_epoch, resumed=True)

    save_at = time.monotonic() + settings.checkpoint_every_s
    interrupted = False
    try:
        for epoch in range(state["epoch"], settings.epochs):
            if _out_of_patience(state, recipe):
                break
            started = time.monotonic()
            row = _one_epoch(
                classifier,
                averaged,
                training,
                optimiser,
                recipe,
                settings,
                epoch,
                steps,
                watcher,
                check,
            )
            mistakes = None
            if validation is not None:
                figures, mistakes = _validate(judged, validation, recipe)
                row |= figures
            if not all(map(math.isfinite, row.values())):
                raise ModelError(
                    f"training diverged: in epoch {epoch + 1} the loss is no longer finite; "
                    f"take a smaller learning rate, got {recipe.learning_rate:g}"
                )
            if mistakes is not None and (not len(fewest) or mistakes.mean() <= fewest.mean()):
                fewest, state["fewest"] = mistakes, epoch + 1
            if mistakes is None or keeps_last:
                state["kept"] = epoch + 1
            elif not significantly_worse(mistakes, fewest):
                best.load_state_dict(judged.state_dict())
                state["kept"] = epoch + 1
            state["epoch"] = epoch + 1
            state["history"].append(row)
            state["seconds"] += time.monotonic() - started
            watcher.epoch(row, steps_per_epoch, resumed=False)
            if time.monotonic() >= save_at:
                started = time.monotonic()
                save()
                every_s = settings.checkpoint_every_s
                rest_s = (time.monotonic() - started) / WRITING if every_s else 0.0
                save_at = time.monotonic() + max(every_s, rest_s)
    except KeyboardInterrupt:
        if state["epoch"] == 0:
            raise  # nothing is there to keep yet
        interrupted = True
    if not interrupted:
        save()
    best.eval()
    return Fit(best, state["history"], state["kept"], state["seconds"], interrupted)


def _out_of_patience(state: dict[str, Any], recipe: Recipe) -> bool:
    if recipe.patience is None or not state["fewest"]:
        return False
    return bool(state["epoch"] - state["fewest"] >= recipe.patience)


def _one_epoch(
    classifier: FeatureClassifier,
    averaged: FeatureClassifier | None,
    training: AugmentedWindows,
    optimiser: torch.optim.Optimizer,
    recipe: Recipe,
    settings: LoopSettings,
    epoch: int,
    steps: int,
    watcher: Watcher,
    check: Callable[[], None],
) -> dict[str, float]:
    """All training windows once; mean loss, accuracy and the last rate."""
    classifier.train()
    dropout_seed = np.random.SeedSequence([settings.seed, epoch]).generate_state(1)[0]
    torch.manual_seed(int(dropout_seed))
    order = training.epoch_order(settings.seed, epoch)
    batches = np.array_split(order, -(-len(order) // settings.batch_size))  # none is a lone window
    step = epoch * len(batches)
    total_loss = hits = 0.0
    rate = recipe.learning_rate
    histograms = Histograms(classifier) if settings.histograms else None
    for number, indices in enumerate(batches):
        check()
        if histograms is not None and number == len(batches) - 1:
            histograms.watch()
        rate = learning_rate(recipe.schedule, step, steps, recipe.learning_rate)
        for group in optimiser.param_groups:
            group["lr"] = rate
        windows, targets = training.batch(epoch, indices)
        features, wanted = torch.from_numpy(windows), torch.from_numpy(targets)
        with torch.autocast("cpu", torch.bfloat16, enabled=settings.bfloat16):
            logits = classifier(features)
        if training.class_weights is None:
            loss = soft_cross_entropy(logits.float(), wanted, recipe)
        else:
            loss = weighted_loss(logits.float(), wanted, recipe, training.class_weights)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        if recipe.optimiser == "adamw":
            nn.utils.clip_grad_norm_(classifier.parameters(), CLIP_NORM)
        optimiser.step()
        if averaged is not None:
            _average(averaged, classifier, recipe.ema, step)
        total_loss += loss.item() * len(indices)
        if training.windows.targets.ndim == 2:
            hits += label_hits(logits, wanted)
        else:
            hits += (logits.argmax(dim=1) == wanted.argmax(dim=1)).sum().item()
        step += 1
        watcher.step(epoch, total_loss, hits, len(indices))
    if histograms is not None:
        watcher.histograms(epoch + 1, histograms.take())
    count = len(order)
    return {
        "epoch": epoch + 1,
        "train_loss": total_loss / count,
        "train_accuracy": hits / count,
        "learning_rate": rate,
    }


@torch.no_grad()
def _average(averaged: nn.Module, module: nn.Module, decay: float, step: int) -> None:
    """Move the running mean of the weights one step on; it forgets faster at the start."""
    decay = min(decay, (1 + step) / (10 + step))  # as TensorFlow's ExponentialMovingAverage
    for mean, value in zip(
        averaged.state_dict().values(), module.state_dict().values(), strict=True
    ):
        if mean.dtype.is_floating_point:
            mean.lerp_(value, 1 - decay)
        else:
            mean.copy_(value)
