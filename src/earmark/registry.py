"""One-file plugins, found by themselves: a registry imports every module of its package once."""

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

from earmark.errors import unknown_name

T = TypeVar("T")
D = TypeVar("D")


class Registry(Generic[T]):
    """Named things declared by the modules of one package.

    A module declares by calling `register`; nobody lists it anywhere. Modules are imported at the
    first look-up, so that importing the package itself stays light. Modules whose name starts with
    an underscore are helpers and are left alone.
    """

    def __init__(self, kind: str, package: str) -> None:
        self.kind = kind
        self.package = package
        self._items: dict[str, T] = {}
        self._discovered = False

    def register(self, name: str) -> Callable[[D], D]:
        """Decorator: make the decorated thing known under `name`."""

        def add(item: D) -> D:
            if name in self._items:
                raise ValueError(f"{self.kind} '{name}' is declared twice")
            self._items[name] = item  # type: ignore[assignment]
            return item

        return add

    def _discover(self) -> dict[str, T]:
        if not self._discovered:
            package = importlib.import_module(self.package)
            for module in pkgutil.iter_modules(package.__path__):
                if not module.name.startswith("_"):
                    importlib.import_module(f"{self.package}.{module.name}")
            self._discovered = True
        return self._items

    def __getitem__(self, name: str) -> T:
        items = self._discover()
        if name not in items:
            raise unknown_name(self.kind, name, items)
        return items[name]

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._discover()))

    def __contains__(self, name: object) -> bool:
        return name in self._discover()
