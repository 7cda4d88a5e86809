"""How the scores of each class become events; plain values that a model folder can hold."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from earmark.errors import ConfigError


@dataclass(frozen=True)
class Threshold:
    """Smooth, threshold, close gaps, drop what is short."""

    high: float = 0.5  # an event reaches it
    low: float = 0.5  # and lasts while it stays above this one
    median_s: float = 0.0  # length of the median filter
    gap_s: float = 0.0  # gaps up to it are closed
    least_s: float = 0.0  # shorter events are dropped
    kind: str = "threshold"

    def __post_init__(self) -> None:
        _check(self, ("high", "low"), ("median_s", "gap_s", "least_s"), "threshold")
        if self.low > self.high:
            raise ConfigError(f"low must be at most high ({self.high}), got {self.low}")


@dataclass(frozen=True)
class Boxes:
    """Sound event bounding boxes, see `boxes`; the defaults are the paper's middle ones."""

    confidence: float = 0.5  # boxes of a lower mean score are dropped
    step_s: float = 0.48  # the step filter's length
    least: float = 0.2
    ratio: float = 2.0
    least_s: float = 0.0
    kind: str = "boxes"

    def __post_init__(self) -> None:
        _check(self, ("confidence", "least"), ("step_s", "ratio", "least_s"), "boxes")


ClassSettings = Threshold | Boxes
_KINDS: dict[str, type[Threshold] | type[Boxes]] = {"threshold": Threshold, "boxes": Boxes}


@dataclass(frozen=True)
class Settings:
    """Of every class, in the order of the columns of scores."""

    by_class: dict[str, ClassSettings]

    def to_dict(self) -> dict[str, Any]:
        """As JSON.

        >>> Settings({"dog": Boxes()}).to_dict()["dog"]["kind"]
        'boxes'
        """
        return {name: asdict(each) for name, each in self.by_class.items()}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Settings":
        """What `to_dict` gave. ConfigError: something else."""
        found: dict[str, ClassSettings] = {}
        for name, values in data.items():
            kind = values.get("kind") if isinstance(values, Mapping) else None
            if kind not in _KINDS:
                raise ConfigError(
                    f"settings of '{name}' must have a kind, {' or '.join(_KINDS)}; got {kind!r}"
                )
            try:
                found[name] = _KINDS[kind](**values)
            except TypeError as error:
                raise ConfigError(f"settings of '{name}': {error}") from error
        return cls(found)


def _check(settings: object, shares: tuple[str, ...], positive: tuple[str, ...], kind: str) -> None:
    values = vars(settings)
    if values["kind"] != kind:
        raise ConfigError(f"kind must be '{kind}', got {values['kind']!r}")
    for name in (*shares, *positive):
        value, most = values[name], 1.0 if name in shares else float("inf")
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
            allowed = "in [0, 1]" if name in shares else "0 or more"
            raise ConfigError(f"{name} must be {allowed}, got {value!r}")
