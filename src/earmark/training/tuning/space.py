"""The search space: which settings are searched, and between which values. One table.

What a recipe does not use is not searched, and the recipe's own value is always among the values:
a network's first trial is its default. A network may narrow it by its `search` (models/network.py).
"""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from earmark.datasets import Dataset
from earmark.errors import ConfigError, unknown_name
from earmark.features import FRONTENDS, Frontend, create_frontend
from earmark.models import MODELS, Recipe
from earmark.models.network import find_recipe
from earmark.models.recipe import Augmentation
from earmark.training.entries import Entry, names_of
from earmark.training.plan import Overrides, choose_frontend
from earmark.training.tuning.domain import Choice, Domain, Range, Value

if TYPE_CHECKING:
    from optuna.trial import Trial

MODEL, FRONTEND, WINDOW = "model", "frontend", "window"
FRONTENDS_TRIED = ("log_mel", "mfcc")  # beside the recipe's own
FACTORS: Mapping[str, tuple[float, ...]] = {  # of the front-end's usual value
    "bins": (2 / 3, 1, 4 / 3),
    "hop": (1 / 2, 1),
    "frame": (1 / 2, 1, 2),
}
WINDOWS = Choice((0.5, 1.0))  # of the usual length
AUGMENTATION: Mapping[str, Domain] = {
    "mixup": Range(0, 1),
    "noise": Range(0, 0.6),
    "time_mask": Range(0, 0.3),
    "bin_mask": Range(0, 0.3),
    "bin_shift": Range(0, 4, whole=True),
    "tilt": Range(0, 40),
    "colour": Range(0, 2),
    "stretch": Range(0, 0.2),
    "warp": Range(0, 0.2),
}
REGULARISATION: Mapping[str, Domain] = {
    "weight_decay": Range(1e-3, 0.3, log=True),
    "label_smoothing": Range(0, 0.2),
    "ema": Choice((0.0, 0.99, 0.998)),
}
RATE: Mapping[str, Domain] = {"learning_rate": Range(3e-4, 2e-2, log=True)}
ONLY_DECIBELS = ("noise", "tilt")
SEARCHABLE = (
    MODEL, FRONTEND, *FACTORS, WINDOW, *AUGMENTATION, *REGULARISATION, *RATE,
)  # fmt: skip
SEARCHED = tuple(name for name in SEARCHABLE if name not in RATE)


@dataclass(frozen=True)
class NetworkSpace:
    """What is searched for one network; settings of a front-end are named `log_mel.bins`."""

    entry: Entry
    domains: Mapping[str, Domain]
    usual: Mapping[str, Value]
    """The values of the network's default."""


@dataclass(frozen=True)
class Setting:
    """One trial's choice."""

    entry: Entry
    overrides: Overrides
    window_share: float
    """Of the usual window."""


@dataclass(frozen=True)
class Space:
    """All that may be tried, by the networks' names."""

    networks: Mapping[str, NetworkSpace]

    def parameter(self, network: str, setting: str) -> str:
        """The study's name of a setting: its own where it means the same for all networks."""
        domain = self.networks[network].domains[setting]
        others = [space.domains.get(setting, domain) for space in self.networks.values()]
        return setting if all(other == domain for other in others) else f"{network}.{setting}"

    def defaults(self) -> list[dict[str, Value]]:
        """The default of each network, in order, as parameters of the study."""
        found = []
        for name, space in self.networks.items():
            chosen: dict[str, Value] = {MODEL: name} if len(self.networks) > 1 else {}
            for setting in _active(space, space.usual):
                chosen[self.parameter(name, setting)] = space.usual[setting]
            found.append(chosen)
        return found

    def suggest(self, trial: "Trial", base: Overrides) -> Setting:
        """A setting for `trial`; `base` is what the user fixed."""
        names = list(self.networks)
        name = str(trial.suggest_categorical(MODEL, names)) if len(names) > 1 else names[0]
        space = self.networks[name]
        chosen: dict[str, Value] = {}
        if FRONTEND in space.domains:
            chosen[FRONTEND] = space.domains[FRONTEND].suggest(
                trial, self.parameter(name, FRONTEND)
            )
        for setting in _active(space, chosen | _fixed(space, chosen)):
            if setting != FRONTEND:
                parameter = self.parameter(name, setting)
                chosen[setting] = space.domains[setting].suggest(trial, parameter)
        return setting_of(space, chosen, base)

    def to_dict(self) -> dict[str, Any]:
        """As JSON: what must be the same when a study goes on."""
        return {
            name: {
                "recipe": space.entry.recipe,
                "searched": {key: domain.to_dict() for key, domain in space.domains.items()},
                "usual": dict(space.usual),
            }
            for name, space in self.networks.items()
        }


def _fixed(space: NetworkSpace, chosen: Mapping[str, Value]) -> dict[str, Value]:
    """The front-end where it is not searched."""
    return {} if FRONTEND in chosen else {FRONTEND: space.usual[FRONTEND]}


def _active(space: NetworkSpace, chosen: Mapping[str, Value]) -> list[str]:
    """The settings that mean something with the chosen front-end."""
    frontend = str(chosen[FRONTEND])
    return [
        setting
        for setting in space.domains
        if setting.split(".")[0] == frontend
        or ("." not in setting and (setting not in ONLY_DECIBELS or FRONTENDS[frontend].decibels))
    ]


