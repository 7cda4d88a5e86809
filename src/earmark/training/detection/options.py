"""What the training of a detector is asked to do, beside what any training is."""

from dataclasses import dataclass, field
from pathlib import Path

from earmark.datasets.soundscape import SceneSettings
from earmark.errors import ConfigError
from earmark.training.options import TrainOptions

DEFAULT = "crnn"
FEWEST_SCENES, MOST_SCENES = 160, 960  # of an epoch, where their number is chosen
SCENES_A_SOUND = 4


@dataclass(frozen=True)
class DetectOptions:
    """Choices of one training of a detector."""

    train: TrainOptions = field(default_factory=lambda: TrainOptions(model=DEFAULT))
    labels: Path | None = None
    """Label files of the recordings; None: those that lie beside them."""
    recordings: Path | None = None
    """A folder of recordings with strong labels, beside the isolated clips."""
    corrections: Path | None = None
    """Corrected label files, which go back into training."""
    scenes: SceneSettings = field(default_factory=SceneSettings)
    scenes_per_epoch: int | None = None
    """None: chosen from the number of clips."""
    validation_scenes: int = 100
    test_scenes: int = 200

    def __post_init__(self) -> None:
        for name, value in (
            ("scenes_per_epoch", self.scenes_per_epoch),
            ("validation_scenes", self.validation_scenes),
            ("test_scenes", self.test_scenes),
        ):
            if value is not None and value < 1:
                raise ConfigError(f"{name} must be 1 or more, got {value}")
        if self.train.leak:
            raise ConfigError("leak compares splits of classifiers; a detector has no such figure")
        if self.train.aggregate != "mean":
            raise ConfigError("aggregate is of classifiers; a detector answers over time")

    def scenes_of(self, sounds: int) -> int:
        """Scenes of an epoch for so many isolated sounds.

        >>> DetectOptions().scenes_of(10), DetectOptions().scenes_of(100)
        (160, 400)
        """
        if self.scenes_per_epoch is not None:
            return self.scenes_per_epoch
        return min(max(SCENES_A_SOUND * sounds, FEWEST_SCENES), MOST_SCENES)
