"""What a training is asked to do."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from earmark.errors import ConfigError
from earmark.training.plan import Overrides

LARGEST_SEED = 2**31 - 1


@dataclass(frozen=True)
class TrainOptions:
    """Choices of one call of `train`; the defaults are meant to be good."""

    model: str = "resnet"
    recipe: str = "modern"
    overrides: Overrides = field(default_factory=Overrides)
    seed: int = 0
    folds: int | Literal["auto"] | None = None
    """None: one split; "auto": the official folds, else 5; a number: so many grouped folds."""
    test: float = 0.2
    """Share of the clips held out for the score, where there is one split and no official one."""
    validation: float = 0.1
    """Share of the other clips that stops training and calibrates."""
    precision: Literal["auto", "float32", "bfloat16"] = "auto"
    """"auto": bfloat16 where the processor computes it in hardware."""
    resume: bool = False
    workers: int | None = None
    cache_dir: Path | None = None
    checkpoint_every_s: float = 20.0

    def __post_init__(self) -> None:
        if not 0 <= self.seed <= LARGEST_SEED:
            raise ConfigError(
                f"seed must be a whole number from 0 to {LARGEST_SEED}, got {self.seed}"
            )
        if self.precision not in ("auto", "float32", "bfloat16"):
            raise ConfigError(
                f"precision must be auto, float32 or bfloat16, got '{self.precision}'"
            )
        if isinstance(self.folds, str) and self.folds != "auto":
            raise ConfigError(f"folds must be 'auto' or a whole number, got '{self.folds}'")
