"""What a public set must tell. One set is one file in `sets`, found by itself."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

from earmark.datasets.public.about import About, Found, Listener, Option, Remote
from earmark.errors import ConfigError
from earmark.registry import Registry


class PublicSet(ABC):
    """A published set: where its files are, and which clip of its tree belongs where."""

    about: ClassVar[About]
    loader: ClassVar[str] = ""
    """The library that knows its address and checksum ('mirdata', 'soundata'), or empty."""
    upstream: ClassVar[str] = ""
    """The name it has there."""
    options: ClassVar[Mapping[str, Option]] = {}
    digest: ClassVar[str] = ""
    """SHA-256 over names and bytes of all clips (`get.digest`), where no checksum is published."""
    made: ClassVar[bool] = False
    """Whether it is computed rather than fetched."""

    def remotes(self, choices: Mapping[str, Any]) -> list[Remote]:
        """The files to fetch."""
        return []

    def listed(
        self,
        wanted: Sequence[str],
        *,
        optional: Sequence[str] = (),
        also: Sequence[str] = (),
    ) -> list[Remote]:
        """The files `wanted` as the loader lists them; `also` are checksums that are right too."""
        from earmark.datasets.public.loaders import remotes_of

        return remotes_of(self.loader, self.upstream, wanted, optional=optional, also=also)

    @abstractmethod
    def find(self, tree: Path, choices: Mapping[str, Any]) -> list[Found]:
        """The clips in the unpacked tree, those left out too.

        DatasetError if a file is missing without which they cannot be told.
        """

    def make(self, directory: Path, choices: Mapping[str, Any], listener: Listener) -> Path:
        """Compute a set that is `made`; returns its table."""
        raise NotImplementedError

    def chosen(self, name: str, given: Mapping[str, Any]) -> dict[str, Any]:
        """Every option with its value; ConfigError for one this set has not or cannot take."""
        for option in given:
            if option not in self.options:
                who = [n for n in PUBLIC_SETS if option in PUBLIC_SETS[n].options]
                whose = f"it is for {', '.join(who)}" if who else "no set has it"
                raise ConfigError(f"{option} must not be given for {name}: {whose}")
        return {
            option: known.check(option, given.get(option, known.default))
            for option, known in self.options.items()
        }


PUBLIC_SETS: Registry[type[PublicSet]] = Registry("public set", "earmark.datasets.public.sets")
