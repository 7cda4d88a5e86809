"""Networks: one file an architecture, each with its recipes."""

from earmark.models.network import MODELS, ModelInfo, Network, create_model, describe, list_models
from earmark.models.recipe import Augmentation, Recipe

__all__ = [
    "MODELS",
    "Augmentation",
    "ModelInfo",
    "Network",
    "Recipe",
    "create_model",
    "describe",
    "list_models",
]
