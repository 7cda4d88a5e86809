"""What values one setting may take in a search."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from optuna.trial import Trial

Value = str | int | float


@dataclass(frozen=True)
class Choice:
    """One of a few values."""

    values: tuple[Value, ...]

    def suggest(self, trial: "Trial", name: str) -> Value:
        """A value for `trial`."""
        value = trial.suggest_categorical(name, self.values)
        assert value is not None
        return value

    def with_usual(self, usual: Value) -> "Choice":
        """The same with the usual value in it, so that the default is one of the settings."""
        return self if usual in self.values else Choice((*self.values, usual))

    def to_dict(self) -> dict[str, Any]:
        """As JSON."""
        return {"values": list(self.values)}


@dataclass(frozen=True)
class Range:
    """Any number between two."""

    low: float
    high: float
    log: bool = False
    """Each factor is as likely as any other, where orders of magnitude matter."""
    whole: bool = False

    def suggest(self, trial: "Trial", name: str) -> Value:
        """A value for `trial`, of three digits: more tell nothing."""
        if self.whole:
            return trial.suggest_int(name, int(self.low), int(self.high), log=self.log)
        return float(f"{trial.suggest_float(name, self.low, self.high, log=self.log):.3g}")

    def with_usual(self, usual: Value) -> "Range":
        """The same, wide enough for the usual value.

        >>> Range(0, 0.5).with_usual(0.8)
        Range(low=0, high=0.8, log=False, whole=False)
        """
        assert not isinstance(usual, str)
        return replace(self, low=min(self.low, usual), high=max(self.high, usual))

    def to_dict(self) -> dict[str, Any]:
        """As JSON."""
        return {"low": self.low, "high": self.high, "log": self.log, "whole": self.whole}


Domain = Choice | Range
