"""Earmark: a folder of labelled sounds in; a classifier that can be trusted and shipped out."""

import importlib
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from earmark.api import (
        compare,
        cross_validate,
        evaluate,
        find_learning_rate,
        inspect,
        report,
        soundscape,
        stress,
        train,
        train_detector,
        tune,
    )
    from earmark.audio import load_audio
    from earmark.datasets import Dataset
    from earmark.evaluation.multilabel import MultilabelScorecard
    from earmark.evaluation.scorecard import Scorecard
    from earmark.features import list_frontends
    from earmark.features.extract import extract
    from earmark.features.show import show
    from earmark.inference.model import Model, Prediction, load
    from earmark.models import create_model, list_detectors, list_models

# Where each public name lives; it is imported when it is first asked for.
_HOMES = {
    "Dataset": "earmark.datasets",
    "Model": "earmark.inference.model",
    "MultilabelScorecard": "earmark.evaluation.multilabel",
    "Prediction": "earmark.inference.model",
    "Scorecard": "earmark.evaluation.scorecard",
    "compare": "earmark.api",
    "create_model": "earmark.models",
    "cross_validate": "earmark.api",
    "evaluate": "earmark.api",
    "extract": "earmark.features.extract",
    "find_learning_rate": "earmark.api",
    "inspect": "earmark.api",
    "list_detectors": "earmark.models",
    "list_frontends": "earmark.features",
    "list_models": "earmark.models",
    "load": "earmark.inference.model",
    "load_audio": "earmark.audio",
    "report": "earmark.api",
    "show": "earmark.features.show",
    "soundscape": "earmark.api",
    "stress": "earmark.api",
    "train": "earmark.api",
    "train_detector": "earmark.api",
    "tune": "earmark.api",
}

__all__ = [
    "Dataset",
    "Model",
    "MultilabelScorecard",
    "Prediction",
    "Scorecard",
    "__version__",
    "compare",
    "create_model",
    "cross_validate",
    "evaluate",
    "extract",
    "find_learning_rate",
    "inspect",
    "list_detectors",
    "list_frontends",
    "list_models",
    "load",
    "load_audio",
    "report",
    "show",
    "soundscape",
    "stress",
    "train",
    "train_detector",
    "tune",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'earmark' has no attribute '{name}'")
    try:
        value = getattr(importlib.import_module(_HOMES[name]), name)
    except ModuleNotFoundError as error:
        from earmark.errors import missing_extra

        raise missing_extra(error, f"earmark.{name}") from error
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
