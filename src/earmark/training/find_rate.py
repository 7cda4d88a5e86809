"""The learning rate of a training: as given, or by a range test; and the file that tells it."""

import dataclasses
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from earmark.errors import ConfigError
from earmark.evaluation.pictures import plot_range_test
from earmark.models.graph import FeatureClassifier
from earmark.models.recipe import Recipe
from earmark.training.batches import epoch_batches
from earmark.training.lessons import Lessons
from earmark.training.loop import LoopSettings
from earmark.training.range_test import FEWEST_STEPS, Ramp, ramp_steps, range_test
from earmark.training.rate_suggestions import Choice, choose
from earmark.training.run_folder import write_json
from earmark.training.watcher import Watcher

RATE, PICTURE = "learning_rate.json", "learning_rate.png"


@dataclass(frozen=True)
class FoundRate:
    """A learning rate, where it is from, and what was seen on the way."""

    rate: float
    how: Literal["given", "range test", "usual"]
    """Given by the recipe or the user; by a range test; or the recipe's usual one instead."""
    reason: str
    choice: Choice | None = None
    ramp: Ramp | None = None
    seconds: float = 0.0

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        values: dict[str, Any] = {"rate": self.rate, "how": self.how, "reason": self.reason}
        if self.choice is not None:
            values |= {
                "suggestions": self.choice.suggestions,
                "base": self.choice.base,
                "highest": self.choice.highest,
            }
        if self.ramp is not None:
            values |= dataclasses.asdict(self.ramp)
        return values | {"seconds": round(self.seconds, 2)}

    def again(self) -> "FoundRate":
        """The same rate for a second training."""
        return FoundRate(self.rate, "given", "that of the first training")

    @property
    def line(self) -> str:
        """The rate and why, in one line."""
        by = {"range test": "by range test", "usual": "the usual one", "given": "as given"}
        return f"learning rate {self.rate:.2g}, {by[self.how]}: {self.reason}"


def find_rate(
    classifier: FeatureClassifier,
    training: Lessons,
    recipe: Recipe,
    settings: LoopSettings,
    watcher: Watcher,
    check: Callable[[], None] = lambda: None,
    *,
    always: bool = False,
) -> FoundRate:
    """The rate that training takes; `always`: test, however short the training is."""
    if recipe.learning_rate != "auto":
        return FoundRate(recipe.rate, "given", "no range test was asked for")
    batches = len(epoch_batches(training, settings.seed, 0, settings.batch_size))
    total = batches * settings.epochs
    if total < FEWEST_STEPS and not always:
        why = f"a training of {total} steps is shorter than a range test, of {FEWEST_STEPS}"
        return FoundRate(recipe.rate, "usual", why)
    started = time.monotonic()
    steps = ramp_steps(total)

    def step(done: int) -> None:
        check()
        watcher.rates(done, steps)

    ramp = range_test(classifier, training, recipe, settings, steps, step)
    watcher.rates(steps, steps)
    choice = choose(ramp, recipe.rate, training.guessing())
    seconds = time.monotonic() - started
    return FoundRate(choice.rate, choice.how, choice.reason, choice, ramp, seconds)


def write_rate(
    out: Path, found: FoundRate, halvings: Sequence[dict[str, Any]] = (), *, gave_up: bool = False
) -> None:
    """Write `learning_rate.json` and, where there was a range test, its picture."""
    if found.ramp is not None and found.ramp.rates and not (out / PICTURE).exists():
        choice = found.choice
        assert choice is not None
        span = None
        if choice.base is not None and choice.highest is not None:
            span = (choice.base, choice.highest)
        plot_range_test(
            found.ramp.rates,
            found.ramp.losses,
            found.ramp.smoothed,
            out / PICTURE,
            suggestions=choice.suggestions,
            span=span,
            chosen=found.rate,
        )
    write_json(out / RATE, found.to_dict() | {"halvings": list(halvings), "gave_up": gave_up})


def read_rate(out: Path) -> FoundRate | None:
    """What `write_rate` wrote, or None where it has not."""
    path = out / RATE
    if not path.exists():
        return None
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        ramp = choice = None
        if "rates" in values:
            rates, losses, smoothed = (tuple(values[n]) for n in ("rates", "losses", "smoothed"))
            ramp = Ramp(rates, losses, smoothed, values["end"])
        if "suggestions" in values:
            names = [field.name for field in dataclasses.fields(Choice)]
            choice = Choice(**{name: values[name] for name in names})
        return FoundRate(
            float(values["rate"]), values["how"], values["reason"], choice, ramp, values["seconds"]
        )
    except (ValueError, KeyError, TypeError) as error:
        raise ConfigError(
            f"{path}: not readable: {error}; start anew in another folder by --out"
        ) from error
