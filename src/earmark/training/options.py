"""What a training is asked to do."""

import math
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from earmark.errors import ConfigError
from earmark.evaluation.aggregate import WAYS
from earmark.training.plan import Overrides

LARGEST_SEED = 2**31 - 1
RATES_HZ = (1_000, 192_000)  # below, nothing of a sound is left; above, no recorder works
LONGEST_WINDOW_S = 600.0  # a batch of them must fit in memory


def checkpoint_seconds() -> float:
    """Seconds between two checkpoints: the environment's `EARMARK_CHECKPOINT_S`, else 20.

    It is what a killed training can lose beside the epoch it was in.
    """
    asked = os.environ.get("EARMARK_CHECKPOINT_S", "20")
    try:
        value = float(asked)
    except ValueError:
        value = math.nan
    if not value >= 0:
        raise ConfigError(f"EARMARK_CHECKPOINT_S must be seconds, 0 or more; got '{asked}'")
    return value


@dataclass(frozen=True)
class TrainOptions:
    """Choices of one call of `train`; the defaults are meant to be good."""

    model: str = "resnet"
    recipe: str = "modern"
    overrides: Overrides = field(default_factory=Overrides)
    seed: int = 0
    folds: int | Literal["auto"] | None = None
    """None: one split; "auto": the official folds, else 5; a number: so many grouped folds."""
    only_fold: int | None = None
    """Of the folds, only the one of this number (from 1) is trained; None: all of them."""
    test: float = 0.2
    """Share of the clips held out for the score, where there is one split and no official one."""
    validation: float = 0.1
    """Share of the other clips that stops training and calibrates."""
    aggregate: Literal["mean", "sum"] = "mean"
    """How windows become a clip's scores where it may have several labels: their mean, or their
    sum normalised by the clip's largest class."""
    precision: Literal["auto", "float32", "bfloat16"] = "auto"
    """"auto": bfloat16 where the processor computes it in hardware."""
    histograms: bool = False
    """Log histograms of weights, gradients and activations of every epoch for TensorBoard."""
    note: str = ""
    """What a score card says beside the split: how the settings were found."""
    allow_leak: bool = False
    """Train even where copies of test clips are learned from; the score card then says so."""
    command: str = ""
    """How it was asked for, kept in `run.json`; empty: not by the command line."""
    resume: bool = False
    leak: bool = False
    """Train once more on a random split, to see what that would claim."""
    background: Path | None = None
    """Folder of recordings that are mixed beneath altered copies of the training clips."""
    workers: int | None = None
    cache_dir: Path | None = None
    checkpoint_every_s: float = field(default_factory=checkpoint_seconds)

    def __post_init__(self) -> None:
        if not 0 <= self.seed <= LARGEST_SEED:
            raise ConfigError(
                f"seed must be a whole number from 0 to {LARGEST_SEED}, got {self.seed}"
            )
        if self.precision not in ("auto", "float32", "bfloat16"):
            raise ConfigError(
                f"precision must be auto, float32 or bfloat16, got '{self.precision}'"
            )
        if self.aggregate not in WAYS:
            raise ConfigError(f"aggregate must be {' or '.join(WAYS)}, got '{self.aggregate}'")
        if isinstance(self.folds, str) and self.folds != "auto":
            raise ConfigError(f"folds must be 'auto' or a whole number, got '{self.folds}'")
        if self.only_fold is not None and (self.folds is None or self.only_fold < 1):
            raise ConfigError(
                f"only_fold must be the number of one of the folds, from 1, and folds be given; "
                f"got {self.only_fold} of folds {self.folds}"
            )
        low, high = RATES_HZ
        if self.overrides.rate_hz is not None and not low <= self.overrides.rate_hz <= high:
            raise ConfigError(f"rate_hz must be from {low} to {high}, got {self.overrides.rate_hz}")
        if (self.overrides.window_s or 0) > LONGEST_WINDOW_S:
            raise ConfigError(
                f"window_s must be at most {LONGEST_WINDOW_S:g}, got {self.overrides.window_s:g}"
            )
