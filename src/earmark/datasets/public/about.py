"""What is to be known of a public set before it is fetched, and the small things it is made of."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from earmark.errors import ConfigError

GB = 1e9


@dataclass(frozen=True)
class About:
    """The facts of one set. Sizes are as published, rounded; the server says the exact ones."""

    summary: str
    """One line."""
    clips: int
    classes: tuple[str, ...]
    hours: float
    """Sound in all."""
    licence: str
    """As its publishers state it; 'none stated' where there is none."""
    split: str
    """The fair split in a few words, for the list."""
    fair_split: str
    """The fair split, and why."""
    page: str
    """Where it is described."""
    citation: str
    download_gb: float = 0.0
    """Gigabytes (10^9 bytes) to fetch."""
    disk_gb: float = 0.0
    """Gigabytes unpacked."""
    notes: str = ""
    """What else is to be known."""


@dataclass(frozen=True)
class Remote:
    """One file to fetch."""

    filename: str
    url: str
    checksums: tuple[str, ...] = ()
    """Hexadecimal MD5 or SHA-256, told apart by length; any one will do. Empty: none is known."""
    optional: bool = False
    """Without it the set can be laid out too, only with less."""


@dataclass(frozen=True)
class Found:
    """One clip in a tree as published, and where it belongs."""

    source: Path
    label: str
    group: str = ""
    fold: str = ""
    more: dict[str, str] = field(default_factory=dict)
    """Further columns of the table."""
    left_out: str = ""
    """Why it is not laid out; empty if it is."""
    table: str = "clips.csv"
    """The table it is listed in."""

    @property
    def place(self) -> str:
        """Where it goes, relative to the folder of the set."""
        return f"{self.label}/{self.source.name}"


@dataclass(frozen=True)
class Option:
    """A choice that a set offers, with its default: one of `allowed`, or a number from `least`."""

    default: object
    allowed: tuple[str, ...] = ()
    least: float | None = None

    def check(self, name: str, value: object) -> object:
        """The value, or ConfigError naming what is allowed."""
        if self.allowed and value not in self.allowed:
            raise ConfigError(f"{name} must be {' or '.join(self.allowed)}, got '{value}'")
        if self.least is not None and not (
            isinstance(value, int | float) and not isinstance(value, bool) and value >= self.least
        ):
            raise ConfigError(f"{name} must be at least {self.least:g}, got {value}")
        return value


@dataclass(frozen=True)
class Offer:
    """What is about to be fetched, for the one who must agree."""

    name: str
    about: About
    remotes: tuple[Remote, ...]
    directory: Path


Agree = Callable[[Offer], bool]


class Listener:
    """Hears how far a get is, says nothing; whoever wants to show it overrides these."""

    def message(self, text: str) -> None:
        """A line for the user."""

    def downloading(self, name: str, done: int, total: int | None) -> None:
        """So many bytes of a file are here; `total` is None if the server does not say."""

    def counting(self, doing: str, done: int, total: int) -> None:
        """So many files are unpacked, checked or laid out."""
