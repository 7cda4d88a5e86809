"""The training loop: from windows to weights, read from top to bottom.

Order, augmentation and dropout of an epoch follow from (seed, epoch) alone, and the rate from the
step; so a run that goes on from a checkpoint ends with the weights of one that was never stopped.
"""

import copy
import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from earmark.errors import ModelError
from earmark.models.graph import FeatureClassifier
from earmark.models.recipe import Recipe
from earmark.training.batches import epoch_batches
from earmark.training.checkpoint import (
    module_tensors,
    optimiser_tensors,
    read_tensors,
    remembered,
    restore_module,
    restore_optimiser,
    write_tensors,
)
from earmark.training.histograms import Histograms
from earmark.training.learning_rate import learning_rate, momentum
from earmark.training.lessons import Examination, Lessons
from earmark.training.memory import keep_freed_memory
from earmark.training.norms import fresh_norms
from earmark.training.optimiser import for_judging, for_training, make_optimiser, tell
from earmark.training.patience import out_of_patience, significantly_worse
from earmark.training.watcher import Watcher

CHECKPOINT = "checkpoint.safetensors"
WRITING = 0.05  # largest share of the time that checkpoints may take: some have a gigabyte
MOST_HALVINGS = 3  # of the rate, each after a loss that is no number; then training stops
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
    halvings: tuple[dict[str, Any], ...] = ()
    """Where the loss was no longer finite (epoch, step) and the largest rate from there on."""
    gave_up: bool = False
    """Whether it was so once more after the last halving, and training stopped."""


class Diverged(Exception):  # noqa: N818 - it is handled in the loop
    """The loss of a step, or of a whole epoch (`step` None), is no longer finite."""

    def __init__(self, epoch: int, step: int | None) -> None:
        super().__init__(f"in epoch {epoch} the loss is no longer finite")
        self.epoch, self.step = epoch, step

    def told(self) -> dict[str, Any]:
        """For the run folder."""
        return {"epoch": self.epoch, "step": self.step}


def processor_has_bfloat16() -> bool:
    """Whether matrix products in bfloat16 run in hardware; without that they are far slower."""
    check: Callable[[], bool] | None = getattr(torch.cpu, "_is_avx512_bf16_supported", None)
    return bool(check()) if check is not None else False


