"""The learning-rate range test (Smith 2015): the rate rises step by step, and the loss is watched.

It learns with a copy of the network, on the batches of the training's first epochs; the network
itself, and every random state, are as they were.
"""

import copy
import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import count
from typing import Literal

import torch

from earmark.models.graph import FeatureClassifier
from earmark.models.recipe import Recipe
from earmark.training.batches import epoch_batches
from earmark.training.lessons import Lessons
from earmark.training.loop import LoopSettings, learn
from earmark.training.memory import keep_freed_memory
from earmark.training.optimiser import make_optimiser, tell

# Adam's step is its rate: below the first nothing moves, at the second everything is thrown about.
LOWEST = {"momentum": 1e-4, "adam": 1e-5, "adamw": 1e-5, "rmsprop": 1e-5}
HIGHEST = {"momentum": 10.0, "adam": 1.0, "adamw": 1.0, "rmsprop": 1.0}
FEWEST_STEPS, MOST_STEPS = 40, 100
SHARE = 0.06  # of the steps of the training
MEMORY = 0.35  # decades of the rate after which the smoothed loss has forgotten two thirds
DIVERGED = 4.0  # times the lowest smoothed loss


@dataclass(frozen=True)
class Ramp:
    """What a range test saw, a value a step."""

    rates: tuple[float, ...]
    losses: tuple[float, ...]
    smoothed: tuple[float, ...]
    """The running mean of the losses, corrected for its start from nothing."""
    end: Literal["diverged", "not finite", "highest"]
    """Why it ended: the loss had grown fourfold, was no number, or the highest rate was reached."""


def ramp_steps(training_steps: int) -> int:
    """Steps of the test for a training of so many.

    >>> ramp_steps(60), ramp_steps(1000), ramp_steps(10_000)
    (40, 60, 100)
    """
    return min(max(round(SHARE * training_steps), FEWEST_STEPS), MOST_STEPS)


def ramp_rates(optimiser: str, steps: int) -> list[float]:
    """The rates that are tried, rising by one factor.

    >>> [float(f"{rate:.0e}") for rate in ramp_rates("adamw", 6)]
    [1e-05, 0.0001, 0.001, 0.01, 0.1, 1.0]
    """
    lowest, highest = LOWEST[optimiser], HIGHEST[optimiser]
    return [lowest * (highest / lowest) ** (step / (steps - 1)) for step in range(steps)]


def range_test(
    classifier: FeatureClassifier,
    training: Lessons,
    recipe: Recipe,
    settings: LoopSettings,
    steps: int,
    told: Callable[[int], None] = lambda done: None,
) -> Ramp:
    """Learn with a copy of `classifier` for up to `steps` steps, each at a higher rate.

    `told` hears before each step how many are done, and may raise KeyboardInterrupt.
    """
    keep_freed_memory()
    # schedule-free weights lag behind the rate: what the rate does is seen without them
    recipe = replace(recipe, schedule="constant")
    trial = copy.deepcopy(classifier).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    trial.train()
    optimiser = make_optimiser(trial.network, recipe)
    rates = ramp_rates(recipe.optimiser, steps)
    losses: list[float] = []
    smoothed: list[float] = []
    batches = (
        (epoch, indices)
        for epoch in count()
        for indices in epoch_batches(training, settings.seed, epoch, settings.batch_size)
    )
    kept = math.exp(-math.log10(rates[1] / rates[0]) / MEMORY)
    average = 0.0
    end: Literal["diverged", "not finite", "highest"] = "highest"
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(settings.seed)  # of dropout
        for rate, (epoch, indices) in zip(rates, batches, strict=False):
            told(len(losses))
            tell(optimiser, rate, None)
            batch = training.batch(epoch, indices)
            loss, _ = learn(trial, optimiser, batch, training, recipe, settings.bfloat16)
            if not math.isfinite(loss):
                end = "not finite"
                break
            losses.append(loss)
            average = kept * average + (1 - kept) * loss
            smoothed.append(average / (1 - kept ** len(losses)))
            if smoothed[-1] > DIVERGED * min(smoothed):
                end = "diverged"
                break
    return Ramp(tuple(rates[: len(losses)]), tuple(losses), tuple(smoothed), end)
