"""What the modern recipes of the networks that detect have in common."""

from typing import Any

from earmark.models.recipe import Augmentation, Recipe


def of_scenes(**changes: Any) -> Recipe:
    """How a detector learns from scenes, with what a network changes of it."""
    usual: dict[str, Any] = {
        "window_s": 10.0,
        "overlap": 0.5,
        "range_db": 80.0,
        "loss": "binary",
        "balance": "none",
        "weight_decay": 0.01,
        "epochs": 50,
        "batch_size": 16,
        "ema": 0.99,
        "augmentation": Augmentation(bin_mask=0.1, bin_shift=1, tilt=20.0),
    }
    return Recipe(name="modern", **usual | changes)
