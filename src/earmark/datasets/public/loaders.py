"""What mirdata and soundata know: addresses and checksums. Neither downloads anything here."""

import importlib
import logging
import warnings
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import ModuleType
from typing import Any

from earmark.datasets.public.about import Remote
from earmark.errors import DatasetError, missing_extra

LIBRARIES = ("mirdata", "soundata")


@contextmanager
def _quietly() -> Iterator[None]:
    """Both libraries set up the root logger and warn of their own affairs when imported."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)


def _library(name: str) -> ModuleType:
    try:
        with _quietly():
            return importlib.import_module(name)
    except ModuleNotFoundError as error:  # of the library, or of one that it needs
        lacking = ModuleNotFoundError(name=name)
        raise missing_extra(lacking, "fetching this set (laying out a copy does not)") from error


def remotes_of(
    library: str,
    name: str,
    wanted: Sequence[str],
    *,
    optional: Sequence[str] = (),
    also: Sequence[str] = (),
) -> list[Remote]:
    """The files `wanted` of a set of `library`, as that library lists them.

    `also` are further checksums that are right. MissingExtraError without the library; DatasetError
    if it lists no such file.
    """
    module = _library(library)
    with _quietly():
        try:
            listed: Mapping[str, Any] = module.initialize(name).remotes or {}
        except ModuleNotFoundError as error:
            raise missing_extra(ModuleNotFoundError(name=library), f"fetching {name}") from error
    remotes = []
    for key in (*wanted, *optional):
        if key not in listed:
            if key in optional:
                continue
            raise DatasetError(
                f"{library} {getattr(module, '__version__', '')} lists no file '{key}' of {name} "
                f"(it has: {', '.join(listed)}); fetch the set by hand and use --from"
            )
        entry = listed[key]
        remotes.append(
            Remote(
                str(entry.filename),
                str(entry.url),
                (str(entry.checksum), *also) if entry.checksum else tuple(also),
                optional=key in optional,
            )
        )
    return remotes


def others(known: Collection[tuple[str, str]] = ()) -> dict[str, list[str]]:
    """The sets that each installed library knows beside those `known`, (library, name)."""
    found = {}
    for library in LIBRARIES:
        try:
            names = sorted(_library(library).list_datasets())
            found[library] = [name for name in names if (library, name) not in known]
        except ImportError:
            continue
    return found
