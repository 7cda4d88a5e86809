"""The network of a detector and its recipe, as options have them."""

from earmark.errors import ConfigError
from earmark.models import MODELS, Recipe
from earmark.models.detector import DETECTORS, Detector, find_detector
from earmark.training.detection.lessons import KEPT
from earmark.training.detection.options import DetectOptions


def chosen_recipe(options: DetectOptions) -> tuple[type[Detector], Recipe]:
    """The network and its recipe; it needs no data, so it can be asked before any is read.

    Raises ConfigError: no such network or recipe, or options that are of classifiers.
    """
    name = options.train.model
    if name in MODELS and name not in DETECTORS:
        raise ConfigError(
            f"'{name}' is a network that classifies; to detect take one of {', '.join(DETECTORS)}"
        )
    kind, recipe = find_detector(name, options.train.recipe)
    asked = options.train.overrides
    unused = sorted(name for name, by in (asked.augment or {}).items() if by and name not in KEPT)
    if unused:
        raise ConfigError(
            f"augment {', '.join(unused)} is of classifiers; a detector's windows are changed by "
            f"{', '.join(KEPT)}, and made scenes by their own settings (--scene), such as room"
        )
    if asked.balance not in (None, "none"):
        raise ConfigError("balance is of classifiers; in made scenes each class is as likely")
    return kind, asked.apply(recipe)
