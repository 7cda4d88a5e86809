"""The errors a user can meet. Each names the thing, what was allowed, what came, and what to do."""

import difflib
from collections.abc import Iterable


class EarmarkError(Exception):
    """Base of every error Earmark raises on purpose; its text is meant for the user."""


class AudioError(EarmarkError):
    """A sound that cannot be read or used."""


class DatasetError(EarmarkError):
    """A folder, table or split that cannot be used."""


class ConfigError(EarmarkError):
    """An option or setting outside what is allowed."""


class ModelError(EarmarkError):
    """A saved model that is incomplete, altered or from a newer version."""


def unknown_name(kind: str, name: str, allowed: Iterable[str]) -> ConfigError:
    """An error for a name that is not one of `allowed`, offering the near ones.

    >>> print(unknown_name("model", "resnt", ["resnet", "simple"]))
    unknown model 'resnt'; did you mean resnet? Known: resnet, simple
    """
    known = sorted(allowed)
    near = difflib.get_close_matches(name, known, n=3, cutoff=0.5)
    hint = f"; did you mean {' or '.join(near)}?" if near else "."
    return ConfigError(f"unknown {kind} '{name}'{hint} Known: {', '.join(known)}")


# Which extra brings a module; what is not here is of 'train'.
EXTRAS = {
    "av": "formats",
    "mirdata": "datasets",
    "optuna": "tune",
    "python_stretch": "augment",
    "soundata": "datasets",
    "sqlalchemy": "tune",
}


class MissingExtraError(EarmarkError, ImportError):
    """Something needs packages that the bare install does not bring."""


def missing_extra(error: ModuleNotFoundError, what: str) -> ImportError:
    """An error that says which extra brings a module; a lost one of our own stays as it is."""
    if error.name is None or error.name.split(".")[0] == "earmark":
        return error
    extra = EXTRAS.get(error.name.split(".")[0], "train")
    return MissingExtraError(
        f"{what} needs '{error.name}', which is not installed: pip install 'earmark[{extra}]'"
    )
