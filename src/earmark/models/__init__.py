"""Networks: one file an architecture, each with its recipes."""

from earmark.models._cost import ModelInfo
from earmark.models.detector import DETECTORS, Detector, describe_detector, list_detectors
from earmark.models.network import MODELS, Network, create_model, describe, list_models
from earmark.models.recipe import Augmentation, Recipe

__all__ = [
    "DETECTORS",
    "MODELS",
    "Augmentation",
    "Detector",
    "ModelInfo",
    "Network",
    "Recipe",
    "create_model",
    "describe",
    "describe_detector",
    "list_detectors",
    "list_models",
]
