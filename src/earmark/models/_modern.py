"""What the modern recipes of the seed's networks have in common."""

from typing import Any

from earmark.models.recipe import Augmentation, Recipe


def modern(**changes: Any) -> Recipe:
    """The cured recipe on the seed's features, with what a network changes of it."""
    usual: dict[str, Any] = {
        "frontend": "mfcc",
        "patience": 30,
        "augmentation": Augmentation(mixup=0.5, time_mask=0.1, colour=1.0, roll=True),
    }
    return Recipe(name="modern", **usual | changes)
