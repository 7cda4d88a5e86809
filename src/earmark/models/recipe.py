"""How a network is fed and trained: every choice in one place, none hidden in the loop."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Self

from earmark.errors import ConfigError

MOST_OVERLAP = 0.9  # ten times the work of none; beyond, windows are nearly the same
Balance = Literal["none", "loss", "sampling", "auto"]
Schedule = Literal[
    "one_cycle", "cosine", "constant", "triangular", "triangular2", "exp_range", "schedule_free"
]


@dataclass(frozen=True)
class Augmentation:
    """Random changes of the training windows; 0 turns one off."""

    mixup: float = 0.0
    """Share of windows mixed with another one, in the power domain where features are decibels."""
    between_class: float = 0.0
    """Share of windows mixed with one of another class, so loud that their shares are heard."""
    gain_db: float = 0.0
    """Largest change of level, either way."""
    noise: float = 0.0
    """Share of windows that steady noise of a random level and colour is added to."""
    time_mask: float = 0.0
    """Largest share of the window's frames blanked, in each of two masks."""
    bin_mask: float = 0.0
    """Largest share of the bins blanked, in each of two masks."""
    bin_shift: int = 0
    """Largest shift along the bins, either way: another pitch, another throat."""
    warp: float = 0.0
    """Largest relative change of all frequencies, either way, where bins stand for some: another
    throat."""
    tilt: float = 0.0
    """Largest change in decibels of the last bin against the first, either way: another
    microphone. For front-ends in decibels."""
    colour: float = 0.0
    """Largest constant added to a bin of the window, in its own deviations over time: another
    microphone, room or mastering."""
    stretch: float = 0.0
    """Largest relative change of speed along time, either way."""
    shift: float = 0.0
    """Largest share of the window that it is moved by, either way; silence follows."""
    crop: float = 0.0
    """Largest share of the window's sound left out; what fills a short clip takes its place."""
    roll: bool = False
    """Start the window anywhere, what falls off coming back in front."""
    variants: int = 0
    """Altered copies of each training clip, made on the sound itself before the front-end; 3 where
    one of the following is asked for and no number."""
    pitch: float = 0.0
    """Largest change of pitch in a copy, in semitones either way, at the same tempo."""
    tempo: float = 0.0
    """Largest relative change of tempo in a copy, either way, at the same pitch."""
    speed: float = 0.0
    """Largest relative change of speed in a copy, either way: pitch and tempo at once."""
    room: float = 0.0
    """Share of the copies that are heard in a room, which is a random one each."""
    background: float = 0.0
    """Share of the copies with a background; 1 where a folder of them is given and no share."""
    snr_db: float = 5.0
    """Least level of a copy above its background; up to 20 dB more."""


@dataclass(frozen=True)
class Recipe:
    """Everything between a folder of clips and trained weights, but for the network itself."""

    name: str
    frontend: str = "log_mel"
    frontend_settings: Mapping[str, Any] = field(default_factory=dict)
    window_s: float | None = None
    """Seconds a network sees at once; None: chosen from the lengths of the clips."""
    window_frames: int | None = None
    """The same in frames, where a network needs an exact number."""
    fill: Literal["silence", "wrap"] = "silence"
    """What follows a clip shorter than the window: silence, or its own beginning again."""
    overlap: float = 0.0
    """Share of the window that one window has in common with the next where clips are answered;
    their answers are averaged. Training has no use for it: there windows begin anywhere."""
    truncate: bool = False
    """Look at the first window of each clip only."""
    range_db: float | None = None
    """Take decibels relative to each window's loudest bin, this far down; None: as they are."""
    standardise: bool = True
    """Bring every bin to mean 0 and deviation 1 over the training clips."""
    loss: Literal["cross_entropy", "clipped", "binary"] = "cross_entropy"
    """"binary": a yes or no for each class; always taken where clips may have several labels."""
    balance: Balance = "auto"
    """Let rare classes count more: in the "loss", or by drawing them more often ("sampling");
    "auto": in the loss where the largest class is over three times the smallest."""
    label_smoothing: float = 0.0
    optimiser: Literal["adamw", "adam", "momentum", "rmsprop"] = "adamw"
    learning_rate: float | Literal["auto"] = "auto"
    """The largest one; "auto": found by a range test before training."""
    usual_rate: float = 3e-3
    """Taken in place of "auto" where no range test is run, or it tells nothing."""
    schedule: Schedule = "one_cycle"
    weight_decay: float = 0.05
    epochs: int | None = None
    """None: chosen from the number of training windows."""
    most_epochs: int = 60
    """How many at most, where they are chosen."""
    batch_size: int | None = None
    """None: chosen from the number of training windows."""
    patience: int | None = None
    """Epochs without fewer mistakes in validation before training stops; None: never."""
    ema: float = 0.0
    """Decay a step of the running mean of the weights that is validated and saved; 0: none."""
    keep: Literal["best", "last"] = "best"
    """Which epoch's weights are saved; "best": the last one that validation cannot tell from it."""
    validate_on: Literal["validation", "test"] = "validation"
    """What the curves are drawn over; "test" sets no validation part aside, and goes with
    keep="last" alone: the test part chooses nothing."""
    refit_above: float = 1.0
    """Where validation is more than this share of the clips, it only calibrates a first training of
    half the epochs; a second one learns from training and validation clips together."""
    augmentation: Augmentation = field(default_factory=Augmentation)

    def __post_init__(self) -> None:
        check_overlap(self.overlap)
        if self.validate_on == "test" and (self.keep != "last" or self.patience is not None):
            raise ConfigError(
                f"recipe {self.name}: validate_on='test' goes with keep='last' and no patience, or "
                "the test part would choose the weights"
            )
        if self.schedule == "schedule_free" and self.optimiser == "rmsprop":
            raise ConfigError(
                f"recipe {self.name}: schedule 'schedule_free' goes with the optimisers adamw, "
                "adam and momentum, got rmsprop; take another schedule"
            )

    @property
    def rate(self) -> float:
        """The largest learning rate as a number: the usual one where it is "auto"."""
        return self.usual_rate if self.learning_rate == "auto" else self.learning_rate

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return dataclasses.asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Self:
        """The recipe that `to_dict` wrote; unknown keys are refused."""
        known = {item.name for item in dataclasses.fields(cls)}
        unknown = sorted(set(values) - known)
        if unknown:
            raise ConfigError(
                f"a recipe has no setting {', '.join(unknown)}; it has {', '.join(sorted(known))}"
            )
        settings = dict(values)
        settings["augmentation"] = Augmentation(**settings.get("augmentation", {}))
        return cls(**settings)


def check_overlap(overlap: float) -> None:
    """ConfigError where windows would never go on, or leave something out."""
    if not 0 <= overlap <= MOST_OVERLAP:
        raise ConfigError(
            f"overlap must be a share of the window from 0 to {MOST_OVERLAP}, got {overlap:g}"
        )
