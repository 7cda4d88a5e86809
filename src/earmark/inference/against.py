"""Several saved models on the same clips: what they must have in common, and every pair."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from earmark.datasets import Clip
from earmark.datasets.words import examples
from earmark.errors import ConfigError
from earmark.evaluation.baselines import beside
from earmark.evaluation.cards import Card
from earmark.evaluation.paired import PairedTest, compare_paired
from earmark.evaluation.scorecard import Scorecard
from earmark.inference.model import Array, Model


def model_names(models: Sequence[Model]) -> list[str]:
    """A name for each: the run's folder where that tells them apart, else the whole path."""
    places = [model.directory for model in models]
    if len({place.resolve() for place in places}) < len(places):
        raise ConfigError(
            "a model is compared with others than itself; got the same folder twice: "
            + ", ".join(str(place) for place in places)
        )
    names = [place.parent.name if place.name == "model" else place.name for place in places]
    return names if len(set(names)) == len(names) else [str(place) for place in places]


def common_classes(models: Sequence[Model]) -> list[str]:
    first, others = models[0], models[1:]
    for model in others:
        if model.multilabel or first.multilabel:
            raise ConfigError(
                f"models are compared where each clip has one label; "
                f"{(model if model.multilabel else first).directory} answers several: "
                "evaluate each by itself and read the cards side by side"
            )
    known = first.config.classes
    common = [label for label in known if all(label in each.config.classes for each in others)]
    if not common:
        known_by = "; ".join(f"{m.directory} knows {examples(m.config.classes)}" for m in models)
        raise ConfigError(
            f"models are compared on classes that all of them know, and there are none: {known_by}"
        )
    return common


def compared(
    models: Sequence[Model],
    names: Sequence[str],
    scored: Sequence[Clip],
    windows: Sequence[Sequence[Array]],
    groups: NDArray[np.str_],
    card: Card,
) -> tuple[PairedTest, ...]:
    """Every pair of the models, and the card's strongest baseline."""
    every = sorted({label for model in models for label in model.config.classes})
    number = {label: at for at, label in enumerate(every)}
    answers: dict[str, NDArray[np.int64]] = {}
    for name, model, rows in zip(names, models, windows, strict=True):
        own = np.array([number[label] for label in model.config.classes])
        answers[name] = own[clip_means(rows).argmax(axis=1)]
    if isinstance(card, Scorecard) and card.raw is not None:
        best = max(card.baselines, key=lambda name: card.baselines[name]["accuracy"].value)
        own = np.array([number[label] for label in models[0].config.classes])
        answers[beside(best, answers)] = own[card.raw.baselines[best]]
    return compare_paired([number[clip.label] for clip in scored], answers, groups)


def clip_means(windows: Sequence[Array]) -> NDArray[np.float64]:
    """The mean over the windows of each clip, (clips, classes)."""
    return np.stack([rows.astype(np.float64).mean(axis=0) for rows in windows])
