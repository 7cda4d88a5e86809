"""`recipe.json`: a network with its settings, as `earmark tune` finds and `earmark train` takes."""

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import earmark
from earmark.errors import ConfigError
from earmark.models.network import find_recipe
from earmark.training.options import TrainOptions
from earmark.training.plan import Overrides
from earmark.training.run_folder import write_json

ENDING = ".json"
FIELDS = ("earmark", "model", "recipe", "settings", "note")


def settings_of(overrides: Overrides) -> dict[str, Any]:
    """What is set, as JSON; what is left to the recipe has no place in it."""
    return {
        field.name: getattr(overrides, field.name)
        for field in dataclasses.fields(overrides)
        if getattr(overrides, field.name) is not None
    }


def write_recipe(path: Path, options: TrainOptions) -> None:
    """Write the network, the recipe it begins from, and what is changed of it."""
    document = {
        "earmark": earmark.__version__,
        "model": options.model,
        "recipe": options.recipe,
        "settings": settings_of(options.overrides),
        "note": options.note,
    }
    write_json(path, document)


def with_recipe_file(options: TrainOptions, *, model: str | None = None) -> TrainOptions:
    """The options with the settings of the file that `options.recipe` names, if it names one.

    What the options set themselves stays. `model` is the network that was asked for by name, which
    must be the file's. ConfigError: no such file, or not one that `write_recipe` wrote.
    """
    if not options.recipe.endswith(ENDING):
        return options
    path = Path(options.recipe)
    document = _read(path)
    name = document["model"]
    if model is not None and model != name:
        raise ConfigError(f"model must be {name}, which {path} was found for; got {model}")
    find_recipe(name, document["recipe"])
    try:
        found = Overrides(**document["settings"])
    except TypeError:
        known = ", ".join(field.name for field in dataclasses.fields(Overrides))
        raise ConfigError(f"{path}: a setting that is not one of {known}") from None
    given = settings_of(options.overrides)
    for field in ("augment", "frontend_settings"):
        if field in given:
            given[field] = {**(getattr(found, field) or {}), **given[field]}
    if given.get("frontend", found.frontend) != found.frontend:  # its settings are another's
        found = replace(found, frontend_settings=None)
    return replace(
        options,
        model=name,
        recipe=document["recipe"],
        overrides=replace(found, **given),
        note=options.note or document["note"],
    )


def _read(path: Path) -> Mapping[str, Any]:
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigError(
            f"{path}: no such recipe file; earmark tune writes one as recipe.json"
        ) from None
    except (OSError, ValueError) as error:
        raise ConfigError(f"{path}: not readable as a recipe: {error}") from error
    good = (
        isinstance(document, dict)
        and sorted(document) == sorted(FIELDS)
        and isinstance(document["settings"], dict)
        and all(isinstance(document[name], str) for name in FIELDS if name != "settings")
    )
    if not good:
        raise ConfigError(
            f"{path}: not a recipe file; it must have {', '.join(FIELDS)} and nothing else, as "
            "earmark tune writes it"
        )
    found: Mapping[str, Any] = document
    return found
