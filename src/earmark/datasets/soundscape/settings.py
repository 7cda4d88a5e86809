"""What a scene is like; each pair is the least and the most."""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

from earmark.errors import ConfigError, unknown_name

Range = tuple[float, float]


@dataclass(frozen=True)
class SceneSettings:
    """How isolated sounds are mixed into a scene."""

    duration_s: float = 10.0
    events_per_minute: Range = (0.0, 18.0)
    """A scene of ten seconds has none to three, by the defaults."""
    snr_db: Range = (0.0, 20.0)
    """Level of an event above the background, both as root mean square."""
    level_db: Range = (-50.0, -20.0)
    """Level of the background below full scale."""
    overlap: bool = True
    """Whether events may overlap; those of one label never do."""
    shortest_s: float = 1.0
    """A longer sound is shortened to this or more, half of the time: no event is as long as a clip
    because clips are."""
    speed: float = 0.05
    """Largest relative change of speed, either way: pitch and tempo at once."""
    pitch: float = 0.0
    """Largest change of pitch in semitones, either way; above 0 it needs python-stretch."""
    tempo: float = 0.0
    """Largest relative change of tempo, either way; above 0 it needs python-stretch."""
    room: float = 0.25
    """Share of the scenes that are heard in a room."""

    def __post_init__(self) -> None:
        for name in ("events_per_minute", "snr_db", "level_db"):
            pair = getattr(self, name)
            if (
                not isinstance(pair, (tuple, list))
                or len(pair) != 2
                or not all(math.isfinite(value) for value in pair)
                or pair[0] > pair[1]
            ):
                raise ConfigError(
                    f"{name} must be two numbers, the least and the most, got {pair!r}"
                )
        if not self.duration_s > 0 or not math.isfinite(self.duration_s):
            raise ConfigError(f"duration_s must be above 0, got {self.duration_s}")
        if self.events_per_minute[0] < 0:
            raise ConfigError(
                f"events_per_minute must be 0 or above, got {self.events_per_minute[0]:g}"
            )
        if self.level_db[1] > 0:
            raise ConfigError(f"level_db must be 0 (full scale) or below, got {self.level_db[1]:g}")
        if not self.shortest_s > 0:
            raise ConfigError(f"shortest_s must be above 0, got {self.shortest_s}")
        for name in ("speed", "tempo", "room"):
            if not 0 <= getattr(self, name) <= (1 if name == "room" else 0.5):
                most = 1 if name == "room" else 0.5
                raise ConfigError(f"{name} must be from 0 to {most}, got {getattr(self, name)}")
        if not 0 <= self.pitch <= 12:
            raise ConfigError(f"pitch must be from 0 to 12 semitones, got {self.pitch}")

    def counts(self) -> tuple[int, int]:
        """The fewest and the most events of a scene.

        >>> SceneSettings().counts(), SceneSettings(duration_s=60).counts()
        ((0, 3), (0, 18))
        """
        low, high = (round(rate * self.duration_s / 60) for rate in self.events_per_minute)
        return low, high

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return {k: list(v) if isinstance(v, tuple) else v for k, v in asdict(self).items()}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """What `to_dict` gave; ConfigError for a setting that there is not."""
        known = cls.__dataclass_fields__
        for name in values:
            if name not in known:
                raise unknown_name("setting of scenes", name, known)
        plain: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in values.items()
        }
        return cls(**plain)
