"""The saved model's `config.json`: what training writes and predicting reads, and nothing else."""

import hashlib
import json
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from earmark.errors import ModelError

FORMAT = 5  # a detector: the graph gives scores over time
FAMILIAR_FORMAT = 4  # the graph has a second output, familiarity
OVERLAP_FORMAT = 3  # windows that overlap
MULTILABEL_FORMAT = 2
SINGLE_LABEL_FORMAT = 1  # such folders are as they were before there were others
MULTILABEL_FIELDS = ("activation", "aggregate", "threshold")
CONFIG = "config.json"
CLIPS = "clips.csv"
VALIDATION = "validation.npz"  # answers on the clips that calibrated
BASELINES = "baselines.npz"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Architecture(_Strict):
    """Which network, with which recipe."""

    name: str
    recipe: str
    parameters: int


class Window(_Strict):
    """How a recording is cut for the graph, in frames and samples."""

    frames: int = Field(ge=1)
    frame_samples: int = Field(ge=1)
    hop_samples: int = Field(ge=1)
    pad_left_samples: int = Field(ge=0)
    fill: Literal["silence", "wrap"]
    truncate: bool
    step_frames: int | None = Field(default=None, ge=1)
    """Frames from one window to the next; None: as many as a window has."""

    @model_validator(mode="after")
    def _nothing_is_left_out(self) -> Self:
        if self.step_frames is not None and self.step_frames >= self.frames:
            raise ValueError("step_frames must be below frames, or not be there")
        return self

    @property
    def step(self) -> int:
        """Frames from one window to the next."""
        return self.step_frames or self.frames


class Calibration(_Strict):
    """How logits became probabilities; it is part of the graph."""

    temperature: float = Field(gt=0)
    fitted_on: int = Field(ge=0)
    """Validation windows it was fitted on; 0: not calibrated."""


class Unknown(_Strict):
    """When a recording is unlike all training sounds; the graph's second output."""

    parts: list[Literal["noise", "distance"]] = Field(min_length=1)
    """Columns of the output; a recording is as familiar as the least of their means."""
    threshold: float
    """Below it the answer is unknown."""
    kept: float = Field(gt=0, lt=1)
    """Share of known sounds that the threshold was set to keep."""
    clips: dict[str, int]
    """How many clips each part's threshold was set by."""
    noise_accepted: float = Field(ge=0, le=1)
    """Share of made noise, left out of the fit, that part `noise` took for a sound."""


class Detection(_Strict):
    """How the graph's scores over time become events."""

    frames_per_score: int = Field(ge=1)
    """Frames of the front-end that one score covers."""
    settings: dict[str, dict[str, Any]]
    """Of each class, as `evaluation.events.decoding.Settings` has them."""


class SavedConfig(_Strict):
    """All that is known of a saved model."""

    format: int
    earmark: str
    task: Literal["classify", "detect"]
    model: Architecture
    frontend: dict[str, Any]
    rate_hz: int = Field(ge=1)
    window: Window
    classes: list[str] = Field(min_length=1)
    """At least 2, of a detector at least 1."""
    activation: Literal["softmax", "sigmoid"] = "softmax"
    """"sigmoid": a recording may have several labels, and scores do not sum to one."""
    aggregate: Literal["mean", "sum"] = "mean"
    """How windows become a recording's scores: their mean, or their sum over its largest class."""
    threshold: float | None = None
    """From which score on a label is answered; None: the most probable one is."""
    calibration: Calibration
    unknown: Unknown | None = None
    """None: the model has no familiarity, and always answers."""
    detection: Detection | None = None
    """None: the model classifies."""
    provenance: dict[str, Any]
    files: dict[str, str]
    """SHA-256 of the other files."""

    @model_validator(mode="after")
    def _threshold_where_it_is_needed(self) -> Self:
        if self.multilabel != (self.threshold is not None):
            raise ValueError("a threshold goes with the activation sigmoid, and with no other")
        if (self.task == "detect") != (self.detection is not None):
            raise ValueError("detection goes with the task detect, and with no other")
        if self.detection is None and len(self.classes) < 2:
            raise ValueError("a classifier has at least 2 classes")
        if self.detection is not None:
            if list(self.detection.settings) != self.classes:
                raise ValueError("detection needs settings of each class, in their order")
            whole = self.detection.frames_per_score
            if self.window.frames % whole or self.window.step % whole:
                raise ValueError("window and step must be whole numbers of scores")
        if self.aggregate == "sum" and not self.multilabel:
            raise ValueError("aggregate 'sum' goes with the activation sigmoid")
        return self

    @property
    def multilabel(self) -> bool:
        """Whether a recording may have several labels."""
        return self.task == "classify" and self.activation == "sigmoid"

    @property
    def hop_s(self) -> float:
        """Seconds from one score of a detector to the next."""
        assert self.detection is not None
        return self.detection.frames_per_score * self.window.hop_samples / self.rate_hz

    def write(self, directory: Path) -> None:
        """Write `config.json` into the model's folder."""
        values = self.model_dump(exclude=None if self.multilabel else set(MULTILABEL_FIELDS))
        for name in ("unknown", "detection"):
            if values[name] is None:
                del values[name]
        if self.window.step_frames is None:  # as folders were before there was an overlap
            del values["window"]["step_frames"]
        values["digest"] = values_digest(values)
        text = json.dumps(values, indent=2, ensure_ascii=False)
        (directory / CONFIG).write_text(text + "\n", encoding="utf-8")


def values_digest(values: dict[str, Any]) -> str:
    """SHA-256 of a configuration, whatever its layout: labels that were swapped would go unseen."""
    text = json.dumps(values, sort_keys=True, ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def file_digest(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_config(directory: Path) -> SavedConfig:
    """The configuration of a saved model, checked."""
    path = directory / CONFIG
    if not directory.is_dir():
        raise ModelError(f"{directory}: no such model folder; train one with: earmark train DIR")
    nested = directory / "model" / CONFIG
    if not path.is_file():
        hint = (
            f"did you mean {nested.parent}?"
            if nested.is_file()
            else "a saved model is the folder 'model' inside a training run"
        )
        raise ModelError(f"{directory}: not a saved model, it has no {CONFIG}; {hint}")
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError(
            f"{path}: not readable: {error}; take a fresh copy of the model"
        ) from error
    written = values.get("format") if isinstance(values, dict) else None
    if isinstance(written, int) and written > FORMAT:
        raise ModelError(
            f"{directory}: written by a newer Earmark ({values.get('earmark')}, format {written}); "
            f"this one reads formats up to {FORMAT}: upgrade earmark"
        )
    digest = values.pop("digest", None) if isinstance(values, dict) else None
    try:
        config = SavedConfig.model_validate(values)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "the document"
        raise ModelError(
            f"{path}: {place}: {first['msg']}; the file was altered, take a fresh copy of the model"
        ) from error
    if digest != values_digest(values):
        raise ModelError(
            f"{path}: its content is not what was saved (damaged or altered); "
            "take a fresh copy of the model"
        )
    return config


def check_file(directory: Path, config: SavedConfig, name: str) -> Path:
    """The path of one of the model's files, once it is known to be there and unaltered."""
    path = directory / name
    if not path.is_file():
        raise ModelError(f"{directory}: {name} is missing; take a fresh copy of the model")
    if file_digest(path) != config.files.get(name):
        raise ModelError(
            f"{path}: its content is not what was saved (damaged or altered); "
            "take a fresh copy of the model"
        )
    return path
