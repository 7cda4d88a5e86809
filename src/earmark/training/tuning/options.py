"""What a search is asked to do."""

import math
from dataclasses import dataclass, field

from earmark.errors import ConfigError
from earmark.training.options import TrainOptions

NETWORKS = ("resnet", "simple")  # the default, and one that is five times as cheap
LONGEST_MINUTES = 60 * 24 * 365


@dataclass(frozen=True)
class TuneOptions:
    """Choices of one call of `tune`."""

    train: TrainOptions = field(default_factory=TrainOptions)
    """What is the same in every trial: the outer split, the seed, and what is not searched."""
    models: tuple[str, ...] = NETWORKS
    """Networks, or NAME:RECIPE; the first one's default is what others are compared with."""
    frontends: tuple[str, ...] | None = None
    """Front-ends that are tried; None: the recipe's own, log_mel and mfcc."""
    search: tuple[str, ...] | None = None
    """Settings that are searched; None: all but the learning rate."""
    trials: int = 30
    minutes: float | None = None
    """After so long no trial is begun; None: as long as it takes."""
    inner_folds: int = 3
    storage: str | None = None
    """URL of the study's database, shared by several machines; None: one in the run's folder."""
    study: str | None = None
    """Name of the study there; None: that of the dataset's folder."""

    def __post_init__(self) -> None:
        for name, value, least in (
            ("trials", self.trials, 1),
            ("inner_folds", self.inner_folds, 2),
        ):
            if isinstance(value, bool) or not isinstance(value, int) or value < least:
                raise ConfigError(f"{name} must be a whole number of at least {least}, got {value}")
        minutes = self.minutes
        if minutes is not None and not (math.isfinite(minutes) and 0 < minutes <= LONGEST_MINUTES):
            raise ConfigError(f"minutes must be above 0, got {minutes}")
        if self.train.folds is not None and self.storage is not None:
            raise ConfigError(
                "folds and storage do not go together: several machines share one search, and "
                "folds are a search each; leave one of them out"
            )
        if self.study is not None and self.storage is None:
            raise ConfigError("study names a study of a shared database: give its URL by storage")
