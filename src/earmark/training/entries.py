"""Which networks are compared, with which recipe, and by which name."""

from collections.abc import Sequence
from dataclasses import dataclass

from earmark.errors import ConfigError
from earmark.models import MODELS
from earmark.models.network import find_recipe


@dataclass(frozen=True)
class Entry:
    """A network with a recipe."""

    model: str
    recipe: str

    @property
    def name(self) -> str:
        """As a folder is named."""
        return f"{self.model}-{self.recipe}"


def entries_of(models: Sequence[str] | None, recipe: str) -> list[Entry]:
    """Networks by name, or NAME:RECIPE; None: every one that has the recipe.

    >>> entries_of(["simple", "resnet:modern"], "seed")
    [Entry(model='simple', recipe='seed'), Entry(model='resnet', recipe='modern')]
    """
    if models is None:
        models = [name for name in MODELS if recipe in MODELS[name].recipes]
        if not models:
            known = sorted({known for name in MODELS for known in MODELS[name].recipes})
            raise ConfigError(f"no network has a recipe '{recipe}'. Known: {', '.join(known)}")
    entries = []
    for text in models:
        name, _, own = text.strip().partition(":")
        find_recipe(name, own or recipe)
        entries.append(Entry(name, own or recipe))
    if not entries:
        raise ConfigError("models must name at least one network, got none")
    twice = sorted({entry.name for entry in entries if entries.count(entry) > 1})
    if twice:
        raise ConfigError(f"models must differ from each other, got {', '.join(twice)} twice")
    return entries


def names_of(entries: Sequence[Entry]) -> dict[Entry, str]:
    """The network alone where that says enough."""
    models = [entry.model for entry in entries]
    one_recipe = len({entry.recipe for entry in entries}) == 1
    return {
        entry: entry.model
        if one_recipe or models.count(entry.model) == 1
        else f"{entry.model}:{entry.recipe}"
        for entry in entries
    }