def fit(
    classifier: FeatureClassifier,
    training: Lessons,
    validation: Examination | None,
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
    averages = recipe.ema and recipe.schedule != "schedule_free"  # which averages by itself
    averaged = copy.deepcopy(classifier) if averages else None
    judged = averaged or classifier  # the weights that are validated and kept
    keeps_last = recipe.keep == "last" or validation is None
    best = judged if keeps_last else copy.deepcopy(judged)
    state: dict[str, Any] = {
        "epoch": 0, "kept": 0, "fewest": 0, "history": [], "seconds": 0.0, "halvings": [],
        "gave_up": False,
    }  # fmt: skip
    fewest = torch.zeros(0)  # mistakes (clips,) of the epoch with the fewest in validation

    def moving() -> dict[str, Tensor]:
        """What a step changes."""
        tensors = module_tensors("model", classifier) | optimiser_tensors(optimiser)
        return tensors | ({} if averaged is None else module_tensors("averaged", averaged))

    def put_back(tensors: Mapping[str, Tensor]) -> None:
        restore_module("model", classifier, tensors)
        if averaged is not None:
            restore_module("averaged", averaged, tensors)
        restore_optimiser(optimiser, tensors)

    def save() -> None:
        tensors = moving() | {"fewest": fewest}
        if not keeps_last:
            tensors |= module_tensors("best", best)
        write_tensors(out / CHECKPOINT, tensors, state)

    if (out / CHECKPOINT).exists():
        tensors, there = read_tensors(out / CHECKPOINT)
        state |= there
        put_back(tensors)
        if not keeps_last:
            restore_module("best", best, tensors)
        fewest = tensors["fewest"]
        for row in state["history"]:
            watcher.epoch(row, steps_per_epoch, resumed=True)

    good = remembered({}, moving())  # where to go back to from a loss that is no number
    save_at = time.monotonic() + settings.checkpoint_every_s
    interrupted = False
    try:
        while state["epoch"] < settings.epochs and not state["gave_up"]:
            if out_of_patience(state, recipe, settings.epochs):
                break
            started, epoch = time.monotonic(), state["epoch"]
            factor = 0.5 ** len(state["halvings"])
            current = replace(recipe, learning_rate=recipe.rate * factor)
            mistakes = None
            try:
                row = _one_epoch(
                    classifier,
                    averaged,
                    training,
                    optimiser,
                    current,
                    settings,
                    epoch,
                    steps,
                    watcher,
                    check,
                )
                if for_judging(optimiser):
                    fresh_norms(classifier, training, epoch, settings.batch_size, settings.seed)
                if validation is not None:
                    figures, mistakes = validation.judge(judged, recipe)
                    row |= figures
                if not all(map(math.isfinite, row.values())):
                    raise Diverged(epoch + 1, None)
            except Diverged as error:
                put_back(good)
                if len(state["halvings"]) == MOST_HALVINGS:
                    if epoch == 0:
                        raise ModelError(
                            f"training diverged: {error}, and it does with a learning rate of "
                            f"{current.rate:.3g} as with {recipe.rate:.3g}; take a smaller "
                            f"learning rate, got {recipe.rate:g}"
                        ) from None
                    state["gave_up"] = True
                    watcher.message(
                        f"{error} again; training stops there, with what epoch {epoch} had learned"
                    )
                else:
                    state["halvings"].append(error.told() | {"rate": current.rate / 2})
                    watcher.message(
                        f"{error}; going back to "
                        + (f"the end of epoch {epoch}" if epoch else "the first weights")
                        + f" with half the learning rate, {current.rate / 2:.3g}"
                    )
                state["seconds"] += time.monotonic() - started
                continue
            remembered(good, moving())
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
        put_back(good)  # the epoch that was stopped is not half in the weights
    save()
    best.eval()
    return Fit(
        best,
        state["history"],
        state["kept"],
        state["seconds"],
        interrupted,
        tuple(state["halvings"]),
        state["gave_up"],
    )


def learn(
    classifier: FeatureClassifier,
    optimiser: torch.optim.Optimizer,
    batch: tuple[NDArray[np.float32], NDArray[np.float32]],
    training: Lessons,
    recipe: Recipe,
    bfloat16: bool,
) -> tuple[float, Tensor]:
    """One step on a batch of windows and targets: its loss, and the answers (batch, ...).

    Where the loss is no longer finite, the weights are left as they are.
    """
    features, wanted = map(torch.from_numpy, batch)
    with torch.autocast("cpu", torch.bfloat16, enabled=bfloat16):
        logits = classifier(features)
    loss = training.loss(logits.float(), wanted, recipe)
    value = loss.item()
    if not math.isfinite(value):
        return value, logits
    optimiser.zero_grad(set_to_none=True)
    loss.backward()  # type: ignore[no-untyped-call]
    if recipe.optimiser == "adamw":
        nn.utils.clip_grad_norm_(classifier.parameters(), CLIP_NORM)
    optimiser.step()
    return value, logits


def _one_epoch(
    classifier: FeatureClassifier,
    averaged: FeatureClassifier | None,
    training: Lessons,
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
    for_training(optimiser)
    dropout_seed = np.random.SeedSequence([settings.seed, epoch]).generate_state(1)[0]
    torch.manual_seed(int(dropout_seed))
    batches = epoch_batches(training, settings.seed, epoch, settings.batch_size)
    step = epoch * len(batches)
    total_loss = hits = count = 0.0
    rate = recipe.rate
    histograms = Histograms(classifier) if settings.histograms else None
    for number, indices in enumerate(batches):
        check()
        if histograms is not None and number == len(batches) - 1:
            histograms.watch()
        rate = learning_rate(recipe.schedule, step, steps, recipe.rate, len(batches))
        tell(optimiser, rate, momentum(recipe.schedule, step, steps))
        batch = training.batch(epoch, indices)
        loss, logits = learn(classifier, optimiser, batch, training, recipe, settings.bfloat16)
        if not math.isfinite(loss):
            if histograms is not None:
                histograms.take()  # the watch is over
            raise Diverged(epoch + 1, step + 1)
        if averaged is not None:
            _average(averaged, classifier, recipe.ema, step)
        wanted = torch.from_numpy(batch[1])
        total_loss += loss * len(indices)
        count += len(indices)
        hits += training.hits(logits.detach().float(), wanted)
        step += 1
        watcher.step(epoch, total_loss, hits, len(indices))
    if histograms is not None:
        watcher.histograms(epoch + 1, histograms.take())
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
