"""What a scene is like; each pair is the least and the most."""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self

from earmark.errors import ConfigError, unknown_name

Range = tuple[float, float]

# What each may be. Beyond a gain of 100 dB nothing is heard of the softer; ten events a second and
# an hour of scene are more than anybody means.
_PAIRS: dict[str, tuple[float, float, str]] = {
    "events_per_minute": (0, 600, ""),
    "snr_db": (-100, 100, " dB"),
    "level_db": (-100, 0, " dB (full scale)"),
}
_NUMBERS: dict[str, tuple[float, float, str]] = {
    "duration_s": (0.1, 3600, " s"),
    "shortest_s": (0.01, 3600, " s"),
    "speed": (0, 0.5, ""),
    "pitch": (0, 12, " semitones"),
    "tempo": (0, 0.5, ""),
    "room": (0, 1, ""),
}


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
        for name, (least, most, unit) in _PAIRS.items():
            pair = getattr(self, name)
            if (
                not isinstance(pair, tuple | list)
                or len(pair) != 2
                or not all(map(_is_number, pair))
                or pair[0] > pair[1]
            ):
                raise ConfigError(
                    f"{name} must be two numbers, the least and the most, got {pair!r}"
                )
            for value in pair:
                if not least <= value <= most:
                    raise ConfigError(
                        f"{name} must be from {least:g} to {most:g}{unit}, got {value:g}"
                    )
        for name, (least, most, unit) in _NUMBERS.items():
            value = getattr(self, name)
            if not _is_number(value) or not least <= value <= most:
                raise ConfigError(f"{name} must be from {least:g} to {most:g}{unit}, got {value!r}")
        if not isinstance(self.overlap, bool):
            raise ConfigError(f"overlap must be true or false, got {self.overlap!r}")

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
        chosen: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in values.items()
        }
        return cls(**chosen)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
