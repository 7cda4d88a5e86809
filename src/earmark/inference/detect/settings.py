"""How a model's scores over time become events, and how a user may change that."""

from dataclasses import replace

from earmark.errors import ConfigError, ModelError
from earmark.evaluation.events.decoding import Boxes, Settings, Threshold
from earmark.saved import SavedConfig


def settings_of(config: SavedConfig) -> Settings:
    """What validation chose; of a classifier, which has no such, a threshold of each class.

    That is .5, or that of the model where a clip may have several labels. ModelError: settings that
    cannot be.
    """
    if config.detection is None:
        plain = config.aggregate == "mean" and config.threshold is not None
        high = float(config.threshold or 0.5) if plain else 0.5
        return Settings({label: Threshold(high, high) for label in config.classes})
    try:
        return Settings.from_dict(config.detection.settings)
    except ConfigError as error:
        raise ModelError(f"config.json: detection: {error}; take a fresh copy") from error


def fitting(settings: Settings, classes: list[str]) -> Settings:
    """Settings in the order of the classes. ConfigError: other classes."""
    if set(settings.by_class) != set(classes):
        raise ConfigError(
            f"settings must be of the model's classes ({', '.join(classes)}), got "
            f"{', '.join(settings.by_class) or 'none'}"
        )
    return Settings({label: settings.by_class[label] for label in classes})


def with_threshold(settings: Settings, threshold: float) -> Settings:
    """The same settings with another threshold for every class; a lower one stays below it.

    ConfigError unless it lies in [0, 1].

    >>> with_threshold(Settings({"dog": Threshold(0.5, 0.25)}), 0.8).by_class["dog"].low
    0.4
    """
    if not 0 <= threshold <= 1:
        raise ConfigError(f"threshold must be in [0, 1], got {threshold:g}")
    changed: dict[str, Threshold | Boxes] = {}
    for label, each in settings.by_class.items():
        if isinstance(each, Boxes):
            changed[label] = replace(each, confidence=threshold)
        else:  # the same share of the upper one
            low = threshold * each.low / each.high if each.high else threshold
            changed[label] = replace(each, high=threshold, low=round(min(low, threshold), 6))
    return Settings(changed)