def setting_of(space: NetworkSpace, chosen: Mapping[str, Value], base: Overrides) -> Setting:
    """What is asked of a training: `base`, and of the chosen values those that are not usual."""
    other = {name: value for name, value in chosen.items() if value != space.usual[name]}
    frontend = str(other.pop(FRONTEND, space.usual[FRONTEND]))
    share = float(other.pop(WINDOW, 1.0))
    of_frontend = {name.split(".")[1]: other.pop(name) for name in list(other) if "." in name}
    strengths = {name: float(other.pop(name)) for name in list(other) if name in AUGMENTATION}
    changes: dict[str, Any] = dict(other)  # what is left has fields of its own
    if frontend != find_recipe(space.entry.model, space.entry.recipe).frontend:
        changes["frontend"] = frontend
    if of_frontend:
        changes["frontend_settings"] = of_frontend
    if strengths:
        changes["augment"] = {**(base.augment or {}), **strengths}
    return Setting(space.entry, dataclasses.replace(base, **changes), share)


def space_of(
    entries: Sequence[Entry],
    dataset: Dataset,
    base: Overrides,
    *,
    frontends: Sequence[str] | None = None,
    search: Sequence[str] | None = None,
) -> Space:
    """The space for some networks on a dataset, less what the user fixed by `base`.

    `frontends` None: the usual ones; `search` None: all but the learning rate. ConfigError: an
    unknown name, or nothing left to search.
    """
    wanted = SEARCHED if search is None else tuple(search)
    for name in wanted:
        if name not in SEARCHABLE:
            raise unknown_name("setting to search", name, SEARCHABLE)
    names = names_of(entries)
    networks = {
        names[entry]: _of_network(entry, dataset, base, frontends, wanted) for entry in entries
    }
    if len(networks) > 1 and MODEL not in wanted:
        raise ConfigError(
            f"search must have 'model' where there are several networks ({', '.join(networks)}): "
            "add it, or name one network by models"
        )
    if len(networks) == 1 and not any(space.domains for space in networks.values()):
        raise ConfigError(
            f"nothing is left to search of {', '.join(wanted)}: what is given by an option of its "
            "own, and what the network's recipe does not use, is not searched"
        )
    return Space(networks)


def _of_network(
    entry: Entry,
    dataset: Dataset,
    base: Overrides,
    frontends: Sequence[str] | None,
    wanted: Sequence[str],
) -> NetworkSpace:
    recipe = find_recipe(entry.model, entry.recipe)
    own = base.apply(recipe)
    offered: dict[str, tuple[Domain, Value]] = {}
    first = own.frontend
    if dataset.features is not None:
        first = dataset.features.frontend.name  # read, not computed: nothing to choose
    else:
        tried = _frontends(own, base, frontends)
        first = own.frontend if own.frontend in tried else tried[0]
        if FRONTEND not in wanted:
            tried = (first,)
        if len(tried) > 1:
            offered[FRONTEND] = (Choice(tried), first)
        for frontend in tried:
            offered |= _of_frontend(recipe, dataset, base, frontend, wanted)
    if WINDOW in wanted and own.window_frames is None and base.window_s is None:
        offered[WINDOW] = (WINDOWS, 1.0)
    if own.augmentation != Augmentation():  # the networks as they were published have none
        for name, domain in AUGMENTATION.items():
            if name in wanted and name not in (base.augment or {}):
                offered[name] = (domain, getattr(own.augmentation, name))
    for name, domain in {**REGULARISATION, **RATE}.items():
        usual = own.rate if name in RATE else getattr(own, name)
        if name in wanted and getattr(base, name) is None and _used(name, own):
            offered[name] = (domain, usual)
    domains = {name: domain.with_usual(usual) for name, (domain, usual) in offered.items()}
    narrower = {
        name: Choice(tuple(values)).with_usual(offered[name][1])
        for name, values in MODELS[entry.model].search.items()
        if name in domains
    }
    return NetworkSpace(
        entry,
        {
            name: domain
            for name, domain in {**domains, **narrower}.items()
            if not (isinstance(domain, Choice) and len(domain.values) == 1)
        },
        {name: usual for name, (_, usual) in offered.items()} | {FRONTEND: first},
    )


def _frontends(own: Recipe, base: Overrides, frontends: Sequence[str] | None) -> tuple[str, ...]:
    if base.frontend is not None:
        return (base.frontend,)
    if frontends is not None:
        for name in frontends:
            FRONTENDS[name]
        return tuple(dict.fromkeys(frontends))
    return tuple(dict.fromkeys((own.frontend, *FRONTENDS_TRIED)))


def _of_frontend(
    recipe: Recipe, dataset: Dataset, base: Overrides, frontend: str, wanted: Sequence[str]
) -> dict[str, tuple[Domain, Value]]:
    """Bins, hop and frame of a front-end around its usual ones; what it refuses is left out."""
    asked = dataclasses.replace(base, frontend=frontend).apply(recipe)
    usual = choose_frontend(asked, dataset.clips, base.rate_hz)
    found: dict[str, tuple[Domain, Value]] = {}
    for name, factors in FACTORS.items():
        if name not in wanted or name in (base.frontend_settings or {}):
            continue
        here = getattr(usual, name)
        values = tuple(dict.fromkeys(round(here * factor) for factor in factors))
        able = tuple(value for value in values if _able(usual, name, value))
        if len(able) > 1:
            found[f"{frontend}.{name}"] = (Choice(able), here)
    return found


def _able(usual: Frontend, name: str, value: int) -> bool:
    settings = usual.settings() | {name: value}
    try:
        create_frontend(settings.pop("name"), settings.pop("rate_hz"), **settings).silence()
    except ConfigError:
        return False
    return True


def _used(name: str, recipe: Recipe) -> bool:
    """Whether a recipe's training looks at a setting at all."""
    if name == "weight_decay":
        return recipe.optimiser == "adamw" and recipe.weight_decay > 0
    if name == "label_smoothing":
        return recipe.loss != "clipped"
    return True
