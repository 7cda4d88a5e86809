"""What a recipe leaves open, decided from the clips: rate, window, epochs, batch."""

import dataclasses
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from earmark.datasets import Clip
from earmark.datasets.rates import usual_rate_hz
from earmark.errors import ConfigError, unknown_name
from earmark.features import Frontend, create_frontend
from earmark.models.recipe import Augmentation, Balance, Recipe, Schedule, check_overlap
from earmark.training.windows import Cut

WINDOW_S = 5.0
LONGER = 1.5
# Changes of a speed or a frequency, which stay above 0, and shares of which something must be left.
RELATIVE = ("stretch", "warp", "shift", "crop", "time_mask", "bin_mask", "tempo", "speed")
FEW_WINDOWS, MANY_WINDOWS = 60, 5000
FEW_CLIPS = 5  # of the middle class
MIXING = ("mixup", "between_class")
HALVED = (*MIXING, "noise", "time_mask", "bin_mask")
SHOWN = 60_000  # windows in all epochs: minutes on two cores, whatever the size of the folder
FEWEST_EPOCHS = 15
WELL_MIXED = 500  # windows: up to here, mixing makes up for what is not there
WINDOW_QUANTILE = 0.95  # of the clips' lengths: few are cut, little is silence

TAKEN = (
    "frontend",
    "epochs",
    "batch_size",
    "learning_rate",
    "schedule",
    "window_s",
    "weight_decay",
    "label_smoothing",
    "ema",
    "balance",
    "overlap",
)


@dataclass(frozen=True)
class Overrides:
    """What the user asked for in place of the recipe's own choice; None: as the recipe says."""

    frontend: str | None = None
    epochs: int | None = None
    batch_size: int | None = None
    learning_rate: float | Literal["auto"] | None = None
    window_s: float | None = None
    rate_hz: int | None = None
    augment: Mapping[str, float] | None = None
    """Strength of single augmentations, by their names; those not named stay as they are."""
    frontend_settings: Mapping[str, Any] | None = None
    """Single settings of the front-end, such as bins; those not named stay as they are."""
    weight_decay: float | None = None
    label_smoothing: float | None = None
    ema: float | None = None
    balance: Literal["none", "loss", "sampling", "auto"] | None = None
    overlap: float | None = None
    schedule: str | None = None

    def __post_init__(self) -> None:
        for name in ("epochs", "batch_size", "learning_rate", "window_s", "rate_hz"):
            value = getattr(self, name)
            if name == "learning_rate" and isinstance(value, str):
                if value != "auto":
                    raise ConfigError(f"learning_rate must be a number or 'auto', got '{value}'")
                continue
            if value is not None and not (math.isfinite(value) and value > 0):
                raise ConfigError(f"{name} must be above 0, got {value}")
        for name, least_too_large in (
            ("weight_decay", math.inf),
            ("label_smoothing", 1),
            ("ema", 1),
        ):
            value = getattr(self, name)
            if value is not None and not 0 <= value < least_too_large:
                below = "" if least_too_large == math.inf else " and below 1"
                raise ConfigError(f"{name} must be 0 or above{below}, got {value}")
        if self.balance not in (None, *get_args(Balance)):
            raise unknown_name("balance", str(self.balance), get_args(Balance))
        check_overlap(self.overlap or 0.0)
        if self.schedule is not None and self.schedule not in get_args(Schedule):
            raise unknown_name("schedule", self.schedule, get_args(Schedule))
        known = {field.name for field in dataclasses.fields(Augmentation)}
        for name, strength in (self.augment or {}).items():
            if name not in known:
                raise unknown_name("augmentation", name, known)
            if not (math.isfinite(strength) and strength >= 0):
                raise ConfigError(f"augment {name} must be 0 (off) or above, got {strength}")
            if name in RELATIVE and strength >= 1:
                raise ConfigError(
                    f"augment {name} is a share and must be below 1, got {strength:g}"
                )

    def apply(self, recipe: Recipe) -> Recipe:
        """The recipe with what was asked for."""
        changes: dict[str, Any] = {
            name: getattr(self, name) for name in TAKEN if getattr(self, name) is not None
        }
        if changes.get("learning_rate") == "auto":
            changes["usual_rate"] = recipe.rate
        if "frontend" in changes and changes["frontend"] != recipe.frontend:
            changes["frontend_settings"] = {}
        if self.frontend_settings:
            there = changes.get("frontend_settings", recipe.frontend_settings)
            changes["frontend_settings"] = {**there, **self.frontend_settings}
        if "window_s" in changes:
            changes["window_frames"] = None
        if self.augment:
            usual = recipe.augmentation
            strengths = {
                name: type(getattr(usual, name))(strength)
                for name, strength in self.augment.items()
            }
            changes["augmentation"] = replace(usual, **strengths)
        return replace(recipe, **changes)


def choose_frontend(recipe: Recipe, clips: Sequence[Clip], rate_hz: int | None) -> Frontend:
    """The recipe's front-end at the rate that suits the clips."""
    settings = dict(recipe.frontend_settings)
    rate_of_recipe = settings.pop("rate_hz", None)
    if rate_hz is None:
        rate_hz = rate_of_recipe or usual_rate_hz(clips)
    return create_frontend(recipe.frontend, rate_hz, **settings)


def choose_cut(recipe: Recipe, frontend: Frontend, frames: NDArray[np.int64]) -> Cut:
    """The window, from the recipe or from the lengths (clips,) of the clips in frames."""
    if recipe.window_frames is not None:
        window = recipe.window_frames
    elif recipe.window_s is not None:
        window = max(1, round(recipe.window_s * frontend.frames_per_s))
    else:
        usual = float(np.quantile(frames, WINDOW_QUANTILE))
        most = WINDOW_S * frontend.frames_per_s
        # clips a little longer than the usual window are not worth a second one
        window = max(1, math.ceil(usual if usual <= LONGER * most else most))
    return Cut(
        frames=window,
        fill=recipe.fill,
        truncate=recipe.truncate,
        silence=frontend.silence(),
        decibels=frontend.decibels,
        centres_hz=frontend.centres_hz(),
        step=choose_step(recipe, window),
    )


def choose_step(recipe: Recipe, window: int) -> int | None:
    """Frames from one answered window to the next; None: no overlap."""
    step = max(1, round(window * (1 - recipe.overlap)))
    return None if step >= window or recipe.truncate else step


def by_size(
    recipe: Recipe, windows: int, counts: NDArray[np.int64], asked: frozenset[str] = frozenset()
) -> Recipe:
    """The recipe for so many training windows, and clips (classes,) of each class.

    With few, a network has not learned a class when it meets it mixed and masked; with many it
    has less to gain. Both halve what is in `HALVED` and the label smoothing. Mixed windows want
    more epochs than many windows get: beyond `WELL_MIXED`, their number stays the same and their
    share falls. What was `asked` for by name stays.
    """
    gentler = windows < FEW_WINDOWS or np.median(counts) < FEW_CLIPS or windows > MANY_WINDOWS
    share = dict.fromkeys(HALVED, 0.5 if gentler else 1.0)
    for name in MIXING:
        share[name] = min(share[name], WELL_MIXED / max(windows, 1))
    usual = recipe.augmentation
    changes = {name: getattr(usual, name) * by for name, by in share.items() if name not in asked}
    return replace(
        recipe,
        label_smoothing=recipe.label_smoothing * (0.5 if gentler else 1.0),
        augmentation=replace(usual, **changes),
    )


def choose_epochs(windows: int, most: int) -> int:
    """As many as show `SHOWN` windows in all, but at least `FEWEST_EPOCHS` and at most `most`."""
    return int(np.clip(round(SHOWN / max(windows, 1)), min(FEWEST_EPOCHS, most), most))


def choose_batch_size(windows: int) -> int:
    """Small folders need small batches to take enough steps."""
    return 32 if windows <= 2000 else 64
